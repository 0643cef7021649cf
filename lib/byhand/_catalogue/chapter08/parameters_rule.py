"""A way to count the parameters of a CNN, with one rule for each step."""

# ruff: noqa: ARG005  (every rule takes the same arguments, used or not)

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from byhand._catalogue.chapter08.table_kind import by_row
from byhand._checker.spec import Mistake

Layer = tuple[Any, ...]
Rule = Callable[..., float]


@dataclass(frozen=True)
class Count:
    """A way to count, with one rule for each thing that a learner may do wrongly.

    Args:
        conv: of in_channels, out_channels, kernel_size, the size of the result, the padding.
        linear: of in_features, out_features.
        pool: of kernel_size, channels.
        conv_size: the size after a convolution; of size, kernel_size, padding.
        pool_size: the size after pooling; of size, kernel_size.
        flatten: of channels, size, and channels and size of the image.
        after_conv: channels after a convolution; of those before and of out_channels.
        after_linear: features after a linear layer; of those before and of out_features.
        chosen: of the layers that have parameters, those that are counted.
        extra: added to the total.
    """

    conv: Rule = lambda i, o, k, s, p: o * (i * k * k + 1)
    linear: Rule = lambda i, o: o * (i + 1)
    pool: Rule = lambda k, c: 0
    conv_size: Rule = lambda s, k, p: s + 2 * p - k + 1
    pool_size: Rule = lambda s, k: s // k
    flatten: Rule = lambda c, s, image_c, image_s: c * s * s
    after_conv: Rule = lambda i, o: o
    after_linear: Rule = lambda i, o: o
    chosen: Callable[[list[float]], list[float]] = lambda counts: counts

    def __call__(self, channels: int, size: int, layers: list[Layer]) -> float:
        """The number of parameters."""
        counts: list[float] = []
        pools, c, s = 0.0, float(channels), float(size)
        for name, *numbers in layers:
            if name == "conv":
                out, kernel, padding = numbers
                s = self.conv_size(s, kernel, padding)
                counts.append(self.conv(c, out, kernel, s, padding))
                c = self.after_conv(c, out)
            elif name == "pool":
                s = self.pool_size(s, numbers[0])
                pools += self.pool(numbers[0], c)
            elif name == "flatten":
                c = self.flatten(c, s, channels, size)
            else:
                counts.append(self.linear(c, numbers[0]))
                c = self.after_linear(c, numbers[0])
        return sum(self.chosen(counts)) + pools


RIGHT = Count()
BIAS = "How many outputs does the layer have, and which of them gets a bias?"
KERNEL = "How many numbers does one 5 × 5 kernel hold for one input channel?"
CHANNELS = "A pixel of the result looks at all input channels. How many weights does it use?"
SIZE = "How many numbers leave the last pooling, for one image?"
NOTHING = "What does pooling learn?"
STEP_CONV = "A convolution has out_channels · (in_channels · kernel_size² + 1) parameters."
STEP_LINEAR = "A linear layer has out_features · (in_features + 1) parameters."
STEP_SIZE = (
    "Keep `channels` and `size` up to date: a convolution makes the size "
    "size + 2 · padding − kernel_size + 1, pooling makes it size // kernel_size."
)
STEP_FLATTEN = "After flattening there are channels · size · size numbers."


def slip(code: str, rule: Count, message: str, step: str, hint: str) -> Mistake:
    """A mistake of the catalogue."""
    return Mistake(code, by_row(rule), message, step, hint, part="count")
