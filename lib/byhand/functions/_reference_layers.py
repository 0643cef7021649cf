"""The rows of the reference card for sums, products, normalisation and images."""

from byhand.functions._batch_norm import BatchNorm2d
from byhand.functions._convolution import Conv2d
from byhand.functions._linear import BroadcastAdd, Linear, MatMul
from byhand.functions._normalisation import LayerNorm
from byhand.functions._pooling import MaxPool2d
from byhand.functions._reference_row import Row

IMAGES = {"x": (3, 2, 5, 7)}
# Along a row for layer normalisation, over the samples and places of a channel c for the other.
STEPS = (
    "s = (mean((x - mean(x)) ** 2) + eps).sqrt()\n"
    "xhat = (x - mean(x)) / s\n"
    "h = g * w\n"
    "gx = (h - mean(h) - xhat * mean(h * xhat)) / s\n"
)

SUMS = (
    Row(
        BroadcastAdd,
        call="broadcast_add(a, b)",
        torch="torch.add",
        shapes={"a": (7, 3, 1), "b": (3, 5)},
        forward="y = a + b",
        gradient=r"g_a = \text{sum of } g \text{ over the copies of } a,"
        r"\quad g_b = \text{sum of } g \text{ over the copies of } b",
        code="ga = g.sum_to_size(a.shape)\ngb = g.sum_to_size(b.shape)",
        cost=("n", "n"),
        kept=(),
        second="0",
        chapter=4,
        exercises=("broadcast-add-backward",),
    ),
    Row(
        MatMul,
        call="matmul(a, b)",
        torch="torch.matmul",
        shapes={"a": (3, 5), "b": (5, 2)},
        forward=r"Y = A B",
        gradient=r"G_A = G B^\top,\quad G_B = A^\top G",
        code="ga = g @ b.mT\ngb = a.mT @ g",
        cost=("N·K·M", "2·N·K·M"),
        kept=("a", "b"),
        second="between a and b",
        chapter=4,
        exercises=("matmul-backward",),
    ),
    Row(
        Linear,
        call="linear(x, w, b)",
        shapes={"x": (7, 5), "w": (3, 5), "b": (3,)},
        forward=r"Y = X W^\top + b",
        gradient=r"G_X = G W,\quad G_W = G^\top X,\quad g_b = \sum_i G_i",
        code="gx = g @ w\ngw = g.mT @ x\ngb = g.sum(0)",
        cost=("N·in·out", "2·N·in·out"),
        kept=("x", "w"),
        second="between x and w",
        chapter=4,
        exercises=("linear-backward", "linear-function"),
    ),
)

NORMS = (
    Row(
        LayerNorm,
        call="layer_norm(x, (5,), w, b, eps)",
        shapes={"x": (3, 5), "w": (5,), "b": (5,)},
        settings={"eps": 0.1},
        forward=r"y = \hat x \odot w + b,\quad \hat x = \frac{x - \operatorname{mean}(x)}{s},"
        r"\quad s = \sqrt{\operatorname{var}(x) + \varepsilon}",
        gradient=r"h = g \odot w,\quad g_x = \frac{h - \operatorname{mean}(h)"
        r" - \hat x \odot \operatorname{mean}(h \odot \hat x)}{s},"
        r"\quad g_w = \sum g \odot \hat x,\quad g_b = \sum g",
        code="mean = lambda t: t.mean(-1, keepdim=True)\n"
        + STEPS
        + "gw = (g * xhat).sum(0)\ngb = g.sum(0)",
        cost=("n", "n"),
        kept=("x", "w"),
        second="full along a row",
        chapter=4,
        exercises=("layernorm-backward",),
    ),
    Row(
        BatchNorm2d,
        call="batch_norm2d(x, None, None, w, b, True, 0.1, eps)",
        torch="F.batch_norm",
        shapes={**IMAGES, "w": (2,), "b": (2,)},
        settings={"eps": 0.1},
        forward=r"y = \hat x \odot w_c + b_c,\quad "
        r"\hat x = \frac{x - \operatorname{mean}_c(x)}{s_c},"
        r"\quad s_c = \sqrt{\operatorname{var}_c(x) + \varepsilon}",
        gradient=r"h = g \odot w_c,\quad g_x = \frac{h - \operatorname{mean}_c(h)"
        r" - \hat x \odot \operatorname{mean}_c(h \odot \hat x)}{s_c},"
        r"\quad g_w = \sum g \odot \hat x,\quad g_b = \sum g",
        code="mean = lambda t: t.mean((0, 2, 3), keepdim=True)\n"
        "w = w.view(-1, 1, 1)\n" + STEPS + "gw = (g * xhat).sum((0, 2, 3))\ngb = g.sum((0, 2, 3))",
        cost=("n", "n"),
        kept=("x", "w"),
        second="full in a channel",
        chapter=9,
        exercises=("batch-norm-backward",),
    ),
)

PICTURES = (
    Row(
        Conv2d,
        call="conv2d(x, w, b, padding=P)",
        shapes={**IMAGES, "w": (3, 2, 3, 3), "b": (3,)},
        settings={"P": 1},
        forward=r"y_{oij} = b_o + \sum_{crs} w_{ocrs}\, x_{c,\,i+r-P,\,j+s-P}",
        gradient=r"g_x = \operatorname{conv}(g, \text{turned } w),"
        r"\quad g_w = \operatorname{conv}(x, g),\quad g_b = \sum g",
        code="gx = F.conv_transpose2d(g, w, padding=P)\n"
        "swapped = x.transpose(0, 1), g.transpose(0, 1)\n"
        "gw = F.conv2d(*swapped, padding=P).transpose(0, 1)\n"
        "gb = g.sum((0, 2, 3))",
        cost=("N·out·in·k²·H′·W′", "twice as many"),
        kept=("x", "w"),
        second="between x and w",
        chapter=9,
        exercises=("conv2d-input-backward", "conv2d-weight-backward"),
    ),
    Row(
        MaxPool2d,
        call="max_pool2d(x, k)",
        shapes=IMAGES,
        settings={"k": 2},
        forward=r"y = \max \text{ of each window}",
        gradient=r"g_x = g \text{, added at the place of each maximum}",
        code="at = F.max_pool2d(x, k, return_indices=True)[1]\n"
        "gx = torch.zeros_like(x).flatten(2)\n"
        "gx.scatter_add_(2, at.flatten(2), g.flatten(2))\n"
        "gx = gx.view_as(x)",
        cost=("k² for each window", "1 for each window"),
        kept=("places",),
        second="0",
        chapter=9,
        exercises=("max-pool-backward",),
    ),
)
