"""What PyTorch answers to the questions of chapter 8."""

from collections.abc import Callable, Mapping
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


def best_of_twenty() -> float:
    """Let twenty networks guess, many times, and take the mean of the best ones."""
    generator = torch.Generator().manual_seed(1)
    truth = torch.randint(10, (500, 1, 200), generator=generator)
    guesses = torch.randint(10, (500, 20, 200), generator=generator)
    accuracies = (guesses == truth).double().mean(2)
    return float(accuracies.amax(1).mean())


def batches_in_an_epoch() -> int:
    """Count the batches of a DataLoader."""
    dataset = TensorDataset(torch.zeros(4000))
    return sum(1 for _ in DataLoader(dataset, batch_size=64, shuffle=True))


def article(padding: int) -> list[nn.Module]:
    """The layers of the article's network, with ReLU."""
    layers: list[nn.Module] = []
    for channels, kernels in ((3, 32), (32, 32), (32, 64)):
        layers += [nn.Conv2d(channels, kernels, 5, padding=padding), nn.ReLU(), nn.MaxPool2d(2)]
    return [*layers, nn.Flatten(), nn.Linear(1024, 64), nn.ReLU(), nn.Linear(64, 10)]


def without_padding() -> str:
    """Run the network without padding, and see where it stops."""
    x = torch.zeros(1, 3, 32, 32)
    for number, layer in enumerate(article(padding=0)):
        try:
            x = layer(x)
        except RuntimeError:
            kind = "the last pooling" if number == 8 else "the linear layer"
            return f"it raises in {kind}"
        if isinstance(layer, nn.Flatten):
            return "the last map has 1 × 1 pixels"
    return "nothing changes but the edges"


def most_parameters() -> str:
    """Count the parameters of each layer of PyTorch's own."""
    names = (
        "the first convolution",
        "the second convolution",
        "the third convolution",
        "the first linear layer",
        "the last linear layer",
    )
    counts = [sum(p.numel() for p in layer.parameters()) for layer in article(padding=2)]
    learned = dict(zip(names, filter(None, counts), strict=True))
    return max(learned, key=lambda name: learned[name])


def first_loss() -> float:
    """Measure the loss of a new network on one image of noise."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = nn.Sequential(*article(padding=2))
        image = torch.randn(1, 3, 32, 32)
    return F.cross_entropy(network(image), torch.tensor([3])).item()


def unequal_shares() -> float:
    """Differentiate the average of the two means for the single losses."""
    losses: Tensor = torch.zeros(64, dtype=torch.float64, requires_grad=True)
    average = (losses[:48].mean() + losses[48:].mean()) / 2
    (counts,) = torch.autograd.grad(average, losses)
    return float(counts[-1] / counts[0])


ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {
    "best-of-twenty": best_of_twenty,
    "batches-in-an-epoch": batches_in_an_epoch,
    "without-padding": without_padding,
    "most-parameters": most_parameters,
    "first-loss": first_loss,
    "unequal-shares": unequal_shares,
}
