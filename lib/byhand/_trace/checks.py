"""Say in one sentence what is wrong with the arguments of a trace, before anything runs."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from torch import Tensor, nn
from torch.autograd.graph import GradientEdge, get_gradient_edge

from byhand._trace.recorder import Recorder
from byhand._trace.saved import FREED

_SECOND: Final = (
    "The graph of this loss was freed by an earlier backward; compute the loss again in a new "
    "`with Trace()` block, or give the earlier one retain_graph=True."
)


State = Literal["new", "open", "recorded", "failed"]
_WORDS: Final[dict[State, str]] = {
    "new": (
        "Nothing is recorded yet: compute the loss inside `with Trace() as trace:`, then call "
        "trace.backward(loss)."
    ),
    "open": (
        "The `with` block of this trace is still open: leave it, then call trace.backward(loss)."
    ),
    "recorded": "The block is recorded; call trace.backward(loss) to see its backward pass.",
    "failed": (
        "The `with` block of this trace raised an exception, so nothing was recorded; make a new "
        "Trace() and run the block again."
    ),
}


def state_in_words(state: State) -> str:
    """Say what is recorded and what to do next."""
    return _WORDS[state]


def check_new(state: State) -> None:
    """Raise a RuntimeError if the block of a trace is entered for the second time."""
    if state != "new":
        raise RuntimeError("A trace records one block, and this one had its; make a new Trace().")


def check_recorded(state: State, ran: int | None = None) -> None:
    """Raise a RuntimeError if the block is not complete, or backward has not run (`ran` is 0)."""
    if state != "recorded" or ran == 0:
        raise RuntimeError(_WORDS[state])


def explain_freed(error: RuntimeError) -> None:
    """Put PyTorch's error for a second backward into a sentence about this trace."""
    if FREED in str(error):
        raise RuntimeError(_SECOND) from error


def named_edges(named: dict[str, Tensor | nn.Module]) -> dict[str, GradientEdge]:
    """Return what made each named tensor; a module gives each of its parameters a name.

    Raises:
        TypeError: If something is neither tensor nor module.
        ValueError: If a tensor does not require grad.
    """
    edges: dict[str, GradientEdge] = {}
    for name, thing in named.items():
        if isinstance(thing, nn.Module):
            for path, parameter in thing.named_parameters():
                if parameter.requires_grad:
                    edges[f"{name}.{path}"] = get_gradient_edge(parameter)
        elif not isinstance(thing, Tensor):
            raise TypeError(f"{name} is a {type(thing).__name__}; name tensors or modules.")
        elif not thing.requires_grad:
            raise ValueError(
                f"{name} does not require grad, so it is no part of the graph: make it with "
                "requires_grad=True (only floating point and complex tensors can), or do not "
                "name it."
            )
        else:
            edges[name] = get_gradient_edge(thing)
    return edges


def checked_roots(roots: object, recorder: Recorder) -> list[Tensor]:
    """Return the roots as a list.

    Raises:
        TypeError: If a root is not a tensor.
        ValueError: If backward cannot start there, or the block did not make it.
    """
    several: list[Any] = list(roots) if isinstance(roots, (list, tuple)) else [roots]
    if not several:
        raise ValueError("There is no root; give the loss, or several tensors to start from.")
    for number, root in enumerate(several):
        if not isinstance(root, Tensor) or not root.requires_grad or not _inside(root, recorder):
            raise _bad_root(_title(number, len(several)), root)
    return several


def _bad_root(title: str, root: object) -> TypeError | ValueError:
    """Say why backward of this trace cannot start at a root."""
    if not isinstance(root, Tensor):
        return TypeError(
            f"{title} is a {type(root).__name__}; give the tensor that the block computed."
        )
    if not root.requires_grad:
        return ValueError(
            f"{title} does not require grad: no tensor that it was computed from does, or it was "
            "detached or computed under no_grad; make the inputs with requires_grad=True before "
            "the block."
        )
    return ValueError(
        f"{title} was not made inside the block of this trace; compute it inside "
        "`with Trace() as trace:` and give that very tensor."
    )


def checked_grads(roots: Sequence[Tensor], given: object) -> list[Tensor | None]:
    """Return one grad_output for each root, None where the root is a single number.

    Raises:
        TypeError: If a grad_tensor is not a tensor.
        ValueError: If one is missing, too many, or of another shape than its root.
    """
    if given is None:
        grads: list[Any] = [None] * len(roots)
    else:
        grads = list(given) if isinstance(given, (list, tuple)) else [given]
    if len(grads) != len(roots):
        raise ValueError(
            f"There are {len(roots)} roots and {len(grads)} grad_tensors; give one for each."
        )
    for number, (root, grad) in enumerate(zip(roots, grads, strict=True)):
        if grad is not None or root.numel() != 1 or root.is_complex():
            _check_grad(_title(number, len(roots)), root, grad)
    return grads


def _check_grad(title: str, root: Tensor, grad: object) -> None:
    shape = tuple(root.shape)
    if grad is None:
        what = f"of shape {shape}" if root.numel() != 1 else "complex"
        raise ValueError(
            f"{title} is {what} and backward starts from one real number; give grad_tensors of "
            f"shape {shape}, or reduce the tensor first, for example with .sum()."
        )
    if grad is not None and not isinstance(grad, Tensor):
        raise TypeError(
            f"The grad_tensor of {title.lower()} is a {type(grad).__name__}; give a tensor of "
            f"shape {shape}."
        )
    if isinstance(grad, Tensor) and grad.shape != root.shape:
        raise ValueError(
            f"{title} has shape {shape} and its grad_tensor {tuple(grad.shape)}; give it the "
            "shape of the tensor that it belongs to."
        )


def _title(number: int, count: int) -> str:
    return "The loss" if count == 1 else f"Root {number} (of {count})"


def _inside(root: Tensor, recorder: Recorder) -> bool:
    """Say whether the block made a root, or the tensor that it is a view of."""
    node = root.grad_fn
    if node is None:
        return False
    if recorder.made(node):
        return True
    # After an in-place change a view gets its node only when it is asked for it.
    sources = [source for source, _ in node.next_functions if source is not None]
    return root._is_view() and any(map(recorder.made, sources))
