"""Wrong gradients of a convolution's weight."""

# ruff: noqa: ARG005  (every formula takes all arguments of the answer, used or not)

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor

from byhand._catalogue.chapter09.conv_parts import by_sample, correlate, grad_weight, padded
from byhand._catalogue.chapter09.conv_weight_padding import EDGE, padding_mistakes
from byhand._checker.spec import Formula, Mistake

RIGHT = (
    "grad_weight[o, c, i, j] = Σ over n, a, b of grad_output[n, o, a, b] · "
    "padded[n, c, a + i, b + j]."
)
SHARED = "In which outputs is the number weight[o, c, i, j] used?"
SHAPE = "weight is (O, C, k, k). Which of your dimensions counts what?"
CHAIN = "If the next step is `3 * y`, what does autograd hand to your function?"


def _changed(change: Callable[[Tensor], Tensor]) -> Formula:
    """A change of the right gradient."""
    return lambda g, x, k, p: change(grad_weight(g, x, p))


def _of_output(change: Callable[[Tensor], Tensor]) -> Formula:
    """Everything right but grad_output."""
    return lambda g, x, k, p: grad_weight(change(g), x, p)


def _kernel() -> tuple[Mistake, ...]:
    straight = "Nothing is flipped in the gradient of the weight. " + RIGHT
    return (
        Mistake("weight-flipped", _changed(lambda w: w.flip(2, 3)),
                "The result is turned by 180°: the place (i, j) of the kernel has become "
                "(k − 1 − i, k − 1 − j).", straight, EDGE),
        Mistake("grad-output-flipped", _of_output(lambda g: g.flip(2, 3)),
                "`grad_output` is turned by 180°. It lies over the image as it is; flipping "
                "belongs to the gradient of the input.", straight, EDGE),
        Mistake("flipped-in-one-direction", _changed(lambda w: w.flip(2)),
                "The rows of the kernel are in reversed order.", straight, EDGE),
        Mistake("flipped-in-one-direction", _changed(lambda w: w.flip(3)),
                "The columns of the kernel are in reversed order.", straight, EDGE),
        Mistake("rows-and-columns-swapped", _changed(lambda w: w.transpose(2, 3)),
                "Rows and columns of the kernel are swapped.", RIGHT, SHAPE),
        Mistake("channels-not-swapped-back", _changed(lambda w: w.transpose(0, 1)),
                "The result is (C, O, k, k): input and output channels are in each other's "
                "place.", "Swap the first two dimensions back: `.transpose(0, 1)`.", SHAPE),
        Mistake("channels-not-swapped-back",
                lambda g, x, k, p: correlate(x, g).transpose(0, 1),
                "The result is (C, O, …): input and output channels are in each other's place. "
                "And x has no padding.", "Pad x, and swap the first two dimensions back.", SHAPE),
        Mistake("channels-reshaped", _changed(_unfolded_wrong),
                "The columns of `F.unfold` are read as (k, k, C). They are ordered by channel, "
                "row, column.", "Use `.reshape(O, C, k, k)`.", SHAPE),
        Mistake("channels-reshaped",
                _changed(lambda w: w.transpose(0, 1).reshape(w.shape)),
                "The shape is right and the numbers are in the wrong channels: `reshape` keeps "
                "the order in memory, a transpose does not.", "Use `.transpose(0, 1)`.", SHAPE),
        Mistake("channels-reshaped",
                lambda g, x, k, p: correlate(
                    padded(x, p).reshape(x.shape[1], len(x), *padded(x, p).shape[2:])
                    .transpose(0, 1), g),
                "The channels of x are brought in front by `reshape`, which mixes samples and "
                "channels.", "Use `.transpose(0, 1)`.", SHAPE),
    )  # fmt: skip


def _unfolded_wrong(weight: Tensor) -> Tensor:
    """(O, C · k · k), read as (O, k, k, C)."""
    outputs, channels, rows, columns = weight.shape
    return weight.reshape(outputs, rows, columns, channels).permute(0, 3, 1, 2)


def _without_last_taps(weight: Tensor) -> Tensor:
    result = weight.clone()
    result[:, :, -1], result[..., -1] = 0, 0
    return result


def _batch() -> tuple[Mistake, ...]:
    add = "Add over the samples. " + RIGHT
    return (
        Mistake("batch-not-summed", lambda g, x, k, p: by_sample(g, x, p),
                "One kernel for each sample is left. All samples use the same weight, so its "
                "slopes add up.", add, SHARED),
        Mistake("batch-averaged", lambda g, x, k, p: grad_weight(g, x, p) / len(x),
                "You take the mean over the samples. It is a sum; a mean in the loss is already "
                "inside `grad_output`.", add, SHARED),
        Mistake("one-sample-only", lambda g, x, k, p: by_sample(g, x, p)[0],
                "You use the first sample only.", add, SHARED),
        Mistake("one-sample-only", lambda g, x, k, p: by_sample(g, x, p)[-1],
                "You use the last sample only. In a loop, `=` in place of `+=` does this.", add,
                SHARED),
        Mistake("samples-mixed",
                lambda g, x, k, p: grad_weight(g.sum(0, True), x.sum(0, True), p),
                "You sum over the samples first and multiply then, so samples are mixed. The "
                "products of each sample come first.", add,
                "Is g₁x₁ + g₂x₂ the same as (g₁ + g₂)(x₁ + x₂)?"),
    )  # fmt: skip


def _places() -> tuple[Mistake, ...]:
    add = "Add over all places of the output. " + RIGHT
    return (
        Mistake("places-averaged",
                lambda g, x, k, p: grad_weight(g, x, p) / g[0, 0].numel(),
                "You take the mean over the places of the output. It is a sum.", add, SHARED),
        Mistake("batch-and-places-averaged",
                lambda g, x, k, p: grad_weight(g, x, p) / g[:, 0].numel(),
                "You take the mean over samples and places. It is a sum; a mean in the loss is "
                "already inside `grad_output`.", add, SHARED),
        Mistake("one-place-only", lambda g, x, k, p: _first_place(g, padded(x, p), k),
                "You use the first place of the output only.", add, SHARED),
        Mistake("one-place-only",
                lambda g, x, k, p: _first_place(g.flip(2, 3), padded(x, p).flip(2, 3), k)
                .flip(2, 3),
                "You use the last place of the output only. In a loop, `=` in place of `+=` does "
                "this.", add, SHARED),
        Mistake("last-places-missing", _of_output(_without_last),
                "The last row and column of `grad_output` are not used.", add, SHARED),
        Mistake("last-taps-missing", _changed(_without_last_taps),
                "The last row and column of the kernel are zero: a loop ends one step too early.",
                "Let both loops run over `range(kernel_size)`.", SHARED),
        Mistake("output-channels-mixed", _of_output(lambda g: g.sum(1, True).expand_as(g)),
                "`grad_output` is summed over its channels, so all filters get the same gradient. "
                "weight[o] meets channel o alone.", RIGHT, SHAPE),
        Mistake("input-channels-mixed",
                lambda g, x, k, p: grad_weight(g, x.sum(1, True).expand_as(x), p),
                "x is summed over its channels, so all input channels get the same gradient. "
                "weight[:, c] meets channel c alone.", RIGHT, SHAPE),
        Mistake("input-channels-mixed", lambda g, x, k, p: grad_weight(g, x.sum(1, True), p),
                "x is summed over its channels, so the result has one input channel. weight[:, c] "
                "meets channel c alone.", RIGHT, SHAPE),
    )  # fmt: skip


def _first_place(g: Tensor, image: Tensor, k: int) -> Tensor:
    window = image[:, :, :k, :k]
    return (g[:, :, 0, 0].T @ window.flatten(1)).reshape(g.shape[1], *window.shape[1:])


def _without_last(g: Tensor) -> Tensor:
    result = g.clone()
    result[:, :, -1], result[..., -1] = 0, 0
    return result


def _factors() -> tuple[Mistake, ...]:
    return (
        Mistake("missing-grad-output", _of_output(lambda g: g.new_ones(g.shape)),
                "`grad_output` is not used: you take it as ones.", RIGHT, CHAIN),
        Mistake("input-missing", lambda g, x, k, p: grad_weight(g, x.new_ones(x.shape), p),
                "The factor x is missing: you take the image as ones.", RIGHT,
                "By how much does y move if weight[o, c, i, j] grows by 1?"),
        Mistake("input-missing",
                lambda g, x, k, p: g.sum((0, 2, 3))[:, None, None, None]
                .expand(-1, x.shape[1], k, k),
                "The factor x is missing: this is the gradient of the bias, repeated.", RIGHT,
                "By how much does y move if weight[o, c, i, j] grows by 1?"),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue."""
    return (*padding_mistakes(), *_kernel(), *_batch(), *_places(), *_factors())
