"""Mutants: what is changed, that a survivor is seen, and that the list of them is honest."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks._mutants import Mutant, live, modules, mutants, mutated, places
from benchmarks._mutate import Listed, Outcome, judge, listed
from benchmarks._mutations import changes
from byhand import functions

ROOT = Path(__file__).parents[2]


def changed(line: str) -> set[str]:
    """Return what becomes of a line of code."""
    (statement,) = ast.parse(line).body
    found = set()
    for old, new in changes(statement):
        again = ast.parse(line).body[0]
        at = [ast.dump(node) for node in ast.walk(statement)].index(ast.dump(old))
        spot = list(ast.walk(again))[at]

        class Put(ast.NodeTransformer):
            def visit(self, node: ast.AST, spot: ast.AST = spot, new: ast.AST = new) -> ast.AST:
                return new if node is spot else self.generic_visit(node)

        found.add(ast.unparse(ast.fix_missing_locations(Put().visit(again))).splitlines()[0])
    return found


@pytest.mark.parametrize(
    ("line", "some"),
    [
        ("y = a - b", {"pass", "y = a", "y = b", "y = a + b", "y = b - a"}),
        ("y = a @ b", {"y = a", "y = b @ a"}),
        ("y = x <= 0", {"y = x < 0", "y = x > 0", "y = x <= 1", "y = x <= -1"}),
        ("y = g.sum(0, keepdim=True)", {"y = g", "y = g.sum(0)", "y = g.mean(0, keepdim=True)"}),
        ("y = f(a, b)", {"y = a", "y = f(b, a)"}),
        ("y = -x.mT", {"y = x.mT", "y = -x"}),
        ("if a and not b: pass", {"if True:", "if False:", "if a:", "if a or not b:"}),
        ("y = a if c else b", {"y = a", "y = b"}),
        ("ctx.save_for_backward(a)", {"pass"}),
    ],
)
def test_what_is_changed(line: str, some: set[str]) -> None:
    assert some <= changed(line)


def test_every_backward_is_mutated_and_what_it_leads_to() -> None:
    found = set(places(modules()))
    for value in vars(functions).values():
        if isinstance(value, type) and issubclass(value, torch.autograd.Function):
            module = value.__module__.rpartition(".")[2]
            assert (module, f"{value.__name__}.backward") in found
    assert ("_shapes", "unbroadcast") in found
    assert ("_convolution_products", "_correlate") in found
    assert ("_pooling", "_Scatter.forward") in found
    assert ("_cross_entropy_terms", "Options.over") in found


def test_a_mutant_is_live_and_goes_away() -> None:
    place = ("_pointwise", "Square.backward")
    x = torch.tensor([3.0], requires_grad=True)
    of_minus = next(m for m in mutants(modules(), place) if "grad_output * 3 * input" in m.after)
    right = live(place).__code__
    with mutated(of_minus):
        assert torch.autograd.grad(functions.square(x), x)[0].item() == 9
    assert torch.autograd.grad(functions.square(x), x)[0].item() == 6
    assert live(place).__code__ is right


def one(name: str) -> Mutant:
    return Mutant(("_module", name), 1, "a", "b", compile("", "", "exec"))


def test_what_is_judged() -> None:
    outcomes = [
        Outcome(one("killed"), "test_x"),
        Outcome(one("equivalent"), None),
        Outcome(one("survivor"), None),
        Outcome(one("listed_and_killed"), "test_y"),
    ]
    names = ("equivalent", "listed_and_killed", "gone")
    may_survive = [Listed(f"_module.{name}: a → b", "why") for name in names]
    found = judge(outcomes, may_survive)
    assert [len(entries) for entries in found.values()] == [1, 1, 1]
    survivor, killed, gone = (entries[0] for entries in found.values())
    assert survivor == "_module.py:1 survivor\n  - a\n  + b"
    assert killed.endswith("by test_y")
    assert gone == "_module.gone: a → b"
    assert not any(judge(outcomes[:2], may_survive[:1]).values())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants need processes that can fork")
def test_a_surviving_mutant_makes_it_fail() -> None:
    """One weak test, which never looks at the target's gradient."""
    weak = "tests/unit/test_functions_losses.py::test_the_experiment_of_the_article_to_the_last_bit"
    call = f"main(['_losses._both'], [{weak!r}])"
    code = f"from benchmarks._mutate import main; raise SystemExit({call})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "  + grad_target = grad_difference if ctx.needs_input_grad[1] else None" in done.stdout
    summary = json.loads(done.stdout.splitlines()[-1])
    assert summary["killed"] > 0 < summary["survived"]
    assert "+ grad_difference = grad_difference * " not in done.stdout  # the mean is seen


def test_the_list_names_mutants_that_exist_and_says_why() -> None:
    among = modules()
    names = {mutant.name for place in places(among) for mutant in mutants(among, place)}
    entries = listed()
    assert len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.name in names, f"there is no such mutant: {entry.name}"
        assert len(entry.reason) > 20, entry


def test_the_stored_summary_adds_up() -> None:
    stored = json.loads((ROOT / "benchmarks" / "mutation.json").read_text())
    assert {"date", "machine", "versions"} <= set(stored)
    measured = stored["measured"]
    assert measured["survived"] == 0
    assert measured["killed"] + measured["equivalent"] == measured["mutants"]
    assert measured["equivalent"] == len(listed())
    assert measured["killed"] > 0.8 * measured["mutants"]
