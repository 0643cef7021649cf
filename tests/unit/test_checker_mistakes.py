"""Every mistake of the catalogue is named, by its own code and in its own words."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from byhand._checker.api import judge
from byhand._checker.compare import close
from byhand._checker.inputs import Inputs
from byhand._checker.reference import apply, right
from byhand._checker.spec import Band, Exercise, Mistake
from byhand._checker.stages import examine
from tests.unit.checker_build import EXERCISES, IDS, wrong

CASES = [
    pytest.param(exercise, mistake, id=f"{exercise.id}-{k}-{mistake.code}")
    for exercise in EXERCISES
    for k, mistake in enumerate(exercise.mistakes)
]


# With None for the target these two cannot be told from others: nothing is said about it.
ABOUT_BOTH = ("target", "sign-or-order")


def none_is_allowed(id: str) -> bool:
    return "mse-function" in id and not any(words in id for words in ABOUT_BOTH)


def names_it(exercise: Exercise, mistake: Mistake, answer: object) -> None:
    result = judge(exercise, answer)
    assert (result.status, result.mistake) == ("wrong", mistake.code), str(result)
    assert mistake.message in result.message, str(result)
    assert result.evidence
    assert result.next_step == mistake.next_step


@pytest.mark.parametrize(("exercise", "mistake"), CASES)
def test_catalogued_mistake_is_named(exercise: Exercise, mistake: Mistake) -> None:
    names_it(exercise, mistake, wrong(exercise, mistake))


@pytest.mark.parametrize(
    ("exercise", "mistake"),
    [case for case in CASES if none_is_allowed(str(case.id))],
)
def test_function_mistake_is_named_with_none_for_the_target(
    exercise: Exercise, mistake: Mistake
) -> None:
    names_it(exercise, mistake, wrong(exercise, mistake, target_none=True))


Numbers = list[list[Any]]


def outputs(exercise: Exercise, mistake: Mistake) -> Numbers:
    drawn = [exercise.make(Inputs(seed)) for seed in exercise.seeds]
    return [apply(exercise, mistake.formula, mistake.part, args) for args in drawn]


def equal(first: Numbers, second: Numbers, rtol: float) -> bool:
    return all(
        len(a) == len(b)
        and all(
            isinstance(x, Tensor) and isinstance(y, Tensor | Band) and close(x, y, rtol)
            for x, y in zip(a, b, strict=True)
        )
        for a, b in zip(first, second, strict=True)
    )


@pytest.mark.parametrize("exercise", EXERCISES, ids=IDS)
def test_no_two_mistakes_of_a_catalogue_are_the_same_numbers(exercise: Exercise) -> None:
    found = [(m, outputs(exercise, m)) for m in exercise.mistakes]
    for k, (mistake, numbers) in enumerate(found):
        for other, others in found[:k]:
            if mistake.part == other.part:
                assert not equal(numbers, others, exercise.rtol), (mistake.code, other.code)


@pytest.mark.parametrize("exercise", EXERCISES, ids=IDS)
def test_no_mistake_of_a_catalogue_is_right(exercise: Exercise) -> None:
    drawn = [exercise.make(Inputs(seed)) for seed in exercise.seeds]
    for mistake in exercise.mistakes:
        reference = [list(right(exercise, mistake.part, args)) for args in drawn]
        assert not equal(outputs(exercise, mistake), reference, exercise.rtol), mistake.code


@pytest.mark.parametrize("exercise", EXERCISES, ids=IDS)
def test_every_catalogue_is_rich_and_every_mistake_has_a_question(exercise: Exercise) -> None:
    assert len({mistake.code for mistake in exercise.mistakes}) >= 8
    assert all(m.hint and m.next_step and m.message for m in exercise.mistakes)


@pytest.mark.parametrize(("exercise", "mistake"), CASES)
def test_mistake_keeps_its_name_on_other_seeds(exercise: Exercise, mistake: Mistake) -> None:
    if exercise.seeds == (0,):
        return  # an answer on paper has one case
    finding = examine(exercise, wrong(exercise, mistake), range(6, 12))
    assert not isinstance(finding, tuple)
    assert finding.code == mistake.code, finding


@pytest.mark.long
@pytest.mark.parametrize(("exercise", "mistake"), CASES)
def test_mistake_never_passes_on_many_seeds(exercise: Exercise, mistake: Mistake) -> None:
    """Whatever four seeds a check might have drawn, it would have seen the mistake."""
    answer = wrong(exercise, mistake)
    count = 1 if exercise.seeds == (0,) else 100
    for k in range(count):
        size = len(exercise.seeds)
        finding = examine(exercise, answer, range(k * size, (k + 1) * size))
        assert not isinstance(finding, tuple), (mistake.code, k)
        assert finding.code == mistake.code, (k, finding)


@pytest.mark.parametrize("scale", [0.5, 2.0, -1.0])
def test_mistake_times_a_constant_names_both(scale: float) -> None:
    def answer(grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
        return scale * 2 * (input - target) / input.numel()

    result = judge(EXERCISES[IDS.index("mse-backward")], answer)
    assert result.mistake == "missing-grad-output"
    assert {0.5: "1/2", 2.0: "factor of 2", -1.0: "−1"}[scale] in result.message


@pytest.mark.parametrize(
    ("factor", "words"), [(2.0, "times 2."), (-0.5, "times −1/2"), (-3.3, "times −3.3")]
)
def test_right_result_times_a_constant(factor: float, words: str) -> None:
    def answer(grad_output: Tensor, input: Tensor, target: Tensor) -> Tensor:
        return factor * grad_output * 2 * (input - target) / torch.numel(input)

    result = judge(EXERCISES[IDS.index("mse-backward")], answer)
    assert result.mistake == "constant-factor"
    assert words in result.message
