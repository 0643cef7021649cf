"""The book's hand-written operations, in final form.

Each name in capitals is a `torch.autograd.Function`: call it with `X.apply(...)`, all
arguments by position. The lower-case function of the same name takes keywords and
supplies defaults, as its namesake in `torch.nn.functional` does.

Every backward here is written from its formula. None of them calls PyTorch's own
backward kernels, `torch.nn.grad` or autograd; a test holds this.

Where a `jvp` is given, take second derivatives with one backward in them, as in `jacfwd(jacrev(f))`
or `torch.func.hessian(f)`. PyTorch switches forward mode off inside the `jvp` of every custom
Function, so a jvp of a jvp loses a term without a word.
"""

from byhand.functions._batch_norm import BatchNorm2d, batch_norm2d
from byhand.functions._convolution import Conv2d, conv2d
from byhand.functions._cross_entropy import CrossEntropy, cross_entropy
from byhand.functions._linear import (
    BroadcastAdd,
    Linear,
    MatMul,
    broadcast_add,
    linear,
    matmul,
)
from byhand.functions._losses import (
    HuberLoss,
    L1Loss,
    MSELoss,
    Reduction,
    huber_loss,
    l1_loss,
    mse_loss,
)
from byhand.functions._normalisation import LayerNorm, layer_norm
from byhand.functions._pointwise import (
    Exp,
    ReLU,
    Sigmoid,
    Square,
    exp,
    relu,
    sigmoid,
    square,
)
from byhand.functions._pooling import MaxPool2d, max_pool2d
from byhand.functions._reference import Reference, reference
from byhand.functions._softmax import LogSoftmax, Softmax, log_softmax, softmax

__all__ = [
    "BatchNorm2d",
    "BroadcastAdd",
    "Conv2d",
    "CrossEntropy",
    "Exp",
    "HuberLoss",
    "L1Loss",
    "LayerNorm",
    "Linear",
    "LogSoftmax",
    "MSELoss",
    "MatMul",
    "MaxPool2d",
    "ReLU",
    "Reduction",
    "Reference",
    "Sigmoid",
    "Softmax",
    "Square",
    "batch_norm2d",
    "broadcast_add",
    "conv2d",
    "cross_entropy",
    "exp",
    "huber_loss",
    "l1_loss",
    "layer_norm",
    "linear",
    "log_softmax",
    "matmul",
    "max_pool2d",
    "mse_loss",
    "reference",
    "relu",
    "sigmoid",
    "softmax",
    "square",
]
