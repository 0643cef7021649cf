"""The lab of chapter 8: walk through the layers of a CNN, forward and back, while it learns."""

from collections.abc import Sequence
from typing import Any, Final

import anywidget
import torch
import traitlets
from torch import nn

from byhand._cifar10 import CIFAR10
from byhand.labs._bundle import module, style
from byhand.labs._cnn_checks import checked_data, checked_pixels, checked_snapshots
from byhand.labs._cnn_packed import ALPHABET, MOST, exact, packed
from byhand.labs._cnn_walk import LAYERS, SHOWN, Walk, examples, normal, trained, walk

_PARTS: Final = ("numbers", "maps", "words", "table", "panels")
# Narrow, two rows of maps grow with the width of the container around the lab.
_NARROW: Final = "min(max(1370px, 531px + 260cqi), (514px - 100cqi) * 999)"
_HEIGHT: Final = f"max({_NARROW}, 963px)"


class CnnLab(anywidget.AnyWidget):
    """Pick an image, walk through the layers of chapter 8's network, and replay its training.

    Every stop shows what a layer returns for the image, and the gradient of the image's loss (its
    own cross-entropy) with respect to it. PyTorch computes all numbers in float64. The page holds
    the first convolution, its input and the logits as they are, and computes from them: these
    numbers agree with PyTorch's to 1e-6. Of each map of the other convolutions, of the first
    linear layer and of the gradients it holds 91 levels, from the negative to the positive of the
    map's largest number. These numbers, and those that ReLU and pooling make of them, are true to
    half a level, which is 1.1 % of that largest number; they are shown with as many digits, and
    with how far they can be off.

    Of each layer with more than 6 channels, the first 6 are shown.

    Attributes:
        image: Which image is shown, from 0.
        snapshot: Which snapshot of the network is shown, from 0.
        layer: The stop, from 0, the input, to 13, the last linear layer.
        cell: The chosen number: channel, row and column among those shown, from 0. A vector is
            shown as one channel: flatten 6 × 16, the linear layers 8 × 8 and 1 × 10.
        network: What the page knows about the layers, the images and the snapshots.
        stored: The numbers that the page cannot compute.

    Raises:
        traitlets.TraitError: If a setting is unknown or out of range; the message says what is
            allowed.
    """

    _esm = module("_logits", *(f"cnn_{part}" for part in _PARTS), "cnn")
    _css = style("cnn")

    image = traitlets.Int(0).tag(sync=True)
    snapshot = traitlets.Int(0).tag(sync=True)
    layer = traitlets.Int(0).tag(sync=True)
    cell = traitlets.List(traitlets.Int()).tag(sync=True)
    network = traitlets.Dict(read_only=True).tag(sync=True)
    stored = traitlets.Dict(read_only=True).tag(sync=True)

    def __init__(
        self,
        snapshots: Sequence[tuple[int, nn.Sequential]] | None = None,
        data: CIFAR10 | None = None,
        *,
        mean: Any = None,
        std: Any = None,
    ) -> None:
        """Compute what the page shows; it takes less than a second, without the training.

        Args:
            snapshots: Pairs of a training step and the network after it, in the order of the
                steps: at most 6. The networks are those of the chapter, a `Sequential` of three
                times convolution, ReLU and pooling, then flatten, linear, ReLU, linear. If not
                given, the lab trains one on drawn images, for some seconds.
            data: The images to show, at most 8. If not given, six drawn test images.
            mean: What was subtracted from the pixels (0 to 255) before training: a number, or
                one for each colour, as a list or a tensor of any shape. Needed with `snapshots`.
            std: What they were divided by then, in the same form.

        Raises:
            TypeError: If a snapshot holds no such network, or `data` is no `CIFAR10`.
            ValueError: If there are no snapshots or images, or too many, if a network does not
                have the layers of the chapter or returns NaN or infinity, or if `mean` or `std`
                is missing or has another number of entries.
        """
        super().__init__(layout={"min_height": _HEIGHT})
        if snapshots is None:
            pairs, middle, spread = trained()
        else:
            pairs = checked_snapshots(snapshots)
            middle, spread = checked_pixels("mean", mean), checked_pixels("std", std)
        self._data = examples() if data is None else checked_data(data)
        self._models = [model for _, model in pairs]
        self._x = normal(self._data.images, middle, spread)
        steps = [step for step, _ in pairs]
        walks = [walk(model, self._x, self._data.labels) for model in self._models]
        for step, one in zip(steps, walks, strict=True):
            if not torch.isfinite(torch.cat([t.flatten() for t in one.values])).all():
                raise ValueError(
                    f"the network of step {step} returns NaN or infinity for these images; "
                    "show snapshots from before its training diverged."
                )
        self.set_trait("network", self._known(steps, middle, spread))
        self.set_trait("stored", packed(walks))
        self.snapshot = len(steps) - 1
        self.layer, self.cell = 1, [0, 16, 16]

    def walk(self) -> Walk:
        """Run the image that is chosen through the network of the chosen snapshot and back.

        Returns:
            The values and the gradients of all stops, in float64, each with a batch of one.
        """
        row = slice(self.image, self.image + 1)
        return walk(self._models[self.snapshot], self._x[row], self._data.labels[row])

    def _known(self, steps: list[int], mean: list[float], std: list[float]) -> dict[str, Any]:
        """Write down for the page what does not change."""
        first = [model[0].state_dict() for model in self._models]
        return {
            "alphabet": ALPHABET,
            "most": MOST,
            "layers": [layer._asdict() for layer in LAYERS],
            "steps": steps,
            "classes": list(self._data.classes),
            "labels": self._data.labels.tolist(),
            "pixels": exact(self._data.images),
            "mean": mean,
            "std": std,
            "filters": exact(torch.stack([one["weight"][:SHOWN].float() for one in first])),
            "biases": exact(torch.stack([one["bias"][:SHOWN].float() for one in first])),
        }

    @traitlets.validate("image", "snapshot", "layer")
    def _check_choice(self, proposal: Any) -> int:
        name = proposal.trait.name
        if name == "layer":
            count = len(LAYERS)
        else:
            count = len(self._data) if name == "image" else len(self._models)
        if not 0 <= proposal.value < count:
            raise traitlets.TraitError(
                f"{name} is {proposal.value}; it must be from 0 to {count - 1}."
            )
        return int(proposal.value)

    @traitlets.validate("cell")
    def _check_cell(self, proposal: Any) -> list[int]:
        shown, cell = LAYERS[self.layer].shown, list(proposal.value)
        if len(cell) != 3:
            raise traitlets.TraitError(
                f"cell has {len(cell)} numbers; it needs 3: channel, row and column."
            )
        if not all(0 <= at < size for at, size in zip(cell, shown, strict=True)):
            most = [size - 1 for size in shown]
            raise traitlets.TraitError(
                f"cell is {cell}; in {LAYERS[self.layer].name} it must be from [0, 0, 0] to {most}."
            )
        return cell

    @traitlets.observe("layer")
    def _keep_a_cell_of_the_layer(self, change: Any) -> None:
        shown = LAYERS[change.new].shown
        cell = [min(at, size - 1) for at, size in zip(self.cell, shown, strict=False)]
        self.cell = cell if len(cell) == 3 else [0, 0, 0]

    def __repr__(self) -> str:
        return "CnnLab()"
