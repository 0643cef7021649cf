"""Run the tests of `byhand.functions` against every mutant of its backwards.

    python -m benchmarks._mutate                 all of them, and store the summary
    python -m benchmarks._mutate _pooling …      those whose place begins so: a module, a function

A mutant is killed when a test fails, or crashes, or takes far longer than it should. One that
survives is either listed in `mutants.toml`, with the reason why no test can tell it from the right
one, or a test is missing: then the exit status is 1. So it is when the list names a mutant that is
killed or does not exist.

The tests are collected once. Each mutant gets a process of its own, forked from that one, which
runs only the tests that run the mutated function, the fast ones first, up to the first failure.
"""

import importlib
import json
import os
import pickle
import signal
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import pytest
import torch
from hypothesis import Phase, settings

from benchmarks._mutants import Mutant, live, modules, mutants, mutated, places

HERE = Path(__file__).parent
LISTED = HERE / "mutants.toml"
TESTS = "tests/unit/test_functions_*.py"
WORKERS = os.cpu_count() or 1
EXAMPLES = 40  # of hypothesis; a mutant that needs more of them counts as a survivor
LEAST_SECONDS, PATIENCE = 60, 10  # a mutant may take so many times what its tests take


class Outcome(NamedTuple):
    """What became of a mutant: the test that failed, "crashed or too slow", or None."""

    mutant: Mutant
    killed_by: str | None


class Listed(NamedTuple):
    """A mutant that may survive, and why."""

    name: str
    reason: str


def listed(path: Path = LISTED) -> list[Listed]:
    """Read the list: tables with a reason, a function, and the changes "before → after"."""
    tables = tomllib.loads(path.read_text())["equivalent"]
    return [
        Listed(f"{table['function']}: {change}", " ".join(table["reason"].split()))
        for table in tables
        for change in table["changes"]
    ]


class Run:
    """A pytest plugin that, in place of one run of the tests, makes one for each mutant."""

    def __init__(self, chosen: list[Mutant]) -> None:
        self.chosen = chosen
        self.outcomes: list[Outcome] = []
        self.broken: str | None = None  # what fails before anything is mutated

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Let hypothesis try less, and stop at a failure without looking for a smaller one."""
        phases = (Phase.explicit, Phase.generate)
        book = settings.get_profile("book")
        settings.register_profile("mutate", book, phases=phases, max_examples=EXAMPLES)
        settings.load_profile("mutate")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn which tests run which function, then try every mutant."""
        torch.set_num_threads(1)
        with tempfile.TemporaryDirectory() as folder:
            notes = Path(folder) / "clean"
            os.waitpid(_in_child(lambda: _clean_run(session), notes, 0), 0)
            seconds, ran, loaded, self.broken = pickle.loads(notes.read_bytes())
            for name in loaded:  # once here, and not again in every child
                with suppress(Exception):
                    importlib.import_module(name)
            if self.broken is None:
                self.outcomes = list(self._try_all(session, seconds, ran, Path(folder)))
        return True

    def _try_all(
        self, session: pytest.Session, seconds: list[float], ran: list[set[Any]], folder: Path
    ) -> Iterator[Outcome]:
        """Yield the outcome of each mutant, as many at a time as there are processors."""
        waiting = list(enumerate(self.chosen))
        working: dict[int, tuple[Mutant, Path]] = {}
        while waiting or working:
            while waiting and len(working) < WORKERS:
                number, mutant = waiting.pop(0)
                order = [i for i in range(len(seconds)) if mutant.place in ran[i]]
                order.sort(key=lambda i: seconds[i])
                limit = LEAST_SECONDS + PATIENCE * sum(seconds[i] for i in order)
                notes = folder / str(number)
                child = _in_child(_one_mutant(session, mutant, order), notes, int(limit))
                working[child] = mutant, notes
            child, _ = os.wait()
            mutant, notes = working.pop(child)
            killed_by = "crashed or too slow"
            if notes.is_file():
                killed_by = pickle.loads(notes.read_bytes())
            if killed_by is None:
                print(f"survived: {mutant.name}", flush=True)
            yield Outcome(mutant, killed_by)
            done = len(self.chosen) - len(waiting) - len(working)
            if not done % 100:
                print(f"{done} of {len(self.chosen)}", flush=True)


def _in_child(work: Callable[[], object], notes: Path, limit: int) -> int:
    """Do the work in a forked process, which writes down the result; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(limit)
        notes.write_bytes(pickle.dumps(work()))
    finally:
        os._exit(0)


def _one_mutant(
    session: pytest.Session, mutant: Mutant, order: list[int]
) -> Callable[[], str | None]:
    """Return what tells the first test that fails, or None."""

    def work() -> str | None:
        with mutated(mutant):
            return next((name for name in (_failed(session, i) for i in order) if name), None)

    return work


def _failed(session: pytest.Session, number: int) -> str | None:
    """Run one test; return its name if it fails."""
    before, item = session.testsfailed, session.items[number]
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
    return item.nodeid if session.testsfailed > before else None


def _clean_run(
    session: pytest.Session,
) -> tuple[list[float], list[set[Any]], list[str], str | None]:
    """Run every test: its seconds, the functions it runs, the modules it loads, what fails."""
    codes = {live(place).__code__: place for place in places(modules())}
    before, seconds, ran, broken = set(sys.modules), [], [], None
    for number in range(len(session.items)):
        seen: set[CodeType] = set()
        sys.setprofile(lambda frame, *_, seen=seen: seen.add(frame.f_code))
        start = time.perf_counter()
        broken = _failed(session, number)
        seconds.append(time.perf_counter() - start)
        sys.setprofile(None)
        ran.append({codes[code] for code in seen & codes.keys()})
        if broken:
            break
    return seconds, ran, sorted(set(sys.modules) - before), broken


def run(chosen: list[Mutant], tests: list[str]) -> Run:
    """Try the mutants on the tests."""
    plugin = Run(chosen)
    options = ["-s", "-p", "no:cacheprovider", "-p", "no:terminal", "-m", "not long"]
    pytest.main([*options, *tests], plugins=[plugin])
    return plugin


def judge(outcomes: list[Outcome], may_survive: list[Listed]) -> dict[str, list[str]]:
    """Return what is wrong: survivors that are not listed, and what is listed for nothing."""
    reasons = dict(may_survive)
    survived = [outcome.mutant for outcome in outcomes if outcome.killed_by is None]
    killed = {outcome.mutant.name: outcome.killed_by for outcome in outcomes if outcome.killed_by}
    names = {mutant.name for mutant in survived}
    return {
        "survived, and is not listed": [
            f"{mutant.place[0]}.py:{mutant.line} {mutant.place[1]}\n"
            f"  - {mutant.before}\n  + {mutant.after}"
            for mutant in survived
            if mutant.name not in reasons
        ],
        "listed, but killed": [
            f"{name}\n  by {killed[name]}" for name in reasons if name in killed
        ],
        "listed, but there is no such mutant": [
            name for name in reasons if name not in killed and name not in names
        ],
    }


def main(names: list[str], tests: list[str] | None = None) -> int:
    """Try all mutants, or those of the named places; return the exit status."""
    if not hasattr(os, "fork"):
        print("Mutants need processes that can fork; Windows has none. Use Linux or macOS.")
        return 2
    start = time.perf_counter()
    among = modules()
    chosen = [
        mutant
        for place in places(among)
        if ".".join(place).startswith(tuple(names or [""]))
        for mutant in mutants(among, place)
    ]
    print(f"{len(chosen)} mutants; {WORKERS} at a time.", flush=True)
    found = run(chosen, tests or sorted(str(path) for path in HERE.parent.glob(TESTS)))
    if found.broken:
        print(f"{found.broken} fails without any mutant; mend that first.")
        return 2
    if len(found.outcomes) < len(chosen):
        print("The tests did not run; pytest's message is above.")
        return 2
    may_survive = [one for one in listed() if one.name.startswith(tuple(names or [""]))]
    wrong = judge(found.outcomes, may_survive)
    for what, entries in wrong.items():
        for entry in entries:
            print(f"{what}: {entry}")
    killed = sum(outcome.killed_by is not None for outcome in found.outcomes)
    summary = {
        "functions": len({outcome.mutant.place for outcome in found.outcomes}),
        "mutants": len(chosen),
        "killed": killed,
        "equivalent": len(chosen) - killed - len(wrong["survived, and is not listed"]),
        "survived": len(wrong["survived, and is not listed"]),
        "seconds": round(time.perf_counter() - start),
    }
    print(json.dumps(summary))
    if not names and not tests and not any(wrong.values()):
        from benchmarks.__main__ import circumstances

        stored = circumstances() | {"measured": summary}
        (HERE / "mutation.json").write_text(json.dumps(stored, indent=1) + "\n")
    return int(any(wrong.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
