"""Figures about losses: known points, names that stay apart, arrows of true length."""

from collections.abc import Iterator

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.quiver import Quiver

from byhand import plots

mpl.use("Agg")


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    """Close what a test leaves open."""
    yield
    plt.close("all")


def test_loss_curves_go_through_known_points() -> None:
    _, (values, gradients) = plots.loss_curves(["huber"], delta=0.5)
    xs, ys = values.lines[1].get_data()
    _, slopes = gradients.lines[1].get_data()
    at = {round(x, 9): (y, slope) for x, y, slope in zip(xs, ys, slopes, strict=True)}
    assert at[0.25] == pytest.approx((0.03125, 0.25))
    assert at[-2.0] == pytest.approx((0.875, -0.5))


def test_loss_curves_refuse_an_unknown_loss() -> None:
    with pytest.raises(ValueError, match="no loss 'hinge'; choose from mse, l1, huber, smooth_l1"):
        plots.loss_curves(["hinge"])


@pytest.mark.parametrize("delta", [0.2, 0.5, 1.0, 1.5, 2.0])
def test_loss_curves_name_each_line_once_and_apart(delta: float) -> None:
    figure, axes = plots.loss_curves(delta=delta)
    figure.draw_without_rendering()
    for ax in axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        assert sorted(text.get_text() for text in ax.texts) == ["Huber", "L1", "MSE", "smooth L1"]
        for k, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[k + 1 :])
            assert box.x1 < figure.bbox.x1


def test_gradient_arrows_point_against_the_gradient_and_keep_their_length() -> None:
    input, grad = torch.tensor([2.0, 2.0, 2.0, 2.0]), torch.tensor([4.0, -0.01, 0.02, 0.0])
    figure, ax = plots.gradient_arrows(input, torch.zeros(4), grad, scale=0.25)
    figure.draw_without_rendering()
    unit = np.diff(ax.transData.transform([(0, 0), (0, 1)])[:, 1])[0]
    lengths = []
    for arrow in (one for one in ax.collections if isinstance(one, Quiver)):
        heights = (
            np.asarray(arrow.get_paths()[0].vertices)[:, 1]
            * arrow.get_transform().get_matrix()[1, 1]
        )
        tip = max(heights, key=abs)
        assert min(heights * np.sign(tip)) >= -1e-9, "it reaches back behind its start"
        lengths.append(tip / unit)
    assert lengths == pytest.approx([-1.0, 0.0025, -0.005])
    assert isinstance(figure, plots.Figure)
    drawn = figure.to_svg()
    for words in ("−4", "+0.01", "−0.02", "0", "pull = −gradient"):
        assert f">{words}</text>" in drawn


def test_gradient_arrows_want_three_equal_shapes() -> None:
    with pytest.raises(ValueError, match=r"have shapes \(2,\), \(3,\) and \(2,\)"):
        plots.gradient_arrows(torch.zeros(2), torch.zeros(3), torch.zeros(2))
