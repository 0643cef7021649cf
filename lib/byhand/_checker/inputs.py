"""Inputs that tell a right answer from a wrong one.

Every number is a small multiple of 1/64, so it is the same in float32 and float64 and on every
processor. Sizes are distinct odd primes, so no two dimensions can be mistaken for each other.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor

SHAPES = ((3, 5), (7,), (5, 3, 7), (7, 3), (11,), (3, 7))


class Inputs:
    """Draws the arguments of one call, from a private generator.

    Args:
        seed: any whole number; the same seed gives the same inputs everywhere.
        dtype: the floating-point type of the tensors.
        shape: what `shape` returns, in place of a shape that depends on the seed.
    """

    def __init__(
        self,
        seed: int,
        dtype: torch.dtype = torch.float64,
        shape: tuple[int, ...] | None = None,
    ) -> None:
        self.seed = seed
        self._shape = shape
        self.dtype = dtype
        self._random = random.Random(f"byhand {seed}")

    def _grid(self, shape: tuple[int, ...], offset: int) -> Tensor:
        """Multiples of 1/64 in about (-3, 3): ``(2k + offset) / 64``."""
        count = 1
        for size in shape:
            count *= size
        numbers = [(2 * self._random.randint(-96, 95) + offset) / 64 for _ in range(count)]
        return torch.tensor(numbers, dtype=self.dtype, device="cpu").reshape(shape)

    def shape(self) -> tuple[int, ...]:
        """A shape of one, two or three dimensions, a different one for each small seed."""
        if self._shape is not None:
            return self._shape
        return SHAPES[self.seed % len(SHAPES)]

    def values(self, *shape: int) -> Tensor:
        """Odd multiples of 1/64: never zero, and never equal to a number of `targets`."""
        return self._grid(shape, 1)

    def targets(self, *shape: int) -> Tensor:
        """Even multiples of 1/64."""
        return self._grid(shape, 0)

    def positive(self, *shape: int) -> Tensor:
        """Odd multiples of 1/64 above zero."""
        return self._grid(shape, 1).abs()

    def grad_scalar(self) -> Tensor:
        """`grad_output` of a scalar loss: 1.7 first, then others of both signs, never 1."""
        if self.seed == 0:
            return torch.tensor(1.7, dtype=self.dtype, device="cpu")
        size = self._random.choice([0.3, 0.6, 1.7, 2.3, 3.1])
        sign = -1.0 if self.seed % 2 else 1.0
        return torch.tensor(sign * size, dtype=self.dtype, device="cpu")
