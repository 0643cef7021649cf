"""The built-in look-alike of CIFAR-10: ten drawn classes, the same pixels on every platform."""

import contextlib
import hashlib
from collections.abc import Iterator

import torch
from torch import Generator, Tensor

from byhand._cifar10.scene import SIDE, draw_numbers, paint
from byhand._cifar10.shapes import SILHOUETTES

CHUNK = 500
"""Pictures that are drawn at once: 50 of each class."""
MOST_TURN = 12
"""How far a picture may be turned, in 1/256 of a turn."""
MOST_TURN_OF_AIRPLANE = 32


def draw(split: str, n: int, seed: int) -> tuple[Tensor, Tensor]:
    """Return n pictures, (n, 3, 32, 32) uint8, and their labels, (n,) int64.

    Fewer pictures are the first ones of more. Each 500 hold 50 of every class, in random order.
    """
    with _one_thread():
        chunks = [
            _chunk(f"{split} {seed} {k}", min(CHUNK, n - k * CHUNK)) for k in range(-(-n // CHUNK))
        ]
    return torch.cat([images for images, _ in chunks]), torch.cat([labels for _, labels in chunks])


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Compute without helpers: each step is so short that waiting for them costs more."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _chunk(stream: str, count: int) -> tuple[Tensor, Tensor]:
    """Draw the first pictures of one chunk; its name chooses its random numbers."""
    name = hashlib.sha256(f"byhand synthetic 1 {stream}".encode()).digest()
    generator = Generator().manual_seed(int.from_bytes(name[:4], "big"))
    labels = torch.randperm(CHUNK, generator=generator)[:count] % len(SILHOUETTES)
    drawn = draw_numbers(
        generator, CHUNK
    )  # all of them, so that fewer pictures are the first of more
    images = torch.empty(count, 3, SIDE, SIDE, dtype=torch.uint8)
    for label, parts in enumerate(SILHOUETTES):
        rows = (labels == label).nonzero().flatten()
        turn = MOST_TURN_OF_AIRPLANE if label == 0 else MOST_TURN
        images[rows] = paint(parts, drawn.rows(rows), turn)
    return images, labels
