"""Figures: what they emit, that it is stable and small, and that they leave no state."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from byhand import palette, plots

mpl.use("Agg")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Close what a test leaves open."""
    yield
    plt.close("all")


def make_all() -> dict[str, Any]:
    """One figure of each kind."""
    matrix = torch.tensor([[0.1111, -0.1111, 0.2222], [-1.0, 0.0, 0.5]])
    plain, ax = plots.figure()
    ax.plot([0, 1, 2], [1, -1, 2])
    ax.set_title("steps")
    vector = torch.tensor([1.0, 2.0, 3.0])
    return {
        "plain": plain,
        "loss_curves": plots.loss_curves()[0],
        "heatmap": plots.heatmap(matrix, "gradient", title="x.grad")[0],
        "gradient_arrows": plots.gradient_arrows(vector, vector.flip(0), vector - 2)[0],
    }


@pytest.mark.parametrize("name", ["plain", "loss_curves", "heatmap", "gradient_arrows"])
class TestEveryFigure:
    """What holds for each kind of figure."""

    def test_is_the_same_text_every_time(self, name: str) -> None:
        first, again = make_all()[name], make_all()[name]
        assert first.to_svg() == first.to_svg() == again.to_svg()

    def test_is_small(self, name: str) -> None:
        assert len(make_all()[name].to_svg()) < 16_000

    def test_has_text_as_text_and_colours_as_variables(self, name: str) -> None:
        svg = make_all()[name].to_svg()
        assert "<text" in svg
        assert "DejaVu" not in svg
        drawn = svg.partition("</style>")[2]
        bare = set(re.findall(r"(?<!,)#[0-9a-f]{6}", drawn))
        assert bare == set(), f"colours outside the palette: {bare}"
        for variable in set(re.findall(r"--bh-[\w-]+", drawn)):
            assert variable in {colour.variable for colour in palette.COLOURS}

    def test_names_no_other_host_and_no_date(self, name: str) -> None:
        svg = make_all()[name].to_svg()
        assert re.findall(r"https?://[^\"]+", svg) == ["http://www.w3.org/2000/svg"]
        assert "metadata" not in svg

    def test_fits_a_narrow_page_and_both_themes(self, name: str) -> None:
        root = ET.fromstring(make_all()[name].to_svg())
        assert root.tag == f"{SVG}svg"
        assert {"viewBox", "width", "height"} <= set(root.attrib)
        assert root.get("role") == "img"
        style = root.findtext(f"{SVG}style") or ""
        assert "max-width:100%" in style
        assert 'html[data-theme="dark"] .bh-figure{' in style
        assert "html[data-theme] .bh-back{fill:none}" in style

    def test_refers_only_to_ids_it_has(self, name: str) -> None:
        svg = make_all()[name].to_svg()
        ids = re.findall(r' id="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
        assert set(re.findall(r'(?:url\(#|href="#)([^")]+)', svg)) == set(ids)


def test_two_figures_on_a_page_share_no_ids() -> None:
    texts = [figure.to_svg() for figure in make_all().values()]
    ids = [name for text in texts for name in re.findall(r' id="([^"]+)"', text)]
    assert len(ids) == len(set(ids))


def test_matplotlib_keeps_its_settings() -> None:
    before = dict(mpl.rcParams)
    for figure in make_all().values():
        figure.to_svg()
    assert dict(mpl.rcParams) == before


def test_shows_itself_once_as_svg_and_stable_text() -> None:
    shell = InteractiveShell.instance()
    try:
        figure, _ = plots.figure(4, 3)
        with capture_output() as captured:
            shell.run_cell("from IPython.display import display")  # type: ignore[no-untyped-call]
            shell.user_ns["figure"] = figure
            shell.run_cell("display(figure)")  # type: ignore[no-untyped-call]
    finally:
        InteractiveShell.clear_instance()
    (output,) = captured.outputs
    assert set(output.data) == {"image/svg+xml", "text/plain"}
    assert output.data["text/plain"] == "<Figure, 4 by 3 inches>"
    assert figure.number not in plt.get_fignums()


def test_several_axes_come_as_an_array() -> None:
    _, axes = plots.figure(rows=2, columns=3, sharey=True)
    assert axes.shape == (2, 3)


def cells(figure: Any) -> list[str]:
    """The texts in the drawing, in order."""
    root = ET.fromstring(figure.to_svg())
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_heatmap_writes_each_number_with_a_true_minus() -> None:
    figure, _ = plots.heatmap(torch.tensor([[0.25, -1.0], [0.0, -0.0]]), "gradient")
    assert cells(figure) == ["0.25", "−1", "0", "0"]


def test_heatmap_hatches_exactly_the_negative_cells() -> None:
    _, ax = plots.heatmap([1.0, -1.0, 0.0, -2.0], "gradient")
    assert sum(patch.get_hatch() is not None for patch in ax.patches) == 2


def test_heatmap_labels_rows_and_columns() -> None:
    figure, ax = plots.heatmap(
        torch.eye(2), rows=["a", "b"], columns=["c", "d"], row_title="output", title="J"
    )
    assert {"a", "b", "c", "d", "output", "J"} <= set(cells(figure))
    assert ax.get_ylabel() == "output"


def test_heatmaps_share_a_scale_when_told() -> None:
    _, ax = plots.heatmap([1.0], largest=2.0)
    assert mpl.colors.to_rgba(ax.patches[0].get_facecolor())[3] == pytest.approx(0.25)


def test_heatmap_draws_in_given_axes_and_survives_nan() -> None:
    figure, axes = plots.figure(columns=2)
    returned, ax = plots.heatmap(torch.tensor([[float("nan"), 1.0]]), ax=axes[1])
    assert returned is figure
    assert ax is axes[1]
    assert "nan" in cells(figure)


@pytest.mark.parametrize("shape", [(), (2, 2, 2), (0, 3), (40, 40)])
def test_heatmap_refuses_what_it_cannot_show(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="a heat map shows a matrix"):
        plots.heatmap(torch.zeros(shape))


def test_heatmap_wants_a_label_for_each_row() -> None:
    with pytest.raises(ValueError, match="3 row labels for 2 rows"):
        plots.heatmap(torch.eye(2), rows=["a", "b", "c"])
