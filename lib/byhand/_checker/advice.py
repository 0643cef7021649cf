"""What to do about the exceptions that answers raise."""

from __future__ import annotations

ADVICE = (
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
        "modified by an inplace operation",
        "changed-saved-tensor",
        "A tensor that backward needs was changed in place. Compute into a new tensor.",
    ),
    (
        "save_for_backward can only save variables",
        "saved-non-tensor",
        "`save_for_backward` takes tensors. Keep other values on the ctx: `ctx.delta = delta`.",
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
        "Can't call numpy() on Tensor that requires grad",
        "raised",
        "Stay with tensor operations. NumPy arrays have no graph, so nothing that goes through "
        "them can be differentiated.",
    ),
    (
        "'tuple' object is not callable",
        "raised",
        "`ctx.saved_tensors` and `ctx.needs_input_grad` are tuples, not methods: leave out the "
        "parentheses.",
    ),
    (
        "view size is not compatible",
        "raised",
        "Use `reshape`: `view` works only where the numbers lie in order in memory.",
    ),
    (
        "does not require grad and does not have a grad_fn",
        "raised",
        "What you differentiate has no graph. Write the gradient as a formula; if you want "
        "autograd, begin with `x.detach().requires_grad_()`, and use no `.detach()`, `.item()` or "
        "`.data` on the way.",
    ),
    (
        "Boolean value of Tensor",
        "raised",
        "A tensor of many numbers is neither true nor false. Choose for each element with "
        "`torch.where(condition, a, b)`.",
    ),
    (
        "backward through the graph a second time",
        "graph-freed",
        "The first backward frees what the graph saved. Pass `retain_graph=True` as long as "
        "another backward follows.",
    ),
    (
        "grad can be implicitly created only for scalar outputs",
        "missing-grad-outputs",
        "With several outputs autograd must be told the vector v of vᵀJ: `grad_outputs=v`, of the "
        "shape of the output.",
    ),
    (
        "Mismatch in shape: grad_output[0]",
        "wrong-grad-outputs",
        "`grad_outputs` has the shape of the output that you differentiate, not that of the input.",
    ),
    (
        "Expected self.dtype to be equal to src.dtype",
        "wrong-dtype",
        "`torch.zeros(…)` makes float32: add `dtype=grad_output.dtype`, or use "
        "`grad_output.new_zeros(…)`.",
    ),
    (
        "but got tuple",
        "raised",
        "`torch.autograd.grad` returns a tuple, one gradient for each input: take `[0]`.",
    ),
    (
        "must match the existing size",
        "raised",
        "A dimension that a sum or a mean removed must come back first: `unsqueeze(dim)`, then "
        "`expand`.",
    ),
    (
        "must match the size of tensor",
        "raised",
        "Print the shapes of the two tensors in this line.",
    ),
    (
        "shapes cannot be multiplied",
        "raised",
        "Print both shapes. The inner sizes of a matrix product must agree; one of the two may "
        "need `.T`.",
    ),
    (
        "positional argument",
        "raised",
        "Compare how many arguments the called function takes and how many it gets.",
    ),
    (
        "Backward' object has no attribute",
        "raised",
        "The first argument of forward and backward is the ctx. backward finds on it only what "
        "forward has put there, such as `ctx.delta = delta`.",
    ),
    (
        "leaf Variable that requires grad has been used in an in-place operation",
        "changed-input",
        "forward changes its input in place. Compute into a new tensor: `x * 2`, not `x.mul_(2)`.",
    ),
    (
        "leaf Variable that requires grad is being used in an in-place operation",
        "changed-input",
        "The input is changed in place. Compute into a new tensor: `x = x * 2`, not `x *= 2`.",
    ),
)
"""Part of a message, our code for it, and what to do; the first that fits counts."""

NEXT = (
    ("NotImplementedError", "This case is not written yet; other cases are."),
    ("NameError", "Check the spelling, and run the cell that defines the name or imports it."),
    (
        "UnboundLocalError",
        "Some path skips the line that sets this name: begin with `name = None`.",
    ),
    ("RecursionError", "The function calls itself without end. Look for its own name in its body."),
    ("SystemExit", "Leave out `exit()` and `sys.exit()`: they would end the kernel."),
    ("ZeroDivisionError", "Ask which size can be zero, and whether it is the size you mean."),
    ("AssertionError", "An `assert` of yours is false for this input."),
)
"""What to do next, by the exception's name."""
