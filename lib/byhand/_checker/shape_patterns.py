"""Right numbers in a wrong shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from byhand._checker.compare import close
from byhand._checker.scene import Scene, found
from byhand._checker.spec import Finding


def shapes(scene: Scene) -> Finding | None:
    """Transposed, summed, broadcast and not summed back, or with a dimension too many."""
    if scene.same_shapes:
        return None
    rules: Sequence[tuple[str, Callable[[Tensor, Tensor], bool], str, str]] = (
        ("transposed", _transposed, "is the right result, transposed.", "Transpose it back."),
        (
            "extra-dimension",
            _squeezed,
            "holds the right numbers in another shape.",
            "Give the result the expected shape; look for `keepdim`, `unsqueeze` or `reshape`.",
        ),
        (
            "unsummed-broadcast",
            _unsummed,
            "was not summed over the dimensions along which the input was broadcast.",
            "One number was used several times, so its gradients add up: sum over those "
            "dimensions.",
        ),
        (
            "summed",
            _summed,
            "holds sums or means of the entries of the right result.",
            "Return one number for each entry of the input: leave out the sum or the mean.",
        ),
    )
    for code, rule, words, step in rules:
        if all(rule(got, want) or close(got, want, 1e-6) for got, want in scene.pairs):
            return found(scene, code, f"{scene.name} {words}", step)
    return None


def _transposed(got: Tensor, want: Tensor) -> bool:
    if not got.ndim == want.ndim >= 2:
        return False
    turned = (got.transpose(-1, -2), got.permute(*range(got.ndim - 1, -1, -1)))
    return any(close(candidate, want, 1e-6) for candidate in turned)


def _squeezed(got: Tensor, want: Tensor) -> bool:
    return got.numel() == want.numel() and close(got.reshape(want.shape), want, 1e-6)


def _unsummed(got: Tensor, want: Tensor) -> bool:
    if got.numel() <= want.numel() or got.ndim < want.ndim:
        return False
    try:
        return close(got.sum_to_size(want.shape), want, 1e-6)
    except RuntimeError:
        return False


def _summed(got: Tensor, want: Tensor) -> bool:
    if got.numel() == 1 < want.numel() and close(got.reshape(()), want.sum(), 1e-6):
        return True
    return any(_reduced(got, want, k) for k in range(want.ndim))


def _reduced(got: Tensor, want: Tensor, dim: int) -> bool:
    """Whether `got` is the sum or the mean of `want` over one dimension."""
    kept = [want.sum(dim, keepdim=True), want.mean(dim, keepdim=True)]
    return any(
        got.numel() == one.numel() and close(got.reshape(one.shape), one, 1e-6) for one in kept
    )
