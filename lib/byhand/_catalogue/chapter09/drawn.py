"""Sizes and special cases that the exercises of chapter 9 share.

Every size in one case is another number, so that no dimension can be taken for another; images
are never square.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from byhand._checker.inputs import Inputs
from byhand._checker.spec import Args, Probe
from byhand._checker.standard import Make, scaled, single_precision, small


@dataclass(frozen=True)
class Sizes:
    """One convolution: x (n, c, h, w), weight (o, c, k, k), padding p, stride 1."""

    n: int
    c: int
    o: int
    h: int
    w: int
    k: int
    p: int

    @property
    def x(self) -> tuple[int, int, int, int]:
        """Shape of the input."""
        return self.n, self.c, self.h, self.w

    @property
    def weight(self) -> tuple[int, int, int, int]:
        """Shape of the weight."""
        return self.o, self.c, self.k, self.k

    @property
    def y(self) -> tuple[int, int, int, int]:
        """Shape of the output, and of `grad_output`."""
        grown = 2 * self.p - self.k + 1
        return self.n, self.o, self.h + grown, self.w + grown


SIZES = (
    Sizes(2, 3, 5, 7, 11, k=4, p=1),
    Sizes(3, 5, 4, 7, 9, k=2, p=0),
    Sizes(3, 4, 2, 9, 8, k=5, p=1),
    Sizes(4, 5, 2, 7, 6, k=3, p=1),
)
"""By seed; the last one keeps the size of the image, as the book's networks do.

No kernel is larger than an image without padding, so that an answer which forgets the padding
returns something that can be explained.
"""
Draw = Callable[[Inputs, Sizes], Args]
"""Draws the arguments of one convolution."""


def by_seed(draw: Draw) -> Make:
    """The random inputs of an exercise on a convolution."""
    return lambda inputs: draw(inputs, SIZES[inputs.seed % len(SIZES)])


def with_sizes(draw: Draw, sizes: Sizes) -> Make:
    """One convolution of these sizes."""
    return lambda inputs: draw(inputs, sizes)


def channels_last(make: Make) -> Probe:
    """Images as they lie in memory after ``to(memory_format=torch.channels_last)``."""
    return _permuted(make, (0, 2, 3, 1), "images that lie in memory with the channels last")


def columns_first(make: Make) -> Probe:
    """Images turned by ``transpose(2, 3)``."""
    return _permuted(make, (3, 2, 1, 0), "transposed images, which are not contiguous in memory")


def _permuted(make: Make, order: tuple[int, ...], label: str) -> Probe:
    back = tuple(order.index(k) for k in range(4))

    def turned(value: Any) -> Any:
        if isinstance(value, Tensor) and value.ndim == 4:
            return value.permute(order).contiguous().permute(back)
        return value

    return Probe(
        "wrong-when-not-contiguous",
        label,
        lambda inputs: tuple(map(turned, make(inputs))),
        "The numbers depend on how the images lie in memory.",
        "Use `reshape` in place of `view`, and write into tensors from `x.new_zeros(…)`: "
        "`flatten` of a tensor that is not contiguous may be a copy.",
        listed="channels" not in label,
    )


def rounded(make: Make) -> Make:
    """Thirds of the numbers of `make`: they fill all digits, so that fewer digits are seen."""
    return scaled(make, 1 / 3)


def images(make: Make) -> tuple[Probe, ...]:
    """The cases that every exercise on images is tried with."""
    return (
        single_precision(rounded(make)),
        columns_first(make),
        channels_last(make),
        large_numbers(make),
        small(make),
    )


def large_numbers(make: Make) -> Probe:
    """Numbers of several thousands, in `grad_output` too."""
    return Probe(
        "wrong-for-large-numbers",
        "numbers of several thousands",
        scaled(make, 4096.0),
        "The result is right for small numbers and wrong for large ones.",
        "Look for `clamp`, and for a test of a size.",
        listed=False,
    )


def words(kernel_size: int, padding: int) -> str:
    """What distinguishes one convolution from another, in words."""
    return f"a kernel of {kernel_size} × {kernel_size} with padding {padding}"


def convolutions(draw: Draw) -> tuple[Probe, ...]:
    """Special sizes of a convolution."""
    return (
        Probe(
            "wrong-for-one-sample",
            "one image with one channel in and one out",
            with_sizes(draw, Sizes(1, 1, 1, 5, 7, k=3, p=1)),
            "The result is right for several samples and channels and wrong for one.",
            "Look for `squeeze`: all four dimensions stay.",
        ),
        Probe(
            "wrong-for-full-padding",
            "a padding of kernel_size − 1",
            with_sizes(draw, Sizes(2, 3, 4, 5, 7, k=4, p=3)),
            "The result is right for less padding and wrong for a padding of kernel_size − 1, the "
            "largest in which every window still holds a pixel.",
            "Follow the sizes: the output has H + 2 · padding − kernel_size + 1 rows.",
        ),
        Probe(
            "wrong-without-padding",
            "no padding",
            with_sizes(draw, Sizes(2, 4, 3, 6, 5, k=3, p=0)),
            "The result is right with padding and wrong without.",
            "Look for slices such as `[padding:-padding]`: with padding 0 this one is empty.",
        ),
        Probe(
            "wrong-for-kernel-of-one",
            "a kernel of 1 × 1",
            with_sizes(draw, Sizes(3, 2, 5, 4, 7, k=1, p=0)),
            "The result is right for larger kernels and wrong for one place, where a convolution "
            "is a linear layer at each pixel.",
            "Let every size follow from the arguments.",
        ),
        Probe(
            "wrong-for-equal-sizes",
            "as many samples as channels, rows and columns",
            with_sizes(draw, Sizes(4, 4, 4, 4, 4, k=3, p=1)),
            "The result is right where all sizes differ and wrong where they are equal.",
            "Name the dimensions by their position, and not by their size.",
            listed=False,
        ),
        Probe(
            "wrong-for-one-output",
            "a kernel as large as the image",
            with_sizes(draw, Sizes(3, 2, 5, 4, 4, k=4, p=0)),
            "The result is right for larger images and wrong where the output is one pixel.",
            "Look for `squeeze`, and for a loop that runs over too few places.",
            listed=False,
        ),
        Probe(
            "wrong-for-large-images",
            "larger images and more channels",
            with_sizes(draw, Sizes(5, 1, 2, 17, 13, k=7, p=4)),
            "The result is right for small sizes and wrong for larger ones.",
            "Let every size follow from the arguments.",
            listed=False,
        ),
    )
