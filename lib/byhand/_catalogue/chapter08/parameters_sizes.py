"""Wrong counts of a CNN's parameters: flattened sizes, layers, and two mistakes at once."""

# ruff: noqa: ARG005  (every rule takes the same arguments, used or not)

from __future__ import annotations

import math
from dataclasses import replace

from byhand._catalogue.chapter08.parameters_mistakes import (
    KERNEL_ONCE,
    NO_BIAS,
    bias_mistakes,
    kernel_mistakes,
)
from byhand._catalogue.chapter08.parameters_rule import (
    CHANNELS,
    KERNEL,
    RIGHT,
    SIZE,
    STEP_CONV,
    STEP_FLATTEN,
    STEP_LINEAR,
    STEP_SIZE,
    Count,
    slip,
)
from byhand._checker.spec import Mistake


def _flatten_mistakes(base: Count = RIGHT) -> tuple[Mistake, ...]:
    wrong = "The flattened size is wrong, and with it the first linear layer: "
    return (
        slip("flatten-one-axis", replace(base, flatten=lambda c, s, ic, i: c * s),
                 wrong + "the image has a height and a width, and you count one of them.",
                 STEP_FLATTEN, SIZE),
        slip("flatten-channels-lost", replace(base, flatten=lambda c, s, ic, i: s * s),
                 wrong + "the pixels of one channel are counted, and there are several channels.",
                 STEP_FLATTEN, SIZE),
        slip("flatten-forgotten", replace(base, flatten=lambda c, s, ic, i: c),
                 wrong + "the channels are taken as the features, without their pixels.",
                 STEP_FLATTEN, SIZE),
        slip("flatten-of-image", replace(base, flatten=lambda c, s, ic, i: ic * i * i),
                 wrong + "it is that of the image at the beginning.",
                 f"{STEP_FLATTEN} Both have changed on the way.", SIZE),
        slip("size-not-updated", replace(base, flatten=lambda c, s, ic, i: c * i * i),
                 wrong + "the image's size at the beginning is used. Convolutions without enough "
                 "padding and pooling make it smaller.", STEP_SIZE, SIZE),
        slip("pooling-ignored", replace(base, pool_size=lambda s, k: s),
                 wrong + "pooling makes the image smaller.", STEP_SIZE, SIZE),
        slip("pooling-once", replace(base, pool_size=lambda s, k: math.sqrt(s * (s // k))),
                 wrong + "pooling divides the height and the width, both by kernel_size.",
                 STEP_SIZE, SIZE),
        slip("pooling-stride-one", replace(base, pool_size=lambda s, k: s - k + 1),
                 wrong + "pooling moves by kernel_size pixels, not by one.", STEP_SIZE, SIZE),
        slip("pooling-rounds-up", replace(base, pool_size=lambda s, k: -(-s // k)),
                 wrong + "you round up after pooling. Pixels that do not fill a window are "
                 "dropped.", STEP_SIZE, SIZE),
        slip("pooling-not-rounded", replace(base, pool_size=lambda s, k: s / k),
                 wrong + "after pooling you do not round down. Pixels that do not fill a window "
                 "are dropped.", STEP_SIZE, SIZE),
        slip("convolution-keeps-size", replace(base, conv_size=lambda s, k, p: s),
                 wrong + "a convolution keeps the size only where 2 · padding is kernel_size − 1.",
                 STEP_SIZE, SIZE),
        slip("padding-ignored", replace(base, conv_size=lambda s, k, p: s - k + 1),
                 wrong + "the padding is left out of the size.", STEP_SIZE, SIZE),
        slip("padding-once", replace(base, conv_size=lambda s, k, p: s + p - k + 1),
                 wrong + "the padding is counted once. It is added at both ends.", STEP_SIZE,
                 SIZE),
        slip("size-one-too-small", replace(base, conv_size=lambda s, k, p: s + 2 * p - k),
                 wrong + "a convolution has one place more than the kernel can move.", STEP_SIZE,
                 SIZE),
        slip("kernel-ignored", replace(base, conv_size=lambda s, k, p: s + 2 * p),
                 wrong + "the kernel must lie inside the padded image, so it has fewer places.",
                 STEP_SIZE, SIZE),
    )  # fmt: skip


def _layer_mistakes() -> tuple[Mistake, ...]:
    all_layers = "Go through all layers, and add up those with weights."
    ask = "Which layers of this network have weights?"
    return (
        slip("features-not-updated", replace(RIGHT, after_linear=lambda i, o: i),
                 "Every linear layer takes the flattened size. From the second one on, the input "
                 "features are the output features of the one before.",
                 "Set the number of features to `out_features` after each linear layer.",
                 "What does the second linear layer get as its input?"),
        slip("features-added", replace(RIGHT, linear=lambda i, o: i + o),
                 "Input and output features of a linear layer are added. Each pair of them has a "
                 "weight.", STEP_LINEAR, "How many entries does the weight matrix have?"),
        slip("features-added", replace(RIGHT, linear=lambda i, o: i + 2 * o),
                 "Input and output features of a linear layer are added. Each pair of them has a "
                 "weight.", STEP_LINEAR, "How many entries does the weight matrix have?"),
        slip("last-layer-left-out", replace(RIGHT, chosen=lambda counts: counts[:-1]),
                 "The last layer is left out. It has weights and biases too.", all_layers, ask),
        slip("first-layer-left-out", replace(RIGHT, chosen=lambda counts: counts[1:]),
                 "The first layer is left out.", all_layers, ask),
        slip("last-layer-only", replace(RIGHT, chosen=lambda counts: counts[-1:]),
                 "Only the last layer is counted: the numbers of the others were overwritten.",
                 "Add to the total with `+=`.", ask),
        slip("first-layer-only", replace(RIGHT, chosen=lambda counts: counts[:1]),
                 "Only the first layer is counted. Look for a `return` inside the loop.",
                 all_layers, ask),
        slip("linear-left-out", replace(RIGHT, linear=lambda i, o: 0),
                 "The linear layers are left out.", all_layers, ask),
        slip("convolutions-left-out", replace(RIGHT, conv=lambda i, o, k, s, p: 0),
                 "The convolutions are left out.", all_layers, ask),
    )  # fmt: skip


NOT_UPDATED = replace(RIGHT, after_conv=lambda i, o: i, after_linear=lambda i, o: i)
UPDATE = "After each layer its outputs are the inputs of the next one: keep their number."


def _convolution_pairs() -> tuple[Mistake, ...]:
    """Two mistakes at once, the second one being the biases."""
    once = replace(NO_BIAS, conv=lambda i, o, k, s, p: o * i * k)
    return (
        slip("kernel-not-squared", once,
             "The kernel is counted along one axis only. It has kernel_size rows and as many "
             "columns.", STEP_CONV, KERNEL),
        slip("in-channels-forgotten", replace(NO_BIAS, conv=lambda i, o, k, s, p: o * k * k),
             "The input channels are left out. Each output channel has a kernel for every one of "
             "them.", STEP_CONV, CHANNELS),
        slip("channels-added", replace(NO_BIAS, conv=lambda i, o, k, s, p: (i + o) * k * k),
             "Input and output channels are added. Each pair of them has a kernel of its own.",
             STEP_CONV, CHANNELS),
        slip("channels-not-updated", replace(NO_BIAS, after_conv=lambda i, o: i),
             "Every convolution takes the image's channels.", UPDATE, CHANNELS),
        slip("features-not-updated", replace(NO_BIAS, after_linear=lambda i, o: i),
             "Every linear layer takes the flattened size.", UPDATE,
             "What does the second linear layer get as its input?"),
    )  # fmt: skip


def _also(mistakes: tuple[Mistake, ...], words: str) -> tuple[Mistake, ...]:
    return tuple(replace(mistake, message=f"{mistake.message} {words}") for mistake in mistakes)


def _pairs() -> tuple[Mistake, ...]:
    """Two mistakes at once; the first one gives the name."""
    no_bias = (*_convolution_pairs(), *_flatten_mistakes(NO_BIAS))
    return (
        *_also(no_bias, "Also: the biases are forgotten."),
        *_also(_flatten_mistakes(KERNEL_ONCE), "Also: the kernel is counted along one axis only."),
        slip("channels-not-updated", NOT_UPDATED,
             "Every convolution takes the image's channels, and every linear layer the flattened "
             "size. Each layer takes what the one before gives.", UPDATE, CHANNELS),
    )  # fmt: skip


def all_mistakes() -> tuple[Mistake, ...]:
    """The whole catalogue, one mistake before two."""
    single = (*bias_mistakes(), *kernel_mistakes(), *_flatten_mistakes(), *_layer_mistakes())
    return (*single, *_pairs())
