"""Progress survives two processes at once, and a bad disk never breaks a check."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from byhand._checker import check, exercises, hint, progress, reset, store
from tests.unit.checker_build import IDS, solved

ID = "mse-backward"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("BYHAND_DATA_DIR", str(folder))
    return folder


def file(data: Path) -> Path:
    return data / "progress.json"


def test_outcome_is_recorded(data: Path) -> None:
    check(ID, lambda grad_output, input, target: grad_output * (input - target))
    check(ID, solved(ID))
    record = json.loads(file(data).read_text())["exercises"][ID]
    assert (record["passed"], record["attempts"], record["mistake"]) == (True, 2, None)
    assert "Chapter 2: 1 of 10 passed" in str(progress()).splitlines()
    assert {row.status for row in exercises(2) if row.id == ID} == {"passed"}


def test_passed_stays_passed(data: Path) -> None:
    check(ID, solved(ID))
    result = check(ID, None)
    assert not result
    record = store.load()[0][ID]
    assert (record.passed, record.mistake) == (True, "no-answer")


def test_nothing_is_recorded_on_request_or_before_a_start(data: Path) -> None:
    check(ID, solved(ID), record=False)
    check(ID, ...)
    assert not data.exists()


def test_reset(data: Path) -> None:
    check(ID, solved(ID))
    check("l1-backward", None)
    assert ID in str(reset(ID))
    assert set(store.load()[0]) == {"l1-backward"}
    reset()
    assert store.load() == ({}, "")
    with pytest.raises(ValueError, match="There is no exercise"):
        reset("nothing")


BROKEN = (
    b"", b"{", b"\xff\xfe\x00", b"null", b"[]", b"3", b'"text"', b"{}", b'{"version": 99}',
    b'{"version": 1}', b'{"version": 1, "exercises": []}',
    b'{"version": 1, "exercises": {"mse-backward": 3}}',
    b'{"version": 1, "exercises": {"mse-backward": {"hints": "many"}}}',
    b'{"version": 1, "exercises": {"mse-backward": {"mistake": 5}}}',
    b'{"version": 1, "exercises": {"mse-backward": {"attempts": null}}}',
    b"[" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("content", BROKEN)
def test_damaged_file_is_kept_aside(data: Path, content: bytes) -> None:
    data.mkdir()
    file(data).write_bytes(content)
    assert "damaged" in progress().note
    assert file(data).read_bytes() == content  # reading changes nothing
    assert hint(ID, 1).text
    result = check(ID, solved(ID))
    assert result
    assert any("kept as progress.damaged-1.json" in note for note in result.notes)
    assert (data / "progress.damaged-1.json").read_bytes() == content
    assert store.load()[0][ID].passed
    file(data).write_bytes(b"again")
    check(ID, solved(ID))
    assert (data / "progress.damaged-1.json").read_bytes() == content
    assert (data / "progress.damaged-2.json").read_bytes() == b"again"


def test_unknown_fields_and_ids_do_no_harm(data: Path) -> None:
    data.mkdir()
    record = {"passed": True, "attempts": 1, "future": [1]}
    content = {"version": 1, "exercises": {"gone": record, ID: record}, "more": 1}
    file(data).write_text(json.dumps(content))
    assert check(ID, solved(ID)).notes == ()
    assert set(store.load()[0]) == {"gone", ID}


def works_with_a_note() -> None:
    result = check(ID, solved(ID))
    assert result
    assert any("not saved" in note for note in result.notes), result.notes
    assert hint(ID).level == 1
    assert len(exercises()) == len(IDS)
    assert progress()
    assert "not saved" in str(reset(ID))


def test_folder_that_is_a_file(data: Path) -> None:
    data.write_text("in the way")
    works_with_a_note()
    assert data.read_text() == "in the way"


def test_file_that_is_a_folder(data: Path) -> None:
    file(data).mkdir(parents=True)
    works_with_a_note()


def test_disk_errors(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check("l1-backward", solved("l1-backward"))
    before = file(data).read_text()

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    works_with_a_note()
    monkeypatch.undo()
    monkeypatch.setenv("BYHAND_DATA_DIR", str(data))
    assert file(data).read_text() == before


def test_failed_replacement_leaves_the_old_file(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check("l1-backward", solved("l1-backward"))
    before = file(data).read_text()

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    works_with_a_note()
    assert file(data).read_text() == before
    assert sorted(p.name for p in data.iterdir()) == ["progress.json"]


def test_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*args: object, **kwargs: object) -> str:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("BYHAND_DATA_DIR")
    monkeypatch.setattr("platformdirs.user_data_dir", homeless)
    works_with_a_note()


def test_link_is_followed(data: Path, tmp_path: Path) -> None:
    data.mkdir()
    (tmp_path / "elsewhere").mkdir()
    goal = tmp_path / "elsewhere" / "mine.json"
    file(data).symlink_to(goal)
    check(ID, solved(ID))
    assert file(data).is_symlink()
    assert ID in goal.read_text()


def test_stale_lock_is_removed(data: Path) -> None:
    data.mkdir()
    lock = data / "progress.lock"
    lock.touch()
    os.utime(lock, (0, 0))
    assert check(ID, solved(ID)).notes == ()
    assert not lock.exists()


def test_held_lock_does_not_stop_the_reader(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "WAIT", 0.05)
    data.mkdir()
    (data / "progress.lock").touch()
    assert check(ID, solved(ID)).notes == ()
    assert store.load()[0][ID].passed
    assert (data / "progress.lock").exists()  # it belongs to someone else


WRITER = """
import sys
from dataclasses import replace
from byhand._checker import store
for k in range(40):
    def change(records):
        name = f"{sys.argv[1]}-{k}"
        records[name] = replace(store.Record(), attempts=1)
    assert store.update(change) == ""
"""


def test_two_processes_lose_nothing(data: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, name]) for name in ("a", "b")]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(store.load()[0]) == 80
    assert sorted(p.name for p in data.iterdir()) == ["progress.json"]
