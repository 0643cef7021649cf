"""`make bench-cifar` on a small archive of drawn images, and the file that it has written."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks import _cifar10_times, cifar10
from benchmarks._cifar10_runs import has_bfloat16
from tests.unit.cifar10_server import official_members, pack, sha256

STORED = Path(__file__).parents[2] / "benchmarks" / "cifar10.json"
DRAWN = "drawn images"
RUNS = {"lenet", "article", "article with ReLU", "recipe in float32"}
PER_BATCH = 170


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of 850 training and 170 test images; one seed and one turn are enough."""
    monkeypatch.setattr(cifar10, "SEEDS", (0,))
    monkeypatch.setattr(_cifar10_times, "TURNS", 1)
    path = tmp_path / "cifar-10-binary.tar.gz"
    path.write_bytes(pack(official_members(PER_BATCH)))
    return path


def test_every_run_and_every_change_is_measured(archive: Path) -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    result: dict[str, Any] = cifar10.measure_archive(str(archive), DRAWN, epochs=1)
    assert (torch.get_num_threads(), bool((torch.get_rng_state() == state).all())) == (
        threads,
        True,
    )
    assert result["data"] == {
        "source": archive.name,
        "sha256": sha256(archive.read_bytes()),
        "photographs": DRAWN,
        "train": 5 * PER_BATCH,
        "validation": PER_BATCH,
        "test": PER_BATCH,
    }
    assert set(result["runs"]) == RUNS | ({"recipe"} if has_bfloat16("cpu") else set())
    for row in result["runs"].values():
        assert row["epochs"] == 1
        assert 0 <= row["median_test_accuracy"] == row["test_accuracy"][0] <= 1
        assert row["seconds_over_lenet"] > 0
    assert result["runs"]["lenet"]["seconds_over_lenet"] == 1
    changes = [row["change"] for row in result["ablation"]]
    assert changes[0] == "the recipe"
    assert len(set(changes)) == 11
    assert result["ablation"][0]["relative_time"] == 1
    assert all(0 < share < 1 for share in result["pipeline_share"].values())


def test_an_archive_that_is_not_the_official_one_must_be_described(archive: Path) -> None:
    with pytest.raises(ValueError, match=r"not the official archive\. Say what its images are"):
        cifar10.measure_archive(str(archive))


@pytest.mark.parametrize(
    ("path", "sentence"),
    [("", "Name the archive, as in: make bench-cifar ARCHIVE=FILE"), ("none.tar.gz", "none.tar")],
)
def test_a_missing_archive_is_one_sentence(
    path: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE", path)
    with pytest.raises(SystemExit, match=sentence):
        cifar10.measure()


def test_the_stored_results_reach_what_the_book_promises() -> None:
    stored = json.loads(STORED.read_text())
    assert {"date", "machine", "versions"} <= set(stored)
    measured = stored["measured"]
    assert "photographs" in measured["data"]["photographs"]
    assert len(measured["seeds"]) == 3
    for name in set(measured["required"]) - {"pipeline_share"}:
        run = measured["runs"][name]
        assert run["median_test_accuracy"] >= measured["required"][name]
        if name.startswith("recipe"):
            assert run["seconds_over_lenet"] <= 1
    assert max(measured["pipeline_share"].values()) <= measured["required"]["pipeline_share"]
