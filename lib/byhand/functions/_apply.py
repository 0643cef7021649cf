"""The one typed way to call an `autograd.Function`, which torch leaves untyped."""

from typing import cast

from torch import Tensor
from torch.autograd import Function


def apply(function: type[Function], *arguments: object) -> Tensor:
    """Return `function.apply(*arguments)`, for a function with one output."""
    return cast(Tensor, function.apply(*arguments))  # type: ignore[no-untyped-call]
