"""The changes that make a mutant: pairs of a piece of syntax and what to put in its place."""

import ast
from collections.abc import Iterator
from itertools import pairwise

Change = tuple[ast.AST, ast.AST]
BLOCKS = (ast.If, ast.With, ast.For, ast.While, ast.Try)
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
NAMES = {
    "sum": "mean",
    "mean": "sum",
    "rsqrt": "sqrt",
    "softmax": "log_softmax",
    "log_softmax": "softmax",
    "new_zeros": "new_ones",
    "exp": "log",
    "sign": "abs",
    "mul_": "div_",
    "square": "abs",
    "conv2d": "conv_transpose2d",
}
LIBRARIES = {"torch", "ctx"}  # a name before a dot that is no tensor


def changes(statement: ast.stmt) -> Iterator[Change]:
    """Yield the changes of one statement, without those of the statements inside it."""
    if isinstance(statement, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)):
        yield statement, ast.Pass()
    if isinstance(statement, ast.Return) and statement.value is not None:
        yield from _negated(statement.value)
    if isinstance(statement, ast.If):
        yield from ((statement.test, ast.Constant(answer)) for answer in (True, False))
    for node in _own_nodes(statement):
        yield from _expression(node)


def _own_nodes(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions of a statement, without those of the statements inside it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        if not isinstance(child, (ast.stmt, ast.ExceptHandler)):
            yield from _own_nodes(child)


def _negated(value: ast.expr) -> Iterator[Change]:
    """Give what is returned the other sign: a gradient, or each of several."""
    for part in value.elts if isinstance(value, ast.Tuple) else [value]:
        if isinstance(part, (ast.Name, ast.Call, ast.BinOp)):
            yield part, ast.UnaryOp(ast.USub(), part)


def _expression(node: ast.expr) -> Iterator[Change]:
    """Yield the changes of one expression."""
    match node:
        case ast.BinOp(left, operator, right):
            yield from ((node, side) for side in (left, right))
            if type(operator) in OPERATORS:
                yield node, ast.BinOp(left, OPERATORS[type(operator)](), right)
            if isinstance(operator, (ast.MatMult, ast.Sub, ast.Div)):
                yield node, ast.BinOp(right, operator, left)
        case ast.UnaryOp(_, operand):
            yield node, operand
        case ast.Compare(left, [operator], right):
            for other in COMPARISONS.get(type(operator), ()):
                yield node, ast.Compare(left, [other()], right)
        case ast.BoolOp(operator, values):
            yield from ((node, value) for value in values)
            other_one = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield node, ast.BoolOp(other_one, values)
        case ast.IfExp(_, body, orelse):
            yield from ((node, branch) for branch in (body, orelse))
        case ast.Constant(bool(value)):
            yield node, ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield from ((node, ast.Constant(value + step)) for step in (1, -1))
        case ast.Tuple(parts, ast.Load()) | ast.List(parts, ast.Load()):
            for swapped in _swapped(parts):
                yield node, type(node)(swapped, ast.Load())
        case ast.Attribute(value, "T" | "mT"):
            yield node, value
        case ast.Call():
            yield from _call(node)


def _call(node: ast.Call) -> Iterator[Change]:
    """Leave a call out, name another function, swap two arguments, leave a keyword out."""
    if isinstance(node.func, ast.Attribute):
        value, name = node.func.value, node.func.attr
        if not (isinstance(value, ast.Name) and value.id in LIBRARIES):
            yield node, value
        if name in NAMES:
            yield node.func, ast.Attribute(value, NAMES[name], ast.Load())
    elif isinstance(node.func, ast.Name) and node.func.id in NAMES:
        yield node.func, ast.Name(NAMES[node.func.id], ast.Load())
    if node.args and not isinstance(node.args[0], ast.Starred):
        yield node, node.args[0]
    for swapped in _swapped(node.args):
        yield node, ast.Call(node.func, swapped, node.keywords)
    for keyword in node.keywords:
        others = [other for other in node.keywords if other is not keyword]
        yield node, ast.Call(node.func, node.args, others)


def _swapped(parts: list[ast.expr]) -> Iterator[list[ast.expr]]:
    """Yield the parts with two neighbours exchanged."""
    for i, (first, second) in enumerate(pairwise(parts)):
        if not any(isinstance(part, ast.Starred) for part in (first, second)):
            yield [*parts[:i], second, first, *parts[i + 2 :]]
