"""Chapter 8 trains with its training split, and looks at the test split once."""

import re
from pathlib import Path
from typing import Any

import nbformat

CHAPTER = Path(__file__).parents[2] / "chapters" / "08-cifar10.ipynb"
# What learns from the images that it is given; brackets inside of them end the search.
TAKES_IMAGES = "loader|train_fast|fast_network|one_batch|whitening"
# The one cell that trains with images of another split, to show what is wrong with it.
ON_PURPOSE = "wrong_split = loader(val_x[:200], val_y[:200], size=20)"


def cells() -> list[str]:
    """The code of the page's own cells, without the exercises."""
    notebook: Any = nbformat.read(CHAPTER, as_version=4)
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and "check(" not in cell.source
    ]


def test_the_test_split_is_loaded_in_one_cell_after_every_training() -> None:
    loads = [k for k, source in enumerate(cells()) if 'split="test"' in source]
    assert len(loads) == 1
    after = cells()[loads[0] :]
    assert [source for source in after if re.search(r"\btrain\w*\(|optim\.", source)] == []


def test_nothing_is_learned_from_the_validation_split() -> None:
    learned = [
        source
        for source in cells()
        if re.search(f"(?:{TAKES_IMAGES})\\([^)]*\\b(?:val|test)_[xy]", source)
    ]
    assert len(learned) == 1
    assert ON_PURPOSE in learned[0]


def test_the_normalisation_is_computed_from_the_training_split() -> None:
    computed = [source for source in cells() if re.search(r"^mean, std =", source, re.M)]
    assert len(computed) == 1
    assert "pixels = data.images[train_index].float()\nmean, std = pixels.mean(" in computed[0]
