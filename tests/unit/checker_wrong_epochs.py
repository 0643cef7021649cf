"""Wrong answers to train-and-validate, by the name they get."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False
# ruff: noqa: ARG005  (an answer takes all arguments of its exercise, used or not)

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F


def train(model, optimizer, loader, mode=True, clear=True, back=True, step=True, loss=None):
    loss = loss or F.cross_entropy
    if mode is not None:
        model.train(mode)
    for images, labels in loader:
        if clear:
            optimizer.zero_grad()
        found = loss(model(images), labels)
        if back:
            found.backward()
        if step:
            optimizer.step()


def rows_of(model, loader, evaluate=True, grad=False, loss=F.cross_entropy):
    if evaluate:
        model.eval()
    rows = []
    with torch.set_grad_enabled(grad):
        for images, labels in loader:
            logits = model(images)
            right = (logits.argmax(1) == labels).sum().item()
            rows.append((loss(logits, labels).item(), right, len(labels)))
    return rows


def means(rows):
    n = sum(m for _, _, m in rows)
    return sum(a * m for a, _, m in rows) / n, sum(r for _, r, _ in rows) / n


def both(training=train, rows=rows_of, result=means):
    """An answer that trains, looks at each validation batch, and takes means."""

    def answer(model, optimizer, train_loader, val_loader):
        training(model, optimizer, train_loader)
        return result(rows(model, val_loader))

    return answer


def trained(**choices):
    return both(lambda *args: train(*args, **choices))


def looked(**choices):
    return both(rows=lambda *args: rows_of(*args, **choices))


def returned(result):
    return both(result=result)


def clears_once(model, optimizer, loader):
    optimizer.zero_grad()
    train(model, optimizer, loader, clear=False)


def clears_before_step(model, optimizer, loader):
    model.train()
    for images, labels in loader:
        F.cross_entropy(model(images), labels).backward()
        optimizer.zero_grad()
        optimizer.step()


def steps_before_backward(model, optimizer, loader):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        optimizer.step()
        loss.backward()


def steps_between(model, optimizer, loader):
    model.train()
    for images, labels in loader:
        loss = F.cross_entropy(model(images), labels)
        optimizer.step()
        loss.backward()


def steps_at_the_end(model, optimizer, loader):
    train(model, optimizer, loader, step=False)
    optimizer.step()


def sums_the_losses(model, optimizer, loader):
    model.train()
    losses = [F.cross_entropy(model(images), labels) for images, labels in loader]
    optimizer.zero_grad()
    torch.stack(losses).sum().backward()
    optimizer.step()


def first_batch(model, optimizer, loader):
    train(model, optimizer, list(loader)[:1])


def all_but_last(model, optimizer, loader):
    train(model, optimizer, list(loader)[:-1])


def two_epochs(model, optimizer, loader):
    train(model, optimizer, loader)
    train(model, optimizer, loader)


def measures_twice(model, optimizer, loader):
    """A second forward in train mode, to print the accuracy."""
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
        with torch.no_grad():
            (model(images).argmax(1) == labels).float().mean().item()


def parentheses_missing(model, optimizer, loader):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step  # noqa: B018  (that is the mistake)


def trains_on_both(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    train(model, optimizer, val_loader)
    return means(rows_of(model, val_loader))


def one_loop_for_all(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    model.eval()
    rows = []
    for images, labels in val_loader:
        optimizer.zero_grad()
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        rows.append((loss.item(), (logits.argmax(1) == labels).sum().item(), len(labels)))
    return means(rows)


def sends_back_validation(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    model.eval()
    rows = []
    for images, labels in val_loader:
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        rows.append((loss.item(), (logits.argmax(1) == labels).sum().item(), len(labels)))
    return means(rows)


def never_in_eval(model, optimizer, train_loader, val_loader):
    model.train()
    train(model, optimizer, train_loader)
    return means(rows_of(model, val_loader, evaluate=False))


def eval_in_batch(model, optimizer, train_loader, val_loader):
    """Validates after each training batch, and stays in eval mode."""
    model.train()
    for batch in train_loader:
        train(model, optimizer, [batch], mode=None)
        found = means(rows_of(model, val_loader))
    return found


def validates_first(model, optimizer, train_loader, val_loader):
    found = means(rows_of(model, val_loader))
    train(model, optimizer, train_loader)
    return found


def validates_on_training(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    return means(rows_of(model, train_loader))


def no_grad_everywhere(model, optimizer, train_loader, val_loader):
    with torch.no_grad():
        train(model, optimizer, train_loader)
        return means(rows_of(model, val_loader))


def restores(model, optimizer, train_loader, val_loader):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    train(model, optimizer, train_loader)
    found = means(rows_of(model, val_loader))
    model.load_state_dict(before)
    return found


def leaves_autograd_off(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    torch.set_grad_enabled(False)
    model.eval()
    rows = []
    for images, labels in val_loader:
        logits = model(images)
        right = (logits.argmax(1) == labels).sum().item()
        rows.append((F.cross_entropy(logits, labels).item(), right, len(labels)))
    return means(rows)


def indexes_the_loader(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    images, labels = val_loader[0]
    return means(rows_of(model, [(images, labels)]))


def keeps_the_graph(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    model.eval()
    loss, right, n = torch.zeros(()), 0, 0
    for images, labels in val_loader:
        logits = model(images)
        loss = loss + F.cross_entropy(logits, labels) * len(labels)
        right += (logits.argmax(1) == labels).sum().item()
        n += len(labels)
    return loss / n, right / n


def returns_losses(model, optimizer, train_loader, val_loader):
    train(model, optimizer, train_loader)
    found = rows_of(model, val_loader)
    return [a for a, _, _ in found], sum(r for _, r, _ in found) / sum(n for _, _, n in found)


def softmax_first(logits, labels):
    return F.cross_entropy(torch.softmax(logits, 1), labels)


def n_of(rows):
    return sum(m for _, _, m in rows)


def size_of_first(rows):
    n = rows[0][2] * len(rows)
    return sum(a * m for a, _, m in rows) / n, sum(r for _, r, _ in rows) / n


EPOCHS: dict[str, list[Any]] = {
    "zero-grad-missing": [trained(clear=False), both(clears_once)],
    "step-missing": [trained(step=False), both(parentheses_missing)],
    "backward-missing": [trained(back=False)],
    "never-trained": [
        trained(back=False, step=False),
        lambda model, optimizer, a, b: means(rows_of(model, b)),
    ],
    "step-without-gradients": [both(clears_before_step)],
    "training-undone": [restores],
    "step-too-early": [both(steps_between)],
    "one-step-per-epoch": [both(steps_at_the_end)],
    "wrong-sign": [trained(loss=lambda x, t: -F.cross_entropy(x, t))],
    "loss-summed": [trained(loss=lambda x, t: F.cross_entropy(x, t, reduction="sum"))],
    "loss-divided-again": [trained(loss=lambda x, t: F.cross_entropy(x, t) / len(t))],
    "softmax-before-loss": [trained(loss=softmax_first)],
    "trains-on-first-batch": [both(first_batch)],
    "training-batch-left-out": [both(all_but_last)],
    "two-epochs": [both(two_epochs)],
    "trains-in-eval-mode": [trained(mode=False), eval_in_batch],
    "trains-on-validation": [trains_on_both, one_loop_for_all],
    "backward-in-validation": [sends_back_validation],
    "not-back-to-train": [trained(mode=None)],
    "validates-in-train-mode": [looked(evaluate=False), never_in_eval],
    "gradients-recorded": [looked(grad=True)],
    "graph-kept": [keeps_the_graph],
    "extra-forward": [both(measures_twice)],
    "validates-too-early": [validates_first],
    "validates-on-training": [validates_on_training],
    "validation-loss-with-softmax": [looked(loss=softmax_first)],
    "mean-of-batch-means": [
        returned(lambda rows: (sum(a for a, _, _ in rows) / len(rows),
                               sum(r / n for _, r, n in rows) / len(rows))),
        returned(lambda rows: (sum(a for a, _, _ in rows) / len(rows), means(rows)[1])),
        returned(lambda rows: (means(rows)[0], sum(r / n for _, r, n in rows) / len(rows))),
    ],
    "last-batch-only": [
        returned(lambda rows: means(rows[-1:])),
        returned(lambda rows: (rows[-1][0], means(rows)[1])),
    ],
    "first-batch-only": [returned(lambda rows: means(rows[:1]))],
    "last-batch-left-out": [returned(lambda rows: means(rows[:-1]))],
    "not-divided": [
        returned(lambda rows: (means(rows)[0], sum(r for _, r, _ in rows))),
        returned(lambda rows: (means(rows)[0] * n_of(rows), means(rows)[1])),
    ],
    "sum-of-batch-means": [returned(lambda rows: (sum(a for a, _, _ in rows), means(rows)[1]))],
    "divided-by-images-only": [
        returned(lambda rows: (sum(a for a, _, _ in rows) / n_of(rows), means(rows)[1])),
    ],
    "divided-by-batches": [
        returned(lambda rows: (means(rows)[0], sum(r for _, r, _ in rows) / len(rows))),
    ],
    "equal-sizes-assumed": [returned(size_of_first)],
    "accuracy-in-percent": [returned(lambda rows: (means(rows)[0], 100 * means(rows)[1]))],
    "error-rate": [returned(lambda rows: (means(rows)[0], 1 - means(rows)[1]))],
    "swapped-outputs": [returned(lambda rows: means(rows)[::-1])],
    "returned-none": [lambda *args: both()(*args) and None],
    "wrong-count": [
        returned(lambda rows: means(rows)[1]),
        returned(lambda rows: {"loss": means(rows)[0], "accuracy": means(rows)[1]}),
        returned(lambda rows: torch.tensor(means(rows))),
    ],
    "not-a-number": [returns_losses],
    "constant-factor": [returned(lambda rows: (2 * means(rows)[0], means(rows)[1]))],
    "trains-without-autograd": [no_grad_everywhere, leaves_autograd_off],
    "loss-cut-off": [
        trained(loss=lambda x, t: F.cross_entropy(x, t).detach()),
        trained(loss=lambda x, t: torch.tensor(F.cross_entropy(x, t).item())),
        trained(loss=lambda x, t: (x.argmax(1) != t).float().mean()),
    ],
    "raised": [indexes_the_loader],
    "wrong-signature": [lambda model, train_loader, val_loader: None],
    "argument-order": [lambda optimizer, model, train_loader, val_loader: None],
}  # fmt: skip
