"""Small images side by side, in one PNG whose pixels can be seen."""

import io
import math
from typing import Final

import torch
from IPython.display import Image
from PIL import Image as Pixels

_COLOURS: Final = (
    256  # one byte a pixel: a third of the file, and hardly to be seen in small images
)


def pictures(images: torch.Tensor, columns: int, *, zoom: int = 2, gap: int = 2) -> Image:
    """Put small images side by side, and make each pixel larger.

    Args:
        images: Shape (N, 3, H, W), at least one image: red, green and blue, whole numbers from 0 to
            255 (uint8) or fractions from 0 to 1. What lies outside of 0 to 1 is cut off.
        columns: How many images stand in a row.
        zoom: How many pixels of the screen each pixel is high and wide.
        gap: White pixels between two images, before the zoom.

    Returns:
        A PNG, row by row in the order of `images`. A notebook shows it when it is the last value
        of a cell. If there are more than 256 colours, similar ones become one, to keep pages light.

    Raises:
        ValueError: If `images` has another shape, or a number is below 1 (below 0 for `gap`).
    """
    if images.dim() != 4 or images.shape[1] != 3 or images.numel() == 0:
        raise ValueError(
            f"The images have shape {tuple(images.shape)}; give (N, 3, height, width), N from 1."
        )
    if min(columns, zoom) < 1 or gap < 0:
        raise ValueError(
            f"columns is {columns}, zoom {zoom} and gap {gap}: whole numbers from 1 (gap from 0)."
        )
    if not images.is_floating_point():
        images = images / 255
    count, _, height, width = images.shape
    rows = math.ceil(count / columns)
    down, right = height + gap, width + gap
    sheet = torch.ones(3, rows * down - gap, columns * right - gap)
    for k, image in enumerate(images.detach().cpu().float().clamp(0, 1)):
        top, left = k // columns * down, k % columns * right
        sheet[:, top : top + height, left : left + width] = image
    large = sheet.repeat_interleave(zoom, 1).repeat_interleave(zoom, 2)
    file = io.BytesIO()
    pixels = (large * 255).round().to(torch.uint8).permute(1, 2, 0).contiguous().numpy()
    few = Pixels.fromarray(pixels).quantize(_COLOURS, dither=Pixels.Dither.NONE)
    few.save(file, "png", optimize=True)
    return Image(file.getvalue())  # type: ignore[no-untyped-call]
