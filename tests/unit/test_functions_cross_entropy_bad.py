"""Bad arguments of cross-entropy raise what PyTorch raises, and say what is wrong."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from byhand.functions import cross_entropy

x = torch.randn(3, 5, generator=torch.Generator().manual_seed(0))
y = torch.tensor([0, 2, 4])
q = x.softmax(1)
images = x.reshape(3, 5, 1, 1).expand(3, 5, 2, 4)
pixels = y.reshape(3, 1, 1).expand(3, 2, 4)

# (what is wrong, input, target, options, a part of the sentence)
BAD: list[tuple[str, Any, Any, dict[str, Any], str]] = [
    ("integer logits", x.long(), y, {}, "int64.*floating"),
    ("complex logits", x.to(torch.complex64), y, {}, "complex64.*floating"),
    ("boolean logits", x > 0, y, {}, "bool.*floating"),
    ("scalar logits", torch.tensor(1.0), torch.tensor(1.0), {}, "scalar.*classes"),
    ("scalar logits, indices", torch.tensor(1.0), y[:1], {}, "scalar.*classes"),
    ("a list of logits", x.tolist(), y, {}, "input is list"),
    ("a list of classes", x, y.tolist(), {}, "target is list"),
    ("index too large", x, y + 1, {}, r"out of bounds \(5\).*0 to 4"),
    ("index too small", x, y - 1, {}, r"out of bounds \(-1\).*0 to 4"),
    ("index with smoothing", x, y + 3, {"label_smoothing": 0.1}, r"out of bounds \(5\)"),
    ("index with weights", x, y + 1, {"weight": torch.ones(5)}, r"out of bounds \(5\)"),
    ("index, one sample", x[0], y[2] + 1, {}, r"out of bounds \(5\)"),
    ("index of a pixel", images, pixels + 1, {}, r"out of bounds \(5\)"),
    ("no classes", x[:, :0], y, {}, "no classes"),
    ("float indices", x, y.float(), {}, "float32; class indices"),
    ("int32 indices", x, y.int(), {}, "int32; class indices"),
    ("int16 indices", x, y.short(), {}, "int16; class indices"),
    ("boolean indices", x, y > 0, {}, "bool; class indices"),
    ("int32 pixels", images, pixels.int(), {}, "int32; class indices"),
    ("integer probabilities", x, q.long(), {}, "class probabilities.*int64"),
    ("complex probabilities", x, q.to(torch.complex64), {}, "class probabilities.*complex64"),
    ("batches differ", x, y[:2], {}, r"\(3, 5\).*\(3,\).*\(2,\)"),
    ("batches of images differ", images, pixels[:2], {}, r"\(3, 2, 4\).*\(2, 2, 4\)"),
    ("many targets for one sample", x[0], y, {}, r"shape \(\).*\(3,\)"),
    ("a column of indices", x, y[:, None], {}, r"\(3,\).*\(3, 1\)"),
    ("probabilities of fewer classes", x, q[:, :4], {}, r"\(3, 5\); target.*\(3, 4\)"),
    ("probabilities of fewer samples", x, q[:2], {}, r"\(3, 5\); target.*\(2, 5\)"),
    ("probabilities of one sample", x[0], q, {}, r"\(5,\); target.*\(3, 5\)"),
    ("image without pixels", images, y, {}, r"\(3, 2, 4\).*\(3,\)"),
    ("another image size", images, pixels[:, :1], {}, r"\(3, 2, 4\).*\(3, 1, 4\)"),
    ("probabilities of another size", images, images[:, :4], {}, r"target.*\(3, 4, 2, 4\)"),
    ("too few weights", x, y, {"weight": torch.ones(4)}, r"\(4,\).*5 classes"),
    ("too few weights, soft", x, q, {"weight": torch.ones(4)}, r"\(4,\).*5 classes"),
    ("weights in a column", x, y, {"weight": torch.ones(5, 1)}, r"\(5, 1\).*5 classes"),
    ("one weight", x, y, {"weight": torch.tensor(1.0)}, r"\(\).*5 classes"),
    ("a list of weights", x, y, {"weight": [1.0] * 5}, "weight is list"),
    ("weights in float64", x, y, {"weight": torch.ones(5).double()}, "float64.*float32"),
    ("integer weights", x, y, {"weight": torch.ones(5).long()}, "int64.*float32"),
    ("a gradient for weights", x, y, {"weight": torch.ones(5, requires_grad=True)}, "detach"),
    ("smoothing above 1", x, y, {"label_smoothing": 1.1}, "1.1.*between 0 and 1"),
    ("smoothing above 1, soft", x, q, {"label_smoothing": 1.1}, "1.1.*between 0 and 1"),
    ("smoothing in words", x, y, {"label_smoothing": "much"}, "label_smoothing.*number"),
    ("unknown reduction", x, y, {"reduction": "average"}, "'average'.*'mean'"),
    ("no reduction", x, y, {"reduction": None}, "None.*'mean'"),
    ("ignored index, soft", x, q, {"ignore_index": 2}, "ignore_index is 2"),
    ("ignored index is no integer", x, y, {"ignore_index": 2.0}, "ignore_index is 2.0"),
]


def outcome(loss: Any, input: Any, target: Any, options: dict[str, Any]) -> Any:
    try:
        return loss(input, target, **options)
    except Exception as error:
        return error


@pytest.mark.parametrize(
    ("input", "target", "options", "part"),
    [case[1:] for case in BAD],
    ids=[case[0] for case in BAD],
)
def test_the_same_exception_with_a_sentence(
    input: Any, target: Any, options: dict[str, Any], part: str
) -> None:
    expected = outcome(F.cross_entropy, input, target, options)
    assert isinstance(expected, Exception)
    with pytest.raises(type(expected), match=part) as raised:
        cross_entropy(input, target, **options)
    assert raised.type is type(expected)
    assert str(raised.value).endswith(".")


@pytest.mark.parametrize("smoothing", [-0.1, float("nan")])
def test_smoothing_that_pytorch_takes_for_none_is_refused(smoothing: float) -> None:
    assert F.cross_entropy(x, y, label_smoothing=smoothing) == F.cross_entropy(x, y)
    with pytest.raises(RuntimeError, match=r"between 0 and 1\."):
        cross_entropy(x, y, label_smoothing=smoothing)


def test_no_classes_at_all_is_refused() -> None:
    assert F.cross_entropy(x[:0, :0], y[:0]).isnan()
    with pytest.raises(IndexError, match=r"\(0, 0\), so there are no classes\."):
        cross_entropy(x[:0, :0], y[:0])


def test_an_index_out_of_range_under_vmap() -> None:
    def each(loss: Any) -> Tensor:
        result: Tensor = torch.func.vmap(lambda row, index: loss(row, index))(x, y + 1)
        return result

    with pytest.raises(RuntimeError, match="out of bounds"):
        each(F.cross_entropy)
    with pytest.raises(IndexError, match=r"out of bounds \(5\).*0 to 4"):
        each(cross_entropy)


def test_what_pytorch_accepts_is_accepted() -> None:
    """Probabilities that do not sum to 1, a target of shape (1,) for one sample, an empty batch."""
    for input, target, options in (
        (x, q * 3, {}),
        (x[0], y[:1], {"reduction": "none"}),
        (x[:0], y[:0], {"reduction": "sum"}),
        (x[:0], q[:0], {}),
        (x, y, {"label_smoothing": 1}),
    ):
        actual = cross_entropy(input, target, **options)
        torch.testing.assert_close(
            actual, F.cross_entropy(input, target, **options), equal_nan=True
        )
