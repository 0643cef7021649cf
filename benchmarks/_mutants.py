"""Small errors, written into the backwards of `byhand.functions` one at a time: mutants.

What is mutated is found, not listed: every `backward` and `setup_context` of a Function, and
whatever functions of the package they lead to. A mutant is one function with one small change: an
operator, a sign, a constant, a condition, an argument, a term or a statement that is left out. It
is compiled, and `mutated` gives its code to the live function, so every caller runs it.
"""

import ast
import copy
import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from benchmarks._mutations import changes
from byhand import functions

PACKAGE = functions.__name__
FOLDER = Path(inspect.getfile(functions)).parent
Place = tuple[str, str]  # module, and the function's qualified name in it


class Mutant(NamedTuple):
    """One function with one change."""

    place: Place
    line: int
    before: str
    after: str
    code: CodeType

    @property
    def name(self) -> str:
        """Return what tells this mutant from the others, also after lines moved."""
        return f"{'.'.join(self.place)}: {self.before} → {self.after}"


class Module:
    """The functions of one source file, and what its names stand for."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self.tree = ast.parse(path.read_text())
        self.functions: dict[str, ast.FunctionDef] = {}
        self.bases: dict[str, set[str]] = {}  # of its classes
        self.imported: dict[str, str] = {}  # name → module of the package
        for node in self.tree.body:
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                self.bases[node.name] = {
                    base.id for base in node.bases if isinstance(base, ast.Name)
                }
                for method in node.body:
                    if isinstance(method, ast.FunctionDef):
                        self.functions[f"{node.name}.{method.name}"] = method
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
                for alias in node.names:
                    self.imported[alias.name] = (node.module or "").rpartition(".")[2]


def modules() -> dict[str, Module]:
    """Return the package's modules by name."""
    found = [Module(path) for path in sorted(FOLDER.glob("_[a-z]*.py"))]
    return {module.name: module for module in found}


def places(among: dict[str, Module]) -> list[Place]:
    """Return every function that a backward runs, the backwards first."""
    found = [
        (module.name, name)
        for module in among.values()
        for name in module.functions
        if name.endswith((".backward", ".setup_context"))
    ]
    for place in found:  # grows while it is walked
        found += [next_ for next_ in sorted(_led_to(place, among)) if next_ not in found]
    return found


def _led_to(place: Place, among: dict[str, Module]) -> set[Place]:
    """Return the package's functions that one function names."""
    module = among[place[0]]
    found: set[Place] = set()
    for node in ast.walk(module.functions[place[1]]):
        if isinstance(node, ast.Attribute):  # a method, as in options.over(…)
            found |= {
                (other.name, name)
                for other in among.values()
                for name in other.functions
                if name.endswith(f".{node.attr}") and not _is_function(other, name)
            }
        elif isinstance(node, ast.Name):
            home = among[module.imported.get(node.id, module.name)]
            if node.id in home.functions:
                found.add((home.name, node.id))
            elif node.id.startswith("_") and node.id in home.bases:  # a Function of its own
                found |= {
                    (home.name, name) for name in home.functions if name == f"{node.id}.forward"
                }
    return found


def _is_function(module: Module, method: str) -> bool:
    """Tell whether a method belongs to an autograd Function."""
    return "Function" in module.bases[method.partition(".")[0]]


def mutants(among: dict[str, Module], place: Place) -> Iterator[Mutant]:
    """Yield every mutant of one function."""
    function = among[place[0]].functions[place[1]]
    path = FOLDER / f"{place[0]}.py"
    seen = {ast.dump(function)}
    for statement in _statements(function.body):
        for old, new in changes(statement):
            changed = copy.deepcopy(function, {id(old): new})
            dump = ast.dump(changed)
            if dump in seen:
                continue
            seen.add(dump)
            changed.decorator_list = []
            tree = ast.fix_missing_locations(ast.Module([changed], []))
            code = compile(tree, str(path), "exec")
            inner = next(value for value in code.co_consts if isinstance(value, CodeType))
            after = new if old is statement else copy.deepcopy(statement, {id(old): new})
            yield Mutant(place, statement.lineno, _head(statement), _head(after), inner)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a function and of its blocks, without docstrings and raises."""
    for statement in body:
        text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if text or isinstance(statement, (ast.Raise, ast.Assert)):
            continue  # messages, and what only the type checker reads
        yield statement
        for field in ("body", "orelse", "handlers"):
            for inner in getattr(statement, field, []):
                yield from _statements(inner.body if field == "handlers" else [inner])


def _head(statement: ast.AST) -> str:
    """Return the first line of a statement: of a block, what stands before the colon."""
    return ast.unparse(ast.fix_missing_locations(statement)).splitlines()[0]


def live(place: Place) -> FunctionType:
    """Return the function itself."""
    found: Any = importlib.import_module(f"{PACKAGE}.{place[0]}")
    for name in place[1].split("."):
        found = vars(found)[name]
    return getattr(found, "__func__", found)  # type: ignore[no-any-return]


@contextmanager
def mutated(mutant: Mutant) -> Iterator[None]:
    """Let the function run the mutant's code."""
    function = live(mutant.place)
    right = function.__code__
    function.__code__ = mutant.code
    try:
        yield
    finally:
        function.__code__ = right
