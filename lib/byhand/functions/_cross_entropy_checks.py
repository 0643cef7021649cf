"""What cross-entropy asks of its arguments, and the sentence for each breach.

The exceptions are of the types that `torch.nn.functional.cross_entropy` raises. Everything here
looks at shapes and dtypes only, so that it works under `torch.func.vmap`, too; a class index out
of range is found when it is used.
"""

from torch import Tensor


def check_arguments(
    input: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    reduction: str,
    label_smoothing: float,
) -> None:
    """Raise unless the arguments belong together; see `CrossEntropy` for what is raised."""
    for name, value in (("input", input), ("target", target), ("weight", weight)):
        if not isinstance(value, Tensor) and not (name == "weight" and value is None):
            raise TypeError(f"{name} is {type(value).__name__}; cross-entropy needs a tensor.")
    if reduction not in ("none", "mean", "sum"):
        raise ValueError(f"reduction is {reduction!r}; use 'none', 'mean' or 'sum'.")
    if isinstance(ignore_index, bool) or not isinstance(ignore_index, int):
        raise TypeError(f"ignore_index is {ignore_index!r}; it must be an integer.")
    if not isinstance(label_smoothing, (int, float)):
        raise TypeError(f"label_smoothing is {label_smoothing!r}; it must be a number.")
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing is {label_smoothing}; it must be between 0 and 1.")
    _check_input(input)
    if target.shape == input.shape:
        _check_probabilities(target, ignore_index)
    else:
        _check_indices(input, target)
    if weight is not None:
        _check_weight(input, target, weight)


def _check_input(input: Tensor) -> None:
    """Raise unless input holds logits, with a class dimension."""
    if input.dim() == 0:
        raise IndexError(
            "input is a scalar; cross-entropy needs a dimension of classes: (C,) or (N, C, …)."
        )
    if not input.is_floating_point():
        raise NotImplementedError(
            f"input has dtype {input.dtype}; logits must be floating-point numbers."
        )
    if input.shape[0 if input.dim() == 1 else 1] == 0:
        raise IndexError(f"input has shape {tuple(input.shape)}, so there are no classes.")


def _check_probabilities(target: Tensor, ignore_index: int) -> None:
    """Raise unless target, of the shape of input, can hold class probabilities."""
    if not target.is_floating_point():
        raise RuntimeError(
            f"target has the shape of input, {tuple(target.shape)}, so it must hold class "
            f"probabilities, but its dtype is {target.dtype}. Make it floating point; class "
            "indices have no class dimension."
        )
    if ignore_index >= 0:
        raise RuntimeError(
            f"ignore_index is {ignore_index}, but class probabilities have no index to ignore; "
            "leave it negative."
        )


def _check_indices(input: Tensor, target: Tensor) -> None:
    """Raise unless target, of another shape than input, can hold class indices."""
    found, shape = tuple(target.shape), tuple(input.shape)
    samples = (*shape[:1], *shape[2:]) if len(shape) > 1 else ()
    if found != samples and not (len(shape) == 1 and found == (1,)):
        sentence = (
            f"input has shape {shape}, so class indices have shape {samples} and class "
            f"probabilities {shape}; target has shape {found}."
        )
        batch = len(shape) > 1 and found[:1] != samples[:1]
        raise (ValueError if batch or len(shape) == len(found) == 1 else RuntimeError)(sentence)
    if str(target.dtype) not in ("torch.int64", "torch.uint8"):
        raise RuntimeError(
            f"target has dtype {target.dtype}; class indices must be torch.int64 (torch.long) or "
            "torch.uint8."
        )


def _check_weight(input: Tensor, target: Tensor, weight: Tensor) -> None:
    """Raise unless there is one weight a class, of a dtype that fits."""
    classes = input.shape[0 if input.dim() == 1 else 1]
    if tuple(weight.shape) != (classes,):
        raise RuntimeError(
            f"weight has shape {tuple(weight.shape)}; it must hold one number for each of the "
            f"{classes} classes."
        )
    if target.shape != input.shape and weight.dtype != input.dtype:
        raise RuntimeError(
            f"weight has dtype {weight.dtype} and input {input.dtype}; with class indices they "
            "must be the same."
        )
