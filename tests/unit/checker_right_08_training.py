"""Right answers to train-and-validate and accumulate-epoch, each in several forms."""

# The answers below are written the way a reader writes them, without type annotations.
# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False

from __future__ import annotations

import itertools

import torch
import torch.nn.functional as F
from torch import nn


def trains(model, optimizer, loader):
    model.train()
    for images, labels in loader:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()


@torch.no_grad()
def validates(model, loader):
    model.eval()
    rows = [(model(images), labels) for images, labels in loader]
    logits, labels = torch.cat([x for x, _ in rows]), torch.cat([t for _, t in rows])
    return F.cross_entropy(logits, labels), (logits.argmax(dim=1) == labels).float().mean()


def in_two_functions(model, optimizer, train_loader, val_loader):
    trains(model, optimizer, train_loader)
    return validates(model, val_loader)


def as_in_a_tutorial(model, optimizer, train_loader, val_loader):
    criterion = nn.CrossEntropyLoss()
    model.train()
    for x, y in train_loader:
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval()
    test_loss, correct = 0, 0
    size = len(val_loader.dataset)
    with torch.no_grad():
        for x, y in val_loader:
            pred = model(x)
            test_loss += criterion(pred, y).item() * x.size(0)
            correct += (pred.argmax(1) == y).type(torch.float).sum().item()
    return test_loss / size, correct / size


def summed_losses(model, optimizer, train_loader, val_loader):
    trains(model, optimizer, train_loader)
    model.eval()
    total, right, count = torch.zeros(()), torch.zeros(()), 0
    with torch.inference_mode():
        for images, labels in val_loader:
            logits = model(images)
            total = total + F.cross_entropy(logits, labels, reduction="sum")
            right += logits.max(1).indices.eq(labels).sum()
            count += labels.numel()
    return total / count, right / count


def back_to_train_at_the_end(model, optimizer, train_loader, val_loader):
    for images, labels in train_loader:
        model.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()
    found = validates(model, val_loader)
    model.train()
    return [float(found[0]), float(found[1])]


def by_hand_softmax(model, optimizer, train_loader, val_loader):
    model.train(True)
    for images, labels in train_loader:
        for p in model.parameters():
            p.grad = None
        log_p = torch.log_softmax(model(images), dim=-1)
        (-log_p[torch.arange(len(labels)), labels]).mean().backward()
        optimizer.step()
    model.train(False)
    losses, hits = [], []
    for images, labels in val_loader:
        with torch.no_grad():
            log_p = model(images).log_softmax(-1)
        losses += (-log_p[range(len(labels)), labels]).tolist()
        hits += (log_p.argmax(-1) == labels).tolist()
    return sum(losses) / len(losses), sum(hits) / len(hits)


def switched_off(model, optimizer, train_loader, val_loader):
    trains(model, optimizer, train_loader)
    torch.set_grad_enabled(False)
    found = validates(model, val_loader)
    torch.set_grad_enabled(True)
    return found


def with_a_closure(model, optimizer, train_loader, val_loader):
    model.train()
    for images, labels in train_loader:

        def closure(images=images, labels=labels):
            optimizer.zero_grad(set_to_none=False)
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            return loss

        optimizer.step(closure)
    loss, accuracy = validates(model, val_loader)
    return loss.item(), accuracy.item()


def keeps_a_history(model, optimizer, train_loader, val_loader):
    model.train()
    history, right = [], 0
    for images, labels in train_loader:
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        optimizer.zero_grad()
        grads = torch.autograd.grad(loss, list(model.parameters()))
        for p, g in zip(model.parameters(), grads, strict=True):
            p.grad = g
        optimizer.step()
        history.append(loss.item())
        right += (logits.argmax(1) == labels).sum().item()
    return validates(model, val_loader)


def frozen_while_validating(model, optimizer, train_loader, val_loader):
    trains(model, optimizer, train_loader)
    model.eval().requires_grad_(False)
    sums = torch.zeros(3, dtype=torch.float64)
    for images, labels in val_loader:
        logits = model(images)
        right = (logits.argmax(1) == labels).sum()
        sums += torch.stack([F.cross_entropy(logits, labels) * len(labels), right,
                             torch.tensor(len(labels))])  # fmt: skip
    model.requires_grad_(True)
    return tuple((sums[:2] / sums[2]).tolist())


def running_mean(model, optimizer, train_loader, val_loader):
    trains(model, optimizer, train_loader)
    model.eval()
    loss, accuracy, seen = 0.0, 0.0, 0
    with torch.no_grad():
        for images, labels in val_loader:
            logits, n = model(images), len(images)
            loss += (float(F.cross_entropy(logits, labels)) - loss) * n / (seen + n)
            accuracy += (
                (float((logits.argmax(1) == labels).double().mean()) - accuracy) * n / (seen + n)
            )
            seen += n
    return loss, accuracy


def looks_at_training_too(model, optimizer, train_loader, val_loader):
    """In eval mode, after the epoch, to print the accuracy of the training images."""
    trains(model, optimizer, train_loader)
    validates(model, train_loader)
    return validates(model, val_loader)


EPOCH = (
    in_two_functions,
    as_in_a_tutorial,
    summed_losses,
    back_to_train_at_the_end,
    by_hand_softmax,
    switched_off,
    with_a_closure,
    keeps_a_history,
    frozen_while_validating,
    running_mean,
    looks_at_training_too,
)


def counter(model, optimizer, batches, per_step):
    group = []
    for k, batch in enumerate(batches, start=1):
        group.append(batch)
        if k % per_step == 0 or k == len(batches):
            n = sum(len(labels) for _, labels in group)
            for images, labels in group:
                (F.cross_entropy(model(images), labels) * (len(labels) / n)).backward()
            optimizer.step()
            optimizer.zero_grad()
            group = []


def sum_then_divide(model, optimizer, batches, per_step):
    """The sum over the images; `.grad` is divided before the step."""
    n = 0
    optimizer.zero_grad()
    for k, (images, labels) in enumerate(batches):
        F.cross_entropy(model(images), labels, reduction="sum").backward()
        n += len(labels)
        if (k + 1) % per_step == 0 or k + 1 == len(batches):
            for p in model.parameters():
                p.grad /= n
            optimizer.step()
            optimizer.zero_grad()
            n = 0


def sum_over_group(model, optimizer, batches, per_step):
    while batches:
        group, batches = batches[:per_step], batches[per_step:]
        n = sum(map(len, [labels for _, labels in group]))
        optimizer.zero_grad(set_to_none=False)
        for images, labels in group:
            loss = F.cross_entropy(model(images), labels, reduction="sum") / n
            loss.backward()
        optimizer.step()


def with_grad(model, optimizer, batches, per_step):
    params = list(model.parameters())
    for k in range(0, len(batches), per_step):
        group = batches[k : k + per_step]
        totals = [torch.zeros_like(p) for p in params]
        for images, labels in group:
            loss = nn.CrossEntropyLoss(reduction="sum")(model(images), labels)
            for total, grad in zip(totals, torch.autograd.grad(loss, params), strict=True):
                total += grad
        n = sum(images.size(0) for images, _ in group)
        for p, total in zip(params, totals, strict=True):
            p.grad = total / n
        optimizer.step()


def all_losses_first(model, optimizer, batches, per_step):
    """One backward for each step: right, and a note says what it costs."""
    for k in range(0, len(batches), per_step):
        group = batches[k : k + per_step]
        losses = [F.cross_entropy(model(x), t, reduction="sum") for x, t in group]
        optimizer.zero_grad()
        (torch.stack(losses).sum() / sum(len(t) for _, t in group)).backward()
        optimizer.step()


def batched(model, optimizer, batches, per_step):
    stream = iter(batches)
    while group := list(itertools.islice(stream, per_step)):
        n = torch.tensor([len(t) for _, t in group], dtype=torch.float64)
        model.zero_grad()
        for (images, labels), weight in zip(group, n / n.sum(), strict=True):
            loss = F.cross_entropy(model(images), labels)
            loss.backward(weight.to(loss.dtype))
        optimizer.step()


def image_by_image(model, optimizer, batches, per_step):
    for k in range(-(-len(batches) // per_step)):
        group = batches[k * per_step : (k + 1) * per_step]
        n = sum(len(labels) for _, labels in group)
        optimizer.zero_grad()
        for images, labels in group:
            for i in range(len(labels)):
                logits = model(images[i : i + 1])
                (F.cross_entropy(logits, labels[i : i + 1]) / n).backward()
        optimizer.step()


def with_a_hook(model, optimizer, batches, per_step):
    model.train()
    for start in range(0, len(batches), per_step):
        stop = min(start + per_step, len(batches))
        n = sum(len(batches[k][1]) for k in range(start, stop))
        for p in model.parameters():
            p.grad = None
        for k in range(start, stop):
            images, labels = batches[k]
            logits, share = model(images), len(labels) / n
            logits.register_hook(lambda g, share=share: g * share)
            F.cross_entropy(logits, labels).backward()
        optimizer.step()


ACCUMULATE = (
    counter,
    sum_then_divide,
    sum_over_group,
    with_grad,
    all_losses_first,
    batched,
    image_by_image,
    with_a_hook,
)
