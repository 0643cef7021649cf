"""Wrong answers to chapter 8 that readers write, and the names they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from byhand._catalogue.chapter08 import accumulate, conv_shape, epoch, parameters
from byhand._catalogue.chapter08.drawn import Batch
from byhand._catalogue.chapter08.watched import Descent, Network, Watch
from byhand._checker.api import find, judge
from byhand._checker.inputs import Inputs
from tests.unit import checker_right_08_training as good
from tests.unit.checker_attack import attacks, gets_a_true_name, ids_of_chapter
from tests.unit.checker_build import EXERCISES, solved
from tests.unit.checker_wrong_epochs import EPOCHS, leaves_autograd_off
from tests.unit.checker_wrong_groups import GROUPS
from tests.unit.checker_wrong_shapes import COUNTS, SHAPES
from tests.unit.checker_wrong_splits import SPLITS, leaky

WRONG = {
    "conv-output-shape": SHAPES,
    "count-parameters": COUNTS,
    "train-and-validate": EPOCHS,
    "split-leak": SPLITS,
    "accumulate-epoch": GROUPS,
}
CASES = attacks(WRONG)


@pytest.mark.parametrize(("id", "code", "answer"), CASES)
def test_wrong_answer_gets_a_true_name(id: str, code: str, answer: Any) -> None:
    gets_a_true_name(id, code, answer)


def test_every_exercise_is_attacked() -> None:
    assert set(WRONG) == ids_of_chapter(8)
    assert len(CASES) >= 230
    assert all(len(codes) >= 20 for codes in WRONG.values())


@pytest.mark.parametrize("seed", range(4))
def test_the_reference_is_pytorchs_convolution(seed: int) -> None:
    table = find("conv-output-shape").make(Inputs(seed))
    ours = conv_shape.by_convolution(*table).tolist()
    for (size, *rest), found in zip(zip(*table, strict=True), ours, strict=True):
        layer = nn.Conv2d(1, 1, *rest)
        assert layer(torch.zeros(1, 1, size, size)).shape[2:] == (found, found)


def test_pooling_follows_the_same_rule() -> None:
    probe = next(p for p in conv_shape.PROBES if p.code == "wrong-for-pooling")
    table = probe.make(Inputs(probe.seed))
    assert len(table[0]) >= 8
    assert torch.equal(conv_shape.by_pooling(*table), conv_shape.by_convolution(*table))


def modules(channels: int, size: int, layers: list[Any]) -> nn.Sequential:
    found: list[nn.Module] = []
    for name, *numbers in layers:
        if name == "conv":
            found.append(nn.LazyConv2d(numbers[0], numbers[1], padding=numbers[2]))
        elif name == "linear":
            found.append(nn.LazyLinear(*numbers))
        else:
            found.append(nn.MaxPool2d(*numbers) if name == "pool" else nn.Flatten())
    model = nn.Sequential(*found)
    model(torch.zeros(1, channels, size, size))
    return model


@pytest.mark.parametrize("seed", range(4))
def test_the_reference_counts_what_modules_have(seed: int) -> None:
    for channels, size, layers in zip(*find("count-parameters").make(Inputs(seed)), strict=True):
        model = modules(channels, size, layers)
        count = sum(p.numel() for p in model.parameters())
        assert parameters.by_pytorch(channels, size, layers) == count


def test_the_chapters_network() -> None:
    answer = solved("count-parameters")
    assert answer(*parameters.ARTICLE) == 145_578
    assert parameters.by_pytorch(*parameters.ARTICLE) == 145_578


def weights_of(params: list[torch.Tensor], model: nn.Sequential) -> None:
    with torch.no_grad():
        for ours, theirs in zip(model.parameters(), params, strict=True):
            ours.copy_(theirs)


@pytest.mark.parametrize("seed", range(4))
def test_the_reference_is_a_real_loop_of_modules(seed: int) -> None:
    params, lr, train, val = find("train-and-validate").make(Inputs(seed))
    layers = (nn.Linear(12, 7, bias=False), nn.BatchNorm1d(7), nn.ReLU(), nn.Linear(7, 5))
    model = nn.Sequential(nn.Flatten(), *layers).double()
    weights_of(params, model)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    found: Any = solved("train-and-validate")(model, optimizer, train, val)
    wanted = epoch.by_autograd(params, lr, train, val)
    for p, w in zip(model.parameters(), wanted["trained"], strict=True):
        assert torch.allclose(p, w, rtol=1e-9)
    assert torch.allclose(torch.tensor(found).double(), torch.stack(wanted["returned"]))


@pytest.mark.parametrize("seed", range(4))
def test_the_watched_optimizer_is_sgd(seed: int) -> None:
    params, lr, batches, per_step = find("accumulate-epoch").make(Inputs(seed))
    model = Network(params, normalised=False, watch=Watch({}))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for k in range(0, len(batches), per_step):
        images, labels = (torch.cat(x) for x in zip(*batches[k : k + per_step], strict=True))
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    wanted = accumulate.by_large_batches(params, lr, batches, per_step)
    for p, w in zip(model.parameters(), wanted, strict=True):
        assert torch.allclose(p, w, rtol=1e-9)
    assert isinstance(Descent(list(model.parameters()), lr, Watch({})), torch.optim.Optimizer)


@pytest.mark.parametrize("id", ["train-and-validate", "accumulate-epoch"])
@pytest.mark.parametrize("seed", range(12))
def test_the_last_batch_differs(id: str, seed: int) -> None:
    *_, batches, last = find(id).make(Inputs(seed))
    small: list[Batch] = last if isinstance(last, list) else batches
    sizes = [len(labels) for _, labels in small]
    assert len(set(sizes)) > 1
    assert isinstance(last, list) or len(sizes) % last


def test_graphs_of_all_batches_at_once_pass_with_a_note() -> None:
    result = judge(find("accumulate-epoch"), good.all_losses_first)
    assert result
    assert "at the same time" in " ".join(result.notes)
    assert judge(find("accumulate-epoch"), good.counter).notes == ()


def test_autograd_that_is_left_off_does_not_reach_the_reader() -> None:
    assert not judge(find("train-and-validate"), leaves_autograd_off)
    assert torch.is_grad_enabled()


def test_the_random_state_of_the_reader_is_kept() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    for id in sorted(ids_of_chapter(8)):
        assert judge(find(id), solved(id))
    for answers in SPLITS.values():
        judge(find("split-leak"), answers[0])
    assert torch.equal(torch.get_rng_state(), before)


def test_a_readers_own_model_keeps_its_mode() -> None:
    """A function that uses the reader's model, and not the one that it gets."""
    own = nn.Sequential(nn.Flatten(), nn.Linear(12, 5)).double().eval()
    before = [p.clone() for p in own.parameters()]

    def answer(model, optimizer, train_loader, val_loader):
        logits = [own(images) for images, _ in val_loader]
        return float(logits[0].mean()), 0.5

    assert judge(find("train-and-validate"), answer).mistake == "never-trained"
    assert not own.training
    assert all(map(torch.equal, own.parameters(), before))


def test_what_a_split_prints_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    right = solved("split-leak")

    def talks(*args):
        print("split")
        return right(*args)

    assert judge(find("split-leak"), talks)
    assert capsys.readouterr().out == "split\n"


def test_the_leaky_split_names_photographs_first() -> None:
    result = judge(find("split-leak"), leaky)
    assert "photographs have images on both sides" in result.evidence


def test_the_first_wrong_row_is_shown() -> None:
    shown = judge(find("conv-output-shape"), SHAPES["padding-once"][0]).evidence
    assert "padding 1" in shown
    assert "stride 1" in shown
    shown = judge(find("count-parameters"), COUNTS["linear-left-out"][0]).evidence
    assert '("linear"' in shown
    assert "yours 0" in shown


WIDTH = 72
CHAPTER = tuple(exercise for exercise in EXERCISES if exercise.chapter == 8)


@pytest.mark.parametrize("exercise", CHAPTER, ids=lambda exercise: exercise.id)
def test_cells_do_not_scroll_on_the_page(exercise: Any) -> None:
    text = "\n".join((exercise.stub, exercise.solution, exercise.check_line(record=False)))
    assert [line for line in text.splitlines() if len(line) > WIDTH] == []
