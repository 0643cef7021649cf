"""No answer makes `check` raise; every result says something true and readable."""

# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

import re
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import Tensor

from byhand._checker import check
from byhand._checker.api import find, judge
from byhand._checker.result import Result
from tests.unit.checker_build import CALLED, CLASSES, IDS, PAPER, function_class
from tests.unit.checker_junk import BACK, ERRORS, VALUES, Hostile, HostileTensor, LyingClass

HOSTILE = (Hostile, HostileTensor, LyingClass)
EXAMINED = ("wrong", "crashed")


def readable(result: Result) -> None:
    assert result.status in ("not started", "crashed", "wrong", "passed")
    assert result.message
    assert len(str(result)) < 2500
    assert "object at 0x" not in str(result)
    html = result._repr_html_()
    assert html.startswith('<div class="byhand-result byhand-')
    assert "<script" not in html
    assert (result.mistake is not None) == (result.status in EXAMINED)


@pytest.mark.parametrize("id", IDS)
def test_junk_as_the_answer(id: str) -> None:
    for answer in VALUES:
        result = judge(find(id), answer)
        readable(result)
        assert not result
        if not isinstance(answer, HOSTILE):
            assert result.mistake != "cannot-examine", str(result)


@pytest.mark.parametrize("id", CALLED)
def test_junk_from_a_function(id: str) -> None:
    for value in BACK:
        result = judge(find(id), lambda *args, value=value: value)
        readable(result)
        assert not result
        assert result.mistake != "cannot-examine", str(result)
        again = judge(find(id), lambda *args, value=value: (value, value))
        readable(again)
        assert not again


@pytest.mark.parametrize("id", CLASSES)
def test_junk_from_a_function_class(id: str) -> None:
    exercise = find(id)
    value, gradient = exercise.reference["value"], exercise.reference["gradient"]
    for junk in BACK:
        for answer in (
            function_class(lambda *args, junk=junk: junk, gradient),
            function_class(value, lambda *args, junk=junk: junk),
            function_class(value, lambda *args, junk=junk: (junk, junk)),
        ):
            result = judge(exercise, answer)
            readable(result)
            assert not result, (junk, str(result))


@pytest.mark.parametrize("id", [id for id in IDS if id not in PAPER])
def test_exceptions_are_reported(id: str) -> None:
    for error in ERRORS:

        def answer(*args: Any, error: BaseException = error) -> Any:
            raise error

        wrapped = function_class(answer, answer) if id in CLASSES else answer
        result = judge(find(id), wrapped)
        readable(result)
        if isinstance(error, NotImplementedError):
            assert result.status == "not started"
            continue
        assert result.status == "crashed"
        assert type(error).__name__ in result.message
        assert "raise error" in result.evidence


def test_keyboard_interrupt_passes_through() -> None:
    def answer(*args: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("mse-backward", answer, record=False)


@pytest.mark.parametrize("bad", ["mse-backwards", "MSE-backward", "", 3, None, ("a",), Hostile])
def test_unknown_id(bad: Any) -> None:
    with pytest.raises(ValueError, match="There is no exercise"):
        check(bad, None)


def test_unknown_id_names_near_ones() -> None:
    with pytest.raises(ValueError, match="Did you mean 'mse-backward'"):
        check("mse-backwrd", None)


def test_html_is_escaped() -> None:
    def answer(*args: Any) -> Any:
        raise ValueError("<script>alert('x')</script> \"quoted\" & `code`")

    html = judge(find("mse-backward"), answer)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    tags = set(re.findall(r"</?([a-z]+)", html))
    assert tags <= {"div", "p", "strong", "code", "br"}


numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary())
nested = st.recursive(
    numbers,
    lambda inner: st.one_of(
        st.lists(inner), st.tuples(inner, inner), st.dictionaries(st.text(), inner)
    ),
    max_leaves=8,
)
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@quick
@given(answer=nested, id=st.sampled_from(IDS))
def test_any_value_as_the_answer(answer: Any, id: str) -> None:
    readable(judge(find(id), answer))


@quick
@given(value=nested, id=st.sampled_from(IDS))
def test_any_value_from_a_function(value: Any, id: str) -> None:
    readable(judge(find(id), lambda *args: value))


@quick
@given(
    shape=st.lists(st.integers(0, 7), max_size=4),
    dtype=st.sampled_from([torch.float64, torch.float32, torch.int32, torch.complex128]),
    id=st.sampled_from(CALLED),
)
def test_any_tensor_from_a_function(shape: list[int], dtype: torch.dtype, id: str) -> None:
    def answer(*args: Any) -> Tensor:
        return torch.full(shape, 0.37, dtype=torch.float64).to(dtype)

    result = judge(find(id), answer)
    readable(result)
    assert not result
    assert result.mistake != "cannot-examine"
