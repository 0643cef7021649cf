"""Wrong counts of a CNN's parameters: biases, kernels and channels."""

# ruff: noqa: ARG005  (every rule takes the same arguments, used or not)

from __future__ import annotations

from dataclasses import replace

from byhand._catalogue.chapter08.parameters_rule import (
    BIAS,
    CHANNELS,
    KERNEL,
    NOTHING,
    RIGHT,
    STEP_CONV,
    STEP_LINEAR,
    slip,
)
from byhand._checker.spec import Mistake

NO_CONV_BIAS = replace(RIGHT, conv=lambda i, o, k, s, p: o * i * k * k)
NO_BIAS = replace(NO_CONV_BIAS, linear=lambda i, o: o * i)
KERNEL_ONCE = replace(RIGHT, conv=lambda i, o, k, s, p: o * (i * k + 1))


def bias_mistakes() -> tuple[Mistake, ...]:
    return (
        slip("bias-forgotten", NO_BIAS,
                 "The biases are forgotten, in convolutions and in linear layers.",
                 "Add one bias for each output channel and for each output feature.", BIAS),
        slip("bias-forgotten", NO_CONV_BIAS,
                 "The biases of the convolutions are forgotten.",
                 "Add one bias for each output channel.", BIAS),
        slip("bias-forgotten", replace(RIGHT, linear=lambda i, o: o * i),
                 "The biases of the linear layers are forgotten.",
                 "Add one bias for each output feature.", BIAS),
        slip("one-bias-per-layer",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * i * k * k + 1,
                         linear=lambda i, o: o * i + 1),
                 "Each layer gets a single bias. There is one for each of its outputs.",
                 f"{STEP_CONV} {STEP_LINEAR}", BIAS),
        slip("one-bias-per-layer",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * i * k * k + 1),
                 "Each convolution gets a single bias. There is one for each output channel.",
                 STEP_CONV, BIAS),
        slip("bias-per-kernel",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * i * (k * k + 1)),
                 "There is a bias for each pair of an input and an output channel. The sum over "
                 "the input channels gets one bias.", STEP_CONV, BIAS),
        slip("bias-per-input",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * i * k * k + i,
                         linear=lambda i, o: o * i + i),
                 "There is a bias for each input of a layer. A bias is added to an output.",
                 f"{STEP_CONV} {STEP_LINEAR}", BIAS),
        slip("bias-per-input",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * i * k * k + i),
                 "There is a bias for each input channel of a convolution. A bias is added to an "
                 "output.", STEP_CONV, BIAS),
        slip("bias-per-pixel",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * (i * k * k + s * s)),
                 "There is a bias for each pixel of a convolution's result. All pixels of one "
                 "output channel share one bias.", STEP_CONV, BIAS),
    )  # fmt: skip


def kernel_mistakes() -> tuple[Mistake, ...]:
    return (
        slip("kernel-not-squared", KERNEL_ONCE,
                 "The kernel is counted along one axis only. It has kernel_size rows and as many "
                 "columns.", STEP_CONV, KERNEL),
        slip("kernel-doubled", replace(RIGHT, conv=lambda i, o, k, s, p: o * (i * 2 * k + 1)),
                 "The kernel's rows and columns are added. kernel_size rows of kernel_size "
                 "weights are kernel_size² weights.", STEP_CONV, KERNEL),
        slip("kernel-forgotten", replace(RIGHT, conv=lambda i, o, k, s, p: o * (i + 1)),
                 "The kernel is left out: each pair of an input and an output channel has "
                 "kernel_size² weights, not one.", STEP_CONV, KERNEL),
        slip("padding-counted",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * (i * (k + 2 * p) ** 2 + 1)),
                 "The padding is added to the kernel. It is added to the image, and holds no "
                 "parameters.", STEP_CONV, KERNEL),
        slip("weights-per-pixel",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * (i * k * k + 1) * s * s),
                 "The weights are counted for each pixel of the result. All pixels share the same "
                 "weights: this is the number of multiplications.", STEP_CONV, CHANNELS),
        slip("channels-added", replace(RIGHT, conv=lambda i, o, k, s, p: (i + o) * k * k + o),
                 "Input and output channels are added. Each pair of them has a kernel of its "
                 "own.", STEP_CONV, CHANNELS),
        slip("in-channels-forgotten",
                 replace(RIGHT, conv=lambda i, o, k, s, p: o * (k * k + 1)),
                 "The input channels are left out. Each output channel has a kernel for every one "
                 "of them.", STEP_CONV, CHANNELS),
        slip("out-channels-forgotten",
                 replace(RIGHT, conv=lambda i, o, k, s, p: i * k * k + 1),
                 "The output channels are left out. Each of them has weights of its own.",
                 STEP_CONV, CHANNELS),
        slip("out-channels-forgotten",
                 replace(RIGHT, conv=lambda i, o, k, s, p: i * k * k + o),
                 "The output channels are left out of the weights. Each of them has weights of "
                 "its own.", STEP_CONV, CHANNELS),
        slip("channels-not-updated", replace(RIGHT, after_conv=lambda i, o: i),
                 "Every convolution takes the image's channels. From the second one on, the "
                 "input channels are the output channels of the one before.",
                 "Set `channels = out_channels` after each convolution.", CHANNELS),
        slip("pooling-counted", replace(RIGHT, pool=lambda k, c: k * k),
                 "Pooling is counted. It takes a maximum, and learns nothing.",
                 "Leave pooling out of the sum.", NOTHING),
        slip("pooling-counted", replace(RIGHT, pool=lambda k, c: c * k * k),
                 "Pooling is counted, for each channel. It takes a maximum, and learns nothing.",
                 "Leave pooling out of the sum.", NOTHING),
        slip("pooling-counted", replace(RIGHT, pool=lambda k, c: c * (k * k + 1)),
                 "Pooling is counted, with a bias for each channel. It takes a maximum, and "
                 "learns nothing.", "Leave pooling out of the sum.", NOTHING),
        slip("pooling-counted", replace(RIGHT, pool=lambda k, c: c * (c * k * k + 1)),
                 "Pooling is counted as a convolution. It takes a maximum, and learns nothing.",
                 "Leave pooling out of the sum.", NOTHING),
    )  # fmt: skip
