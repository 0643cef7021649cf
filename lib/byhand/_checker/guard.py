"""Running a reader's code so that nothing of it, and nothing of the check, leaks out."""

from __future__ import annotations

import contextlib
import dis
import io
import linecache
import random
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import torch

from byhand._checker.ambient import ambient
from byhand._checker.spec import Failure

DEPTH = 1000
"""Python calls that an answer may nest, even where the reader raised the interpreter's limit."""

LINE = 100
"""Characters of a reader's line that a message quotes."""


ONE_AT_A_TIME = threading.RLock()
"""Two checks in two threads would restore each other's settings."""

WAIT = 10.0
"""Seconds to wait for a check in another thread, which may never end."""


@contextlib.contextmanager
def isolated() -> Iterator[None]:
    """Keep random state, the settings of PyTorch and NumPy, warnings and the recursion limit.

    Inside, the random generators start from a fixed state, so a check says the same each time.
    """
    held = ONE_AT_A_TIME.acquire(timeout=WAIT)
    try:
        with _isolated(), ambient():
            yield
    finally:
        if held:
            ONE_AT_A_TIME.release()


@contextlib.contextmanager
def _isolated() -> Iterator[None]:
    numpy = sys.modules.get("numpy")
    generator, python_state = torch.default_generator.get_state(), random.getstate()
    numpy_state = numpy.random.get_state() if numpy else None
    limit = sys.getrecursionlimit()
    try:
        with warnings.catch_warnings(), torch.inference_mode(False), settings():
            warnings.simplefilter("ignore")
            torch.default_generator.manual_seed(0)
            random.seed(0)
            if numpy:
                numpy.random.seed(0)
            sys.setrecursionlimit(min(limit, _depth() + DEPTH))
            yield
    finally:
        sys.setrecursionlimit(limit)
        torch.default_generator.set_state(generator)
        random.setstate(python_state)
        if numpy:
            numpy.random.set_state(numpy_state)


@contextlib.contextmanager
def settings() -> Iterator[None]:
    """Gradients on; afterwards gradient mode and default dtype are what they were."""
    dtype, grad = torch.get_default_dtype(), torch.is_grad_enabled()
    try:
        torch.set_grad_enabled(True)
        yield
    finally:
        torch.set_default_dtype(dtype)
        torch.set_grad_enabled(grad)


def _depth() -> int:
    frame, count = sys._getframe(), 0
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count


def attempt(call: Callable[[], Any], quiet: bool) -> Failure | None:
    """Run `call`; what it raises becomes a `Failure`. Only KeyboardInterrupt passes through.

    Args:
        call: runs the reader's code.
        quiet: swallow what it prints. The checker runs an answer many times; its prints are
            shown for the first call only.
    """
    sink = io.StringIO()
    with contextlib.ExitStack() as stack:
        stack.callback(setattr, sys, "stdout", sys.stdout)
        stack.callback(setattr, sys, "stderr", sys.stderr)
        if quiet:
            stack.enter_context(contextlib.redirect_stdout(sink))
            stack.enter_context(contextlib.redirect_stderr(sink))
        stack.enter_context(settings())
        try:
            call()
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # SystemExit too: it must not end the kernel
            return describe(error)
    return None


def describe(error: BaseException) -> Failure:
    """The exception in words, with the reader's own line, and without its frames."""
    try:
        text = str(error).encode("utf-8", "backslashreplace").decode("utf-8")
    except KeyboardInterrupt:
        raise
    except BaseException:
        text = "(its message cannot be shown)"
    line, raised_here = _own_line(error.__traceback__)
    stub = isinstance(error, NotImplementedError) and raised_here
    return Failure(type(error).__name__, text, line, stub)


def _frames(traceback: TracebackType | None) -> Iterator[TracebackType]:
    while traceback is not None:
        yield traceback
        traceback = traceback.tb_next


def _is_readers(traceback: TracebackType) -> bool:
    own = Path(__file__).parent
    folders = (str(own), str(own.parent / "_catalogue"), str(Path(torch.__file__).parent))
    return not traceback.tb_frame.f_code.co_filename.startswith(folders)


def _own_line(traceback: TracebackType | None) -> tuple[str, bool]:
    """The reader's last line on the way to the exception; whether it is the `raise` itself."""
    line, raised_here = "", False
    for entry in _frames(traceback):
        raised_here = False
        if _is_readers(entry):
            code = entry.tb_frame.f_code
            line = linecache.getline(code.co_filename, entry.tb_lineno).strip()[:LINE]
            line = line or f"line {entry.tb_lineno} of {code.co_name}"
            raised_here = dis.opname[code.co_code[entry.tb_lasti]] == "RAISE_VARARGS"
    return line, raised_here
