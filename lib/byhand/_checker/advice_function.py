"""What to do about exceptions that have to do with autograd.Function and its ctx."""

from __future__ import annotations

FUNCTION_ADVICE = (
    (
        "'NoneType' object has no attribute 'save_for_backward'",
        "called-forward",
        "`forward` was called directly, without a `ctx`. Call `apply`: it makes the `ctx`, runs "
        "`forward` and records the backward.",
    ),
    (
        "forward() missing",
        "called-forward",
        "Call `apply`, not `forward`: `apply` supplies the `ctx`.",
    ),
    (
        "returned an incorrect number of gradients",
        "wrong-count",
        "`backward` returns one gradient for each input of `forward`, in the same order, as "
        "a tuple; None stands for those that need none.",
    ),
    (
        "save_for_backward can only save variables",
        "saved-non-tensor",
        "`save_for_backward` takes tensors, one after the other: `ctx.save_for_backward(a, b)`. "
        "Keep other values on the ctx: `ctx.delta = delta`.",
    ),
    (
        "not enough values to unpack (expected 1, got 0)",
        "raised",
        "If this is `ctx.saved_tensors`: it is empty, because `forward` saved nothing. Call "
        "`ctx.save_for_backward(…)` there.",
    ),
    (
        "tuple index out of range",
        "raised",
        "If this is `ctx.saved_tensors`: it holds what `forward` gave to `ctx.save_for_backward`, "
        "and nothing else. `ctx.needs_input_grad` has one entry for each input; the first is [0].",
    ),
    (
        "only integer tensors of a single element can be converted to an index",
        "raised",
        "`ctx.saved_tensors` is a tuple, even if it holds one tensor: write "
        "`(x,) = ctx.saved_tensors`, with the comma.",
    ),
    (
        "'tuple' and ",
        "raised",
        "A tuple stands where a tensor is meant. `ctx.saved_tensors` is always a tuple: write "
        "`(x,) = ctx.saved_tensors`, with the comma.",
    ),
    (
        "not enough values to unpack (expected 2, got 0)",
        "raised",
        "If this is `ctx.saved_tensors`: it is empty, because `forward` saved nothing. Call "
        "`ctx.save_for_backward(…)` there.",
    ),
    (
        "marked with @once_differentiable",
        "once-differentiable",
        "`@once_differentiable` forbids what is asked for here: a gradient of the gradient. Leave "
        "it out, and use tensor operations only.",
    ),
    (
        "the corresponding forward input was not a Variable",
        "unneeded-gradient",
        "An input that is a number, and not a tensor, has no gradient: return None in its place.",
    ),
    (
        "marked as dirty during the forward method were not returned",
        "changed-input",
        "`ctx.mark_dirty` announces that forward changes its input and returns it. Here the input "
        "must stay as it is: compute into a new tensor.",
    ),
    (
        "'tuple' object is not callable",
        "raised",
        "`ctx.saved_tensors` and `ctx.needs_input_grad` are tuples, not methods: leave out the "
        "parentheses.",
    ),
    (
        "Backward' object has no attribute",
        "raised",
        "The first argument of forward and backward is the ctx. backward finds on it only what "
        "forward has put there, such as `ctx.delta = delta`.",
    ),
    (
        "attribute 'saved_tensors' of",
        "raised",
        "Call `ctx.save_for_backward(x)` in forward; backward then finds x in `ctx.saved_tensors`.",
    ),
    (
        "not enough values to unpack (expected 2, got 1)",
        "raised",
        "If this is `ctx.saved_tensors`: backward finds there what forward saved, and only that.",
    ),
    (
        "setup_context() takes",
        "raised",
        "It is called as `setup_context(ctx, inputs, output)`; `inputs` is the tuple of all inputs "
        "of forward.",
    ),
)
"""Part of a message, our code for it, and what to do."""
