"""topological-backward."""

from __future__ import annotations

from byhand._catalogue.chapter01 import walks_unordered as unordered
from byhand._catalogue.chapter01 import walks_wrong as wrong
from byhand._catalogue.chapter01.node_kind import GraphWalk
from byhand._catalogue.chapter01.walks import Walk, by_autograd, draw, walked
from byhand._checker.spec import Exercise, Ladder, Mistake, Output


def _mistake(code: str, walk: Walk, message: str, next_step: str, hint: str) -> Mistake:
    return Mistake(code, walked(walk), message, next_step, hint)


def _order_mistakes() -> tuple[Mistake, ...]:
    order = (
        "First make the order: a node comes after all its parents. Then go through it backwards."
    )
    ask = "When has a shared node received everything that it will ever receive?"
    early = (
        "A node that several others use is handled too early: it sends its gradient on before "
        "all of them have added theirs."
    )
    again = (
        "A node that several others use is handled once for each of them, and each time it sends "
        "on all that it has collected so far. Its parents get too much."
    )
    return (
        _mistake("too-early", unordered.once_each_depth_first, early, order, ask),
        _mistake("too-early", unordered.once_each_interleaved, early, order, ask),
        _mistake("too-early", unordered.once_each_breadth_first, early, order, ask),
        _mistake("too-early", unordered.stack, early, order, ask),
        _mistake("sent-on-repeatedly", unordered.every_path(), again, order, ask),
        _mistake("sent-on-repeatedly", unordered.stack_with_repeats, again, order, ask),
        _mistake("sent-on-repeatedly", unordered.list_with_repeats, again, order, ask),
        _mistake("sent-on-repeatedly", unordered.queue_with_repeats, again, order, ask),
        _mistake("stops-after-one-step", unordered.one_step,
                 "Only the direct parents of the root get a gradient. Either you do not go on to "
                 "their parents, or you begin at the leaves, which have nothing to send yet.",
                 "Begin at the root and go on until the leaves: `reversed(order)`.",
                 "Which node knows its gradient from the start, and who is next?"),
    )  # fmt: skip


def _push_mistakes() -> tuple[Mistake, ...]:
    chain = "Use `parent.grad += node.grad * local`."
    ask = "Which two numbers does the chain rule multiply along one edge?"
    shared = "What happens to the slopes of a number that is used in several places?"
    overwritten = (
        "A gradient that is there already is overwritten. A node that is used in several places "
        "adds up what comes back from all of them."
    )
    return (
        _mistake("overwritten", wrong.in_order(wrong.overwrite), overwritten, chain, shared),
        _mistake("overwritten", unordered.every_path(wrong.overwrite), overwritten, chain, shared),
        _mistake("first-use-only", unordered.first_use_only,
                 "A node that is used in several places gets the gradient of one of them only.",
                 "Mark a node as visited when you put it into the order, and add to `.grad` for "
                 "every edge.", shared),
        _mistake("local-gradient-missing", wrong.in_order(wrong.without_local),
                 "The local gradient is missing: the parent gets the node's gradient unchanged.",
                 chain, ask),
        _mistake("upstream-missing", wrong.in_order(wrong.without_upstream),
                 "The gradient of the node itself is missing: the parent gets the local gradient "
                 "alone.", chain, ask),
        _mistake("added-along-the-path", wrong.in_order(wrong.added_up),
                 "You add the local gradient to the node's gradient. Along one path slopes are "
                 "multiplied.", chain, ask),
        _mistake("value-in-place-of-slope", wrong.in_order(wrong.times_value),
                 "You multiply by the parent's value. The slope of the edge is in "
                 "`node.local_gradients`.", chain, ask),
        _mistake("repeated-parent-lost", wrong.repeated_parents_once,
                 "A node that stands twice among the parents, as in x · x, is counted once. Each "
                 "of its places sends a gradient.",
                 "Go through parents and local gradients with `zip`, not with a set or a dict.",
                 "x · x has two edges to x. What does each of them send?"),
        _mistake("repeated-parent-lost", wrong.repeated_parents_first_local,
                 "A node that stands twice among the parents, as in x · x, is counted once. Each "
                 "of its places sends a gradient.",
                 "Go through parents and local gradients with `zip`, not with a set or `index`.",
                 "x · x has two edges to x. What does each of them send?"),
        _mistake("first-local-for-all", wrong.first_local_only,
                 "All parents of a node get its first local gradient. There is one for each.",
                 "Go through parents and local gradients with `zip`.", ask),
        _mistake("locals-reversed", wrong.locals_reversed,
                 "The local gradients are handed to the parents in the opposite order.",
                 "Go through parents and local gradients with `zip`.", ask),
        _mistake("subtracted", wrong.in_order(wrong.subtract),
                 "You subtract what comes back. Gradients are added.", chain, shared),
        _mistake("first-parent-only", wrong.first_parent_only,
                 "Only the first parent of a node gets a gradient.",
                 "Go through all parents of a node.", "How many numbers was a node made from?"),
        _mistake("averaged", wrong.averaged,
                 "A node gets the mean of what comes back. It gets the sum.",
                 "Leave out the division.", shared),
    )  # fmt: skip


def _root_mistakes() -> tuple[Mistake, ...]:
    one = "Begin with `root.grad = 1.0`."
    ask = "What is ∂root/∂root?"
    return (
        _mistake("root-is-zero", wrong.in_order(wrong.add, start=0.0),
                 "`.grad` of every node is 0 at the end. Each gradient is a multiple of the "
                 "root's, and that of the root is 1.", one, ask),
        _mistake("root-is-not-one", wrong.begins_with_value,
                 "You begin with the root's value. The root's gradient is 1, whatever its value.",
                 one, ask),
        _mistake("every-node-is-one", wrong.all_ones,
                 "Every gradient is 1 at the end. Only the root's is 1; the other nodes hold what "
                 "came back to them.", f"{one} Set no other node to 1.", ask),
        _mistake("root-left-out", wrong.root_left_out,
                 "All gradients are right, except the root's own: ∂root/∂root is 1.", one, ask),
        _mistake("only-root", wrong.only_root,
                 "The root has its 1, and no other node has a gradient.",
                 "Send the root's gradient on to its parents.", "To whom does the root send?"),
        _mistake("leaves-only", wrong.leaves_only,
                 "The leaves are right, and all other nodes hold 0. PyTorch does the same to save "
                 "memory; this exercise asks for the gradient of every node.",
                 "Keep what you computed, the root's 1 too.",
                 "Which nodes have to hold a gradient at the end?"),
    )  # fmt: skip


def topological(stub: str, solution: str) -> Exercise:
    """Backward through a graph of numbers, in an order that visits each node once."""
    return Exercise(
        id="topological-backward",
        chapter=1,
        title="Autograd in a few lines",
        level=3,
        skills=("topological order", "fan-out", "chain rule"),
        kind=GraphWalk(),
        name="backward",
        parameters=("root",),
        outputs=(Output("grad of node"),),
        make=draw,
        reference={"gradient": by_autograd},
        mistakes=(*_order_mistakes(), *_push_mistakes(), *_root_mistakes()),
        label=lambda graph: graph.words,
        ladder=Ladder(
            "When may a node send its gradient on to its parents?",
            "Two steps: put all nodes in an order in which each comes after its parents; then go "
            "through it from the root back, and let each node send to its parents.",
            "root.grad = 1; then for each node and each of its parents: "
            "parent.grad += node.grad · ∂node/∂parent.",
            "order, seen = [], set()\n\ndef visit(node):\n    if node not in seen:\n"
            "        seen.add(node)\n        for parent in node.parents:\n"
            "            visit(parent)\n        order.append(...)\n\nvisit(root)\n"
            "root.grad = ...\nfor node in ...:\n"
            "    for parent, local in zip(node.parents, node.local_gradients):\n"
            "        parent.grad += ...",
        ),
        stub=stub,
        solution=solution,
        seeds=(0, 1, 2, 3, 4, 5),
    )
