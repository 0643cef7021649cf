"""Wrong gradients of cross-entropy with label smoothing and ignored rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from byhand._checker.spec import Formula, Mistake

SOFT = "The soft target is (1 − label_smoothing) · onehot + label_smoothing / C."
COUNT = "Divide by the number of rows that count: `(target != ignore_index).sum()`."
ZERO = "Multiply the rows by `(target != ignore_index).unsqueeze(-1)`."


@dataclass(frozen=True)
class Parts:
    """What the right formula consists of; the mask has shape (N, 1)."""

    x: Tensor
    p: Tensor
    onehot: Tensor
    mask: Tensor
    smoothing: float

    @property
    def classes(self) -> int:
        """Number of classes C."""
        return self.x.shape[-1]

    @property
    def count(self) -> Tensor:
        """Number of rows that count."""
        return self.mask.sum()

    @property
    def soft(self) -> Tensor:
        """The right soft target."""
        return (1 - self.smoothing) * self.onehot + self.smoothing / self.classes


def _formula(rows: Callable[[Parts], Tensor]) -> Formula:
    """`grad_output` times what `rows` makes of the parts."""

    def formula(g: Tensor, x: Tensor, t: Tensor, smoothing: float, ignore: int) -> Tensor:
        mask = t != ignore
        onehot = F.one_hot(torch.where(mask, t, 0), x.shape[-1]).to(x)
        mask = mask.unsqueeze(-1).to(x)
        return g * rows(Parts(x, torch.softmax(x, -1), onehot, mask, smoothing))

    return formula


def _soft(soft: Callable[[Parts], Tensor]) -> Formula:
    """Everything right but the soft target."""
    return _formula(lambda k: (k.p - soft(k)) * k.mask / k.count)


def _ignore_mistakes() -> tuple[Mistake, ...]:
    ask = "If all rows but one are ignored, what is the mean of the losses that count?"
    rows = "What does a row with target = ignore_index contribute to the loss?"
    zero = "The ignored rows get a gradient. They do not belong to the loss: their rows are 0."
    both = f"{zero} The mean counts them as well."
    return (
        Mistake("ignored-rows-counted", _formula(lambda k: (k.p - k.soft) * k.mask / len(k.x)),
                "The ignored rows are still counted in the mean: you divide by N, the number of "
                "all rows.", COUNT, ask),
        Mistake("ignored-rows-get-gradient", _formula(lambda k: (k.p - k.soft) / k.count),
                zero, ZERO, rows),
        Mistake("ignored-rows-get-gradient", _formula(lambda k: (k.p - k.soft) / len(k.x)),
                both, f"{ZERO} {COUNT}", rows),
        Mistake("ignored-rows-get-gradient",
                _formula(lambda k: (k.p - k.soft * k.mask) / k.count),
                f"{zero} You set their soft targets to 0, and p is left.", ZERO, rows),
        Mistake("ignored-rows-get-gradient",
                _formula(lambda k: (k.p - k.soft * k.mask) / len(k.x)),
                f"{both} You set their soft targets to 0, and p is left.", f"{ZERO} {COUNT}",
                rows),
        Mistake("ignored-rows-get-gradient", _formula(lambda k: (k.p - _bare(k)) / k.count),
                f"{zero} Their one-hot row is 0, and p − label_smoothing / C is left.", ZERO, rows),
        Mistake("ignored-rows-get-gradient", _formula(lambda k: (k.p - _bare(k)) / len(k.x)),
                f"{both} Their one-hot row is 0, and p − label_smoothing / C is left.",
                f"{ZERO} {COUNT}", rows),
        Mistake("mask-inverted",
                _formula(lambda k: (k.p - k.soft) * (1 - k.mask) / k.count),
                "The mask is the wrong way round: the ignored rows get a gradient, the others "
                "none.", ZERO, rows),
        Mistake("mask-inverted",
                _formula(lambda k: (k.p - k.soft) * (1 - k.mask) / (len(k.x) - k.count)),
                "The mask is the wrong way round: the ignored rows get a gradient, the others "
                "none.", ZERO, rows),
        Mistake("counts-ignored-rows",
                _formula(lambda k: (k.p - k.soft) * k.mask / (len(k.x) - k.count)),
                "You divide by the number of ignored rows.", COUNT, ask),
    )  # fmt: skip


def _bare(k: Parts) -> Tensor:
    """Soft targets whose one-hot part is 0 in ignored rows."""
    return (1 - k.smoothing) * k.onehot * k.mask + k.smoothing / k.classes


def _smoothing_mistakes() -> tuple[Mistake, ...]:
    ask = "Three classes, label_smoothing 0.3: which three numbers replace [1, 0, 0]?"
    one = "Must the entries of a soft target add up to 1?"
    return (
        Mistake("smoothing-missing", _soft(lambda k: k.onehot),
                "label_smoothing is not used: this is p − onehot.", SOFT, ask),
        Mistake("smoothing-over-other-classes",
                _soft(lambda k: (1 - k.smoothing) * k.onehot
                      + k.smoothing / (k.classes - 1) * (1 - k.onehot)),
                "The smoothing is spread over the C − 1 other classes. PyTorch spreads it over "
                "all C, the target's class too, as in the paper on Inception-v3.", SOFT, ask),
        Mistake("smoothing-over-other-classes",
                _soft(lambda k: (1 - k.smoothing) * k.onehot + k.smoothing / (k.classes - 1)),
                "You divide the smoothing by C − 1 and give it to all C classes, so the soft "
                "target adds up to more than 1.", SOFT, one),
        Mistake("target-keeps-one", _soft(lambda k: k.onehot + k.smoothing / k.classes),
                "The target's class keeps its 1, and the smoothing comes on top: the soft target "
                "adds up to more than 1.", SOFT, one),
        Mistake("smoothing-not-spread", _soft(lambda k: (1 - k.smoothing) * k.onehot),
                "The target's class gets 1 − label_smoothing, and the rest is lost: each class "
                "gets label_smoothing / C.", SOFT, one),
        Mistake("smoothing-not-divided",
                _soft(lambda k: (1 - k.smoothing) * k.onehot + k.smoothing),
                "label_smoothing is added to each class, without the division by C.", SOFT, one),
        Mistake("smoothing-swapped",
                _soft(lambda k: k.smoothing * k.onehot + (1 - k.smoothing) / k.classes),
                "label_smoothing and 1 − label_smoothing are in each other's place.", SOFT, ask),
        Mistake("spread-over-batch",
                _soft(lambda k: (1 - k.smoothing) * k.onehot + k.smoothing / len(k.x)),
                "You divide the smoothing by the number of samples. C counts the classes.", SOFT,
                ask),
        Mistake("uniform-term-missing",
                _formula(lambda k: (1 - k.smoothing) * (k.p - k.onehot) * k.mask / k.count),
                "Only the target's share of the loss is differentiated: p − onehot times "
                "1 − label_smoothing. The share of all classes is missing.", SOFT, one),
        Mistake("smoothing-on-probabilities",
                _formula(lambda k: ((1 - k.smoothing) * k.p + k.smoothing / k.classes - k.onehot)
                         * k.mask / k.count),
                "You smooth p. The targets are smoothed; p stays the softmax.", SOFT, ask),
    )  # fmt: skip


def _plain_mistakes() -> tuple[Mistake, ...]:
    chain = "If the next step is `3 * loss`, what does autograd hand to your function?"
    sums = "Which numbers of p add up to 1?"
    row = "Use `torch.softmax(logits, dim=-1)`, once."

    def formula(rows: Callable[[Parts], Tensor]) -> Formula:
        return _formula(lambda k: rows(k) * k.mask)

    def without(rows: Formula) -> Formula:
        return lambda g, *rest: rows(torch.ones_like(g), *rest)

    return (
        Mistake("batch-mean-missing", formula(lambda k: k.p - k.soft),
                "The mean is missing: each row that counts gets 1/M, with M their number.", COUNT,
                "How many losses of samples are averaged?"),
        Mistake("divides-by-elements", formula(lambda k: (k.p - k.soft) / k.x.numel()),
                "You divide by the number of all logits. The mean runs over the rows that count.",
                COUNT, "How many losses of samples are averaged?"),
        Mistake("wrong-sign", formula(lambda k: (k.soft - k.p) / k.count),
                "The sign is wrong: you subtract p from the soft target.", "Use p − soft target.",
                "If a wrong class gets a larger logit, does the loss grow or fall?"),
        Mistake("missing-grad-output",
                without(formula(lambda k: (k.p - k.soft) / k.count)),
                "`grad_output` is not used. It is 1 only where this loss is the last step.",
                "Multiply by `grad_output`.", chain),
        Mistake("missing-grad-output", without(formula(lambda k: k.p - k.soft)),
                "`grad_output` is not used, and the mean is missing.",
                "Multiply by `grad_output`, and divide by the number of rows that count.", chain),
        Mistake("softmax-twice",
                formula(lambda k: (torch.softmax(k.p, -1) - k.soft) / k.count),
                "Softmax is applied twice.", row, sums),
        Mistake("softmax-over-batch",
                formula(lambda k: (torch.softmax(k.x, 0) - k.soft) / k.count),
                "Softmax runs over the batch. The classes of one sample compete.", row, sums),
        Mistake("samples-mixed",
                formula(lambda k: (k.x.exp() / k.x.exp().sum() - k.soft) / k.count),
                "You divide by the sum of all exponentials, so the samples are mixed.", row, sums),
        Mistake("onehot-missing", formula(lambda k: k.p / k.count),
                "The target does not appear: p is the gradient of log Σ e^x alone.", SOFT,
                "Where does the loss use the target?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue of the smoothed cross-entropy."""
    return (*_ignore_mistakes(), *_smoothing_mistakes(), *_plain_mistakes())
