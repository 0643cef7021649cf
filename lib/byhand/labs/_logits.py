"""What the labs on softmax and on cross-entropy check and store in the same way."""

import math
from typing import Any, Final

import traitlets

CLASSES: Final = 3


def checked(proposal: Any, most: float, what: str) -> list[float]:
    """Check a list of three numbers that was given to a trait.

    Args:
        proposal: What traitlets hands to a validator.
        most: The largest absolute value that is allowed.
        what: What there is one number for, in the singular, such as ``"class"``.

    Returns:
        The three numbers.

    Raises:
        TraitError: If there are not three, or one is too large, infinite or NaN.
    """
    name, numbers = proposal.trait.name, [float(number) for number in proposal.value]
    if len(numbers) != CLASSES:
        raise traitlets.TraitError(
            f"{name} has {len(numbers)} numbers; the lab has {CLASSES}, one for each {what}."
        )
    # A comparison with NaN is false, so NaN is refused as well.
    if not all(abs(number) <= most for number in numbers):
        raise traitlets.TraitError(
            f"{name} is {numbers}; every number must be from −{most:g} to {most:g}."
        )
    return numbers


def storable(numbers: Any) -> Any:
    """Write infinity and NaN as the words that JavaScript's ``Number`` reads.

    JSON, in which a notebook stores the state of a lab, has neither.

    Args:
        numbers: A number, or lists and dictionaries of numbers.
    """
    if isinstance(numbers, dict):
        return {name: storable(value) for name, value in numbers.items()}
    if isinstance(numbers, list):
        return [storable(number) for number in numbers]
    if math.isnan(numbers):
        return "NaN"
    if math.isinf(numbers):
        return "Infinity" if numbers > 0 else "-Infinity"
    return numbers
