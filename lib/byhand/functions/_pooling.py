"""Max-pooling: the largest number of each window, and where it stood.

Only the largest number of a window moves its output, with slope 1. So backward sends each
grad_output to the place of that number, and adds where windows overlap; a tangent is read from the
same places. The two are transposes of each other: scatter and gather.
"""

from contextlib import suppress
from typing import Any

import torch
from torch import Size, Tensor
from torch.autograd import Function
from torch.nn.functional import max_pool2d_with_indices

from byhand.functions._apply import apply
from byhand.functions._shapes import Size2d, pair

Gradients = tuple[Tensor | None, ...]


def _flat(planes: Tensor) -> Tensor:
    """Return (…, H, W) as (…, H · W)."""
    *leading, high, wide = planes.shape
    return planes.reshape(*leading, high * wide)


class _Scatter(Function):
    """Send the entries of grad_output (…, H′, W′) to their places in an image (…, H, W)."""

    generate_vmap_rule = True

    @staticmethod
    def forward(grad_output: Tensor, indices: Tensor, image: Size) -> Tensor:
        """Return zeros with each entry added at its place."""
        zeros = grad_output.new_zeros(image)
        flat, places, entries = (_flat(tensor) for tensor in (zeros, indices, grad_output))
        with suppress(RuntimeError):  # under vmap there may be one grad_output for many indices
            flat.scatter_add_(-1, places, entries)
            return zeros
        return flat.scatter_add(-1, places, entries).reshape(image)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the places."""
        _, indices, ctx.image = inputs
        ctx.save_for_backward(indices)
        ctx.save_for_forward(indices)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Gradients:
        """Return what stands at the places."""
        return apply(_Gather, grad, *ctx.saved_tensors), None, None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, *_: None) -> Tensor:
        """Return the tangent sent to the places: scatter is linear."""
        return apply(_Scatter, tangent, *ctx.saved_tensors, ctx.image)


class _Gather(Function):
    """Read the entries of an image (…, H, W) at their places (…, H′, W′)."""

    generate_vmap_rule = True

    @staticmethod
    def forward(image: Tensor, indices: Tensor) -> Tensor:
        """Return the entries in the shape of the places."""
        return _flat(image).gather(-1, _flat(indices)).reshape(indices.shape)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep the places."""
        image, indices = inputs
        ctx.image = image.shape
        ctx.save_for_backward(indices)
        ctx.save_for_forward(indices)

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor) -> Gradients:
        """Return grad_output sent back to the places."""
        return apply(_Scatter, grad_output, *ctx.saved_tensors, ctx.image), None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, _: None) -> Tensor:
        """Return the tangent at the places: gather is linear."""
        return apply(_Gather, tangent, *ctx.saved_tensors)


def _check_reach(input: Tensor, padding: Size2d, dilation: Size2d) -> None:
    """Raise where a window can step over the whole image, from padding to padding."""
    if not torch.is_tensor(input) or input.dim() < 2:
        return  # PyTorch says what is wrong
    for size, zeros, step in zip(input.shape[-2:], pair(padding), pair(dilation), strict=True):
        if 0 < size < step and zeros > 0:
            raise RuntimeError(
                f"input has shape {tuple(input.shape)}, so with dilation {step} and padding "
                f"{zeros} a window may hold padding only, and no entry of the image is its "
                "largest; take a smaller dilation or no padding."
            )


class MaxPool2d(Function):
    """The largest number of each window, and its place.

    `MaxPool2d.apply(input, kernel_size, stride, padding, dilation, ceil_mode)`: input (N, C, H, W)
    or (C, H, W); the sizes are a number or (height, width), stride None stands for kernel_size.
    The padding is −∞, so it never wins. Returns the pair (output, indices), both (N, C, H′, W′) or
    (C, H′, W′), where H′ = ⌊(H + 2 padding − dilation (kernel_size − 1) − 1) / stride⌋ + 1, with
    ⌈ ⌉ for ceil_mode; an index is row · W + column, and has no gradient.

    Among equal numbers the first wins and receives the whole gradient, as in PyTorch; a NaN wins
    over every number, and the last NaN over the others. The second derivative is 0 wherever it
    exists, and a double backward reads at the same places. Works under `torch.func` (vmap, grad,
    jvp). Same values as `torch.nn.functional.max_pool2d`.

    Raises:
        RuntimeError: PyTorch's own, if input has no such shape, if a window is larger than the
            padded input, if padding is negative or more than half of a window, or if stride or
            dilation is not positive. This one's, if padding is not 0 and dilation is larger than
            the image: PyTorch then sends gradients to places that do not exist.
        NotImplementedError: PyTorch's own, if input is boolean or complex.
        TypeError: PyTorch's own, if an argument is of another type.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(
        input: Tensor,
        kernel_size: Size2d,
        stride: Size2d | None,
        padding: Size2d,
        dilation: Size2d,
        ceil_mode: bool,
    ) -> tuple[Tensor, Tensor]:
        """Return the largest numbers and their places."""
        sizes: Any = (kernel_size, stride, padding, dilation, ceil_mode)
        _check_reach(input, padding, dilation)
        if not torch.is_tensor(input) or input.dim() != 4 or not input.is_contiguous():
            return max_pool2d_with_indices(input, *sizes)
        # With the channels last PyTorch compares many at once, and takes half of the time.
        moved = input.movedim(1, -1).contiguous().movedim(-1, 1)
        output, indices = max_pool2d_with_indices(moved, *sizes)
        return output.contiguous(), indices.contiguous()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, Tensor]) -> None:
        """Keep the places that forward found; the numbers themselves are not needed again."""
        ctx.image = inputs[0].shape
        ctx.save_for_backward(output[1])
        ctx.save_for_forward(output[1])
        ctx.mark_non_differentiable(output[1])
        ctx.set_materialize_grads(False)  # no zeros for the indices' gradient, which is none

    @staticmethod
    def backward(ctx: Any, grad_output: Tensor | None, _: None = None) -> Gradients:
        """Return grad_output at the places of the largest numbers, added up, and 0 elsewhere."""
        grad_input = None
        if grad_output is not None:
            grad_input = apply(_Scatter, grad_output, *ctx.saved_tensors, ctx.image)
        return grad_input, None, None, None, None, None

    @staticmethod
    def jvp(ctx: Any, tangent: Tensor, *_: None) -> tuple[Tensor, None]:
        """Return the tangent at the places of the largest numbers."""
        return apply(_Gather, tangent, *ctx.saved_tensors), None


def max_pool2d(
    input: Tensor,
    kernel_size: Size2d,
    stride: Size2d | None = None,
    padding: Size2d = 0,
    dilation: Size2d = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """Return the first output of `MaxPool2d.apply` of the arguments, in this order."""
    pair: Any = MaxPool2d.apply(input, kernel_size, stride, padding, dilation, ceil_mode)  # type: ignore[no-untyped-call]
    output: Tensor = pair[0]
    return output
