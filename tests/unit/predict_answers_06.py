"""What PyTorch answers to the questions of chapter 6."""

from collections.abc import Callable, Mapping
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor

SCORES: Final = (3.0, 2.0, 1.0)  # exponentials: p is [1/2, 1/3, 1/6]


def slope(loss: Callable[[Tensor], Tensor], scores: tuple[float, ...], index: int) -> float:
    """The gradient of one score, in float32."""
    x = torch.tensor(scores, requires_grad=True)
    (grad,) = torch.autograd.grad(loss(x), x)
    return float(grad[index])


def cross_entropy_right_class() -> float:
    """Differentiate the score of the right class."""
    scores = torch.tensor(SCORES).log()
    return slope(lambda x: F.cross_entropy(x, torch.tensor(1)), tuple(scores.tolist()), 1)


def mse_after_softmax() -> str:
    """Find the label that is nearest to the gradient of the right score."""
    labels = {
        -2 / 3: "about -0.67",
        -1.0: "about -1, as with cross-entropy",
        -0.00006: "about -0.00006",
        -100.0: "about -100, since the error is squared",
    }
    onehot = torch.tensor([0.0, 1.0, 0.0])
    found = slope(lambda x: F.mse_loss(x.softmax(0), onehot), (10.0, 0.0, 0.0), 1)
    nearest = min(labels, key=lambda number: abs(found / number - 1))
    assert abs(found / nearest - 1) < 0.02
    return labels[nearest]


def weighted_mean() -> float:
    """Average two losses whose classes have the weights 1 and 3."""
    x = torch.tensor([SCORES, SCORES]).log()
    target, weight = torch.tensor([0, 2]), torch.tensor([1.0, 1.0, 3.0])
    each = F.cross_entropy(x, target, weight, reduction="none")
    torch.testing.assert_close(each, torch.tensor([0.6931, 5.3753]), atol=1e-4, rtol=0)
    return F.cross_entropy(x, target, weight).item()


def cross_entropy_epsilon() -> str:
    """Differentiate the logarithm of a probability that was rounded to 0."""
    found = slope(lambda x: -(x.softmax(0)[0] + 1e-8).log(), (0.0, 200.0, 0.0), 0)
    return f"{found + 0.0:.0f}"


def softmax_twice_floor() -> float:
    """Give the probabilities of a perfect network to cross-entropy."""
    p = torch.tensor([1000.0, 0.0, 0.0]).softmax(0)
    return F.cross_entropy(p, torch.tensor(0)).item()


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "cross-entropy-right-class": cross_entropy_right_class,
    "mse-after-softmax": mse_after_softmax,
    "weighted-mean": weighted_mean,
    "cross-entropy-epsilon": cross_entropy_epsilon,
    "softmax-twice-floor": softmax_twice_floor,
}
