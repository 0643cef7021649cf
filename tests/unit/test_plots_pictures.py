"""Images side by side: every pixel is where it belongs."""

import io

import numpy as np
import pytest
import torch
from PIL import Image as Pixels
from torch import Tensor

from byhand import load_cifar10, plots


def shown(images: Tensor, columns: int, *, zoom: int = 2, gap: int = 2) -> Tensor:
    """What a reader sees: (height, width, 3), 0 to 255."""
    picture = plots.pictures(images, columns, zoom=zoom, gap=gap)
    with Pixels.open(io.BytesIO(picture.data), formats=["PNG"]) as pixels:
        return torch.from_numpy(np.array(pixels.convert("RGB"))).int()


def drawn(count: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return 85 * torch.randint(4, (count, 3, 5, 7), generator=generator, dtype=torch.uint8)


def test_each_image_is_in_its_place_and_each_pixel_enlarged() -> None:
    images = drawn(5)
    seen = shown(images, columns=3, zoom=4, gap=1)
    assert seen.shape == (4 * 11, 4 * 23, 3)
    for k, image in enumerate(images):
        top, left = 4 * 6 * (k // 3), 4 * 8 * (k % 3)
        for row, column in ((0, 0), (4, 6), (2, 3)):
            y, x = top + 4 * row, left + 4 * column
            block = seen[y : y + 4, x : x + 4]
            assert (block == image[:, row, column].int()).all()


def test_gaps_and_missing_images_are_white() -> None:
    seen = shown(drawn(5), columns=3, zoom=1, gap=1)
    assert (seen[5] == 255).all()
    assert (seen[:, 7] == 255).all()
    assert (seen[6:, 16:] == 255).all()


def test_fractions_give_the_same_picture_and_are_cut_off() -> None:
    images = drawn(2)
    whole, fraction = plots.pictures(images, 2), plots.pictures(images / 255, 2)
    assert whole.data == fraction.data
    far = torch.tensor([-3.0, 0.0, 9.0]).view(1, 3, 1, 1)
    assert shown(far, 1, zoom=1).flatten().tolist() == [0, 0, 255]


def test_many_colours_become_similar_ones_and_one_byte_each() -> None:
    images = load_cifar10(n=20).images
    picture = plots.pictures(images, 5, zoom=2, gap=0)
    seen = shown(images, 5, zoom=1, gap=0).reshape(4, 32, 5, 32, 3)
    error = (seen.permute(0, 2, 4, 1, 3).reshape(20, 3, 32, 32) - images.int()).abs().float()
    assert error.mean() < 8  # of 255
    assert len(picture.data) < images.numel()


def test_leaves_the_images_alone_and_needs_no_graph() -> None:
    images = torch.rand(2, 3, 5, 7, generator=torch.Generator().manual_seed(0)).requires_grad_()
    before = images.detach().clone()
    plots.pictures(images * 2, 2)
    assert torch.equal(images, before)


@pytest.mark.parametrize("shape", [(3, 5, 7), (2, 1, 5, 7), (0, 3, 5, 7), (2, 5, 7, 3)])
def test_says_which_shape_it_needs(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(N, 3, height, width\)"):
        plots.pictures(torch.zeros(shape), 2)


@pytest.mark.parametrize(("columns", "zoom", "gap"), [(0, 1, 1), (1, 0, 1), (1, 1, -1)])
def test_says_which_numbers_it_needs(columns: int, zoom: int, gap: int) -> None:
    with pytest.raises(ValueError, match="whole numbers from 1"):
        plots.pictures(drawn(1), columns, zoom=zoom, gap=gap)
