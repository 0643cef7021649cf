"""The stored results that chapters 5 and 6 draw hold what the book promises."""

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[2] / "benchmarks"


def measured(name: str) -> dict[str, Any]:
    stored = json.loads((FOLDER / f"{name}.json").read_text())
    assert {"date", "machine", "versions"} <= set(stored)
    result: dict[str, Any] = stored["measured"]
    return result


def test_the_softmax_product_is_a_hundred_times_faster_at_4096() -> None:
    result = measured("softmax")
    points = {point["n"]: point for point in result["points"]}
    assert [n for n in points if "ratio" in points[n]] == [64, 128, 256, 512, 1024, 2048, 4096]
    assert all(n in points and "jacobian_us" not in points[n] for n in (8192, 2**20))
    for point in points.values():
        if "ratio" in point:
            assert point["ratio"] == pytest.approx(
                point["jacobian_us"] / point["vjp_us"], rel=0.01, abs=0.06
            )
    assert points[4096]["ratio"] == result["ratio_at_4096"] >= 100


def test_the_softmax_product_grows_as_n_and_the_jacobian_faster() -> None:
    slopes = measured("softmax")["slopes"]
    assert 0.5 < slopes["vjp"] < 1.6  # measured: a busy machine moves it
    assert slopes["jacobian"] > 1.7


def test_cross_entropy_by_hand_takes_at_most_half_as_long_again() -> None:
    result = measured("cross_entropy")
    assert (result["shape"], result["dtype"]) == ([1024, 1000], "float32")
    ours, theirs = result["hand_written_ms"]["both"], result["pytorch_ms"]["both"]
    assert result["ratio"] == pytest.approx(ours / theirs, abs=0.01)
    assert result["ratio"] <= 1.5
