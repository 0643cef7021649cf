"""What to do about the exceptions that answers raise."""

from __future__ import annotations

from byhand._checker.advice_function import FUNCTION_ADVICE

ADVICE = (
    *FUNCTION_ADVICE,
    (
        "modified by an inplace operation",
        "changed-saved-tensor",
        "A tensor that backward needs was changed in place. Compute into a new tensor.",
    ),
    (
        "Can't call numpy() on Tensor that requires grad",
        "raised",
        "Stay with tensor operations. NumPy arrays have no graph, so nothing that goes through "
        "them can be differentiated.",
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
        "leaf Variable that requires grad has been used in an in-place operation",
        "changed-input",
        "forward changes its input in place. Compute into a new tensor: `x * 2`, not `x.mul_(2)`.",
    ),
    (
        "leaf Variable that requires grad is being used in an in-place operation",
        "changed-input",
        "The input is changed in place. Compute into a new tensor: `x = x * 2`, not `x *= 2`.",
    ),
    (
        '"bitwise_xor_cpu" not implemented',
        "raised",
        "`^` is no power in Python. Write `x**2`.",
    ),
    (
        '"bitwise_and_cpu" not implemented',
        "raised",
        "`&` binds more tightly than `<` and `>`: write parentheses, `(x > lo) & (x < hi)`.",
    ),
    (
        "does not support the context manager protocol",
        "raised",
        "`with` needs an object: write the parentheses, as in `with torch.no_grad():`.",
    ),
    (
        "'Tensor' object is not callable",
        "raised",
        "A tensor stands before a parenthesis, as if it were a function. Perhaps a `*` is missing.",
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
