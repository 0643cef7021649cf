"""The rows of the reference card for losses, single entries and scores; and all groups.

In the code of a row, g is grad_output, out what the forward returned, and each other letter an
input or a setting. A row's code is what chapter 11 runs beside autograd; its sizes are different
primes, so that a sum over the wrong dimension does not fit.
"""

from byhand.functions._cross_entropy import CrossEntropy
from byhand.functions._losses import HuberLoss, L1Loss, MSELoss
from byhand.functions._pointwise import Exp, ReLU, Sigmoid, Square
from byhand.functions._reference_layers import NORMS, PICTURES, SUMS
from byhand.functions._reference_row import Row
from byhand.functions._softmax import LogSoftmax, Softmax

PAIR = {"x": (3, 5), "t": (3, 5)}
ONE = {"x": (3, 5)}

LOSSES = (
    Row(
        MSELoss,
        call="mse_loss(x, t)",
        shapes=PAIR,
        forward=r"L = \frac{1}{n} \sum (x - t)^2",
        gradient=r"g_x = g\, \frac{2}{n} (x - t),\quad g_t = -g_x",
        code="gx = g * 2 * (x - t) / x.numel()\ngt = -gx",
        cost=("n", "n"),
        kept=("x", "t"),
        second="2/n on the diagonal",
        chapter=2,
        exercises=("mse-backward", "mse-function"),
    ),
    Row(
        L1Loss,
        call="l1_loss(x, t)",
        shapes=PAIR,
        forward=r"L = \frac{1}{n} \sum \lvert x - t \rvert",
        gradient=r"g_x = \frac{g}{n} \operatorname{sign}(x - t),\quad g_t = -g_x",
        code="gx = g * torch.sign(x - t) / x.numel()\ngt = -gx",
        cost=("n", "n"),
        kept=("x", "t"),
        second="0",
        chapter=2,
        exercises=("l1-backward",),
    ),
    Row(
        HuberLoss,
        call="huber_loss(x, t, delta=delta)",
        shapes=PAIR,
        settings={"delta": 0.5},
        forward=r"L = \frac{1}{n} \sum \ell(x - t),\quad "
        r"\ell(d) = \tfrac12 d^2 \text{ where } \lvert d \rvert \le \delta,\quad "
        r"\ell(d) = \delta (\lvert d \rvert - \tfrac12 \delta) \text{ elsewhere}",
        gradient=r"g_x = \frac{g}{n} \operatorname{clamp}(x - t, -\delta, \delta),"
        r"\quad g_t = -g_x",
        code="gx = g * (x - t).clamp(-delta, delta) / x.numel()\ngt = -gx",
        cost=("n", "n"),
        kept=("x", "t"),
        second="1/n where |d| < δ, else 0",
        chapter=2,
        exercises=("huber-backward",),
    ),
    Row(
        CrossEntropy,
        call="cross_entropy(x, y)",
        shapes=ONE,
        classes={"y": (3, 5)},
        forward=r"L = \frac{1}{N} \sum_i \Bigl( \log \sum_j e^{x_{ij}} - x_{i y_i} \Bigr)",
        gradient=r"g_x = \frac{g}{N} (p - \operatorname{onehot}(y))",
        code="p = torch.softmax(x, 1)\ngx = g * (p - F.one_hot(y, p.shape[1])) / len(x)",
        cost=("n", "n"),
        kept=("x", "y"),
        second="(diag(p) − p pᵀ)/N",
        chapter=6,
        exercises=("cross-entropy-backward",),
    ),
)

POINTWISE = (
    Row(
        Square,
        call="square(x)",
        torch="torch.square",
        shapes=ONE,
        forward="y = x^2",
        gradient=r"g_x = g \odot 2 x",
        code="gx = g * 2 * x",
        cost=("n", "n"),
        kept=("x",),
        second="2",
        chapter=3,
        exercises=("square-function",),
    ),
    Row(
        Exp,
        call="exp(x)",
        torch="torch.exp",
        shapes=ONE,
        forward="y = e^x",
        gradient=r"g_x = g \odot y",
        code="gx = g * out",
        cost=("n", "n"),
        kept=("out",),
        second="y",
        chapter=3,
        exercises=("exp-function",),
    ),
    Row(
        ReLU,
        call="relu(x)",
        shapes=ONE,
        forward=r"y = \max(x, 0)",
        gradient=r"g_x = g \text{ where } x > 0, \text{ else } 0",
        code="gx = g * (out > 0)",
        cost=("n", "n"),
        kept=("out",),
        second="0",
        chapter=3,
        exercises=("relu-backward",),
    ),
    Row(
        Sigmoid,
        call="sigmoid(x)",
        torch="torch.sigmoid",
        shapes=ONE,
        forward=r"y = \frac{1}{1 + e^{-x}}",
        gradient=r"g_x = g \odot y \odot (1 - y)",
        code="gx = g * out * (1 - out)",
        cost=("n", "n"),
        kept=("out",),
        second="y (1 − y)(1 − 2y)",
        chapter=3,
        exercises=("sigmoid-backward",),
    ),
)

SCORES = (
    Row(
        Softmax,
        call="softmax(x, dim=-1)",
        shapes=ONE,
        forward=r"p_i = \frac{e^{x_i}}{\sum_j e^{x_j}}",
        gradient=r"g_x = p \odot (g - \langle g, p \rangle)",
        code="gx = out * (g - (g * out).sum(-1, keepdim=True))",
        cost=("n", "n"),
        kept=("out",),
        second="full",
        chapter=5,
        exercises=("softmax-stable", "softmax-backward"),
    ),
    Row(
        LogSoftmax,
        call="log_softmax(x, dim=-1)",
        shapes=ONE,
        forward=r"y_i = x_i - \log \sum_j e^{x_j}",
        gradient=r"g_x = g - e^y \sum_j g_j",
        code="gx = g - out.exp() * g.sum(-1, keepdim=True)",
        cost=("n", "n"),
        kept=("out",),
        second="−(diag(p) − p pᵀ) Σ g",
        chapter=5,
        exercises=("log-softmax-backward",),
    ),
)

GROUPS = {
    "losses": LOSSES,
    "element by element": POINTWISE,
    "sums and products": SUMS,
    "scores": SCORES,
    "normalisation": NORMS,
    "images": PICTURES,
}
