"""The reference card has a row for every Function, and each leads to where it is taught."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from byhand import exercises, functions
from byhand.functions._reference_row import Row
from byhand.functions._reference_rows import GROUPS
from tests.unit.test_functions_contract import FUNCTIONS

CARD = list(functions.reference())
every_row = pytest.mark.parametrize("row", CARD, ids=lambda row: row.function.__name__)


def test_every_function_has_one_row() -> None:
    names = [row.function.__name__ for row in CARD]
    assert sorted(names) == sorted(function.__name__ for function in FUNCTIONS)
    assert len(functions.reference()) == len(names)


@every_row
def test_a_row_names_exercises_of_its_chapter(row: Row) -> None:
    known = {one.id for one in exercises(row.chapter)}
    assert row.exercises
    assert set(row.exercises) <= known


@every_row
@pytest.mark.parametrize("seed", range(5))
def test_the_code_of_a_row_returns_pytorchs_gradients(row: Row, seed: int) -> None:
    inputs = row.inputs(seed)
    leaves = [value.requires_grad_() for value in inputs.values() if value.is_floating_point()]
    names = {"torch": torch, "F": F, **vars(functions), **row.settings}
    output: Tensor = eval(row.torch_call, names, inputs)
    torch.testing.assert_close(eval(row.call, names, inputs), output, rtol=1e-13, atol=1e-13)
    g = torch.randn(output.shape, generator=torch.Generator().manual_seed(seed), dtype=output.dtype)
    right = torch.autograd.grad(output, leaves, g)
    found = {**names, **{name: value.detach() for name, value in inputs.items()}}
    results: dict[str, Tensor] = {}
    exec(row.code, found | {"g": g, "out": output.detach()}, results)
    real = [name for name, value in inputs.items() if value.is_floating_point()]
    for name, gradient in zip(real, right, strict=True):
        assert results[f"g{name}"].shape == gradient.shape
        torch.testing.assert_close(results[f"g{name}"], gradient, rtol=1e-12, atol=1e-13)


@every_row
def test_a_row_shows_its_names_formulas_and_code(row: Row) -> None:
    text = functions.Reference((row,))._repr_markdown_()
    shown = text.splitlines()[-1]
    assert f"**{row.function.__name__}**" in shown
    assert f"`{row.torch_name}`" in shown
    assert all(f"`{line}`" in shown for line in row.code.splitlines())
    assert shown.count("$") == 2 * len(row.formulas) >= 4
    assert row.title
    assert "=" not in row.title


def test_groups_hold_all_rows_and_an_unknown_one_is_named() -> None:
    assert [row for name in GROUPS for row in functions.reference(name)] == CARD
    with pytest.raises(ValueError, match=r"no group 'loss'; the groups are \"losses\""):
        functions.reference("loss")


def test_the_repr_names_the_functions() -> None:
    assert repr(functions.reference("scores")) == "Reference(Softmax, LogSoftmax)"
