"""Wrong arguments are refused in one sentence, before anything is drawn or downloaded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from byhand import load_cifar10

WRONG: tuple[tuple[dict[str, Any], type[Exception], str], ...] = (
    ({"source": "real"}, ValueError, r'source is \'real\', but must be "synthetic" or "cifar10"'),
    ({"source": None}, ValueError, "source is None"),
    ({"source": ["cifar10"]}, ValueError, "source is"),
    ({"split": "validation"}, ValueError, r'split is .*, but must be "train" or "test"'),
    ({"n": 0}, ValueError, r"n is 0, but must be 1 to 50,000"),
    ({"n": -3}, ValueError, "n is -3"),
    ({"n": 50_001}, ValueError, r"n is 50001, but must be 1 to 50,000"),
    ({"n": 10_001, "split": "test"}, ValueError, r'1 to 10,000 for split="test"'),
    ({"n": 50_001, "source": "cifar10"}, ValueError, "1 to 50,000"),
    ({"n": 10.0}, TypeError, r"n is 10.0, but must be a whole number"),
    ({"n": True}, TypeError, "n is True"),
    ({"n": "10"}, TypeError, "n is '10'"),
    ({"seed": 0.5}, TypeError, "seed is 0.5, but must be a whole number"),
    ({"seed": None}, TypeError, "seed is None"),
    ({"seed": False}, TypeError, "seed is False"),
    ({"url": "http://localhost/a"}, ValueError, r'url= belongs to source="cifar10"'),
    ({"root": "."}, ValueError, r'root= belongs to source="cifar10"'),
    ({"sha256": "0" * 64}, ValueError, r'sha256= belongs to source="cifar10"'),
    ({"source": "cifar10", "sha256": "0" * 63}, ValueError, "must be 64 hexadecimal digits"),
    ({"source": "cifar10", "sha256": "g" * 64}, ValueError, "must be 64 hexadecimal digits"),
    ({"source": "cifar10", "sha256": "0" * 64 + "\n"}, ValueError, "64 hexadecimal digits"),
    ({"source": "cifar10", "sha256": 5}, TypeError, "sha256 is 5, but must be text"),
    ({"source": "cifar10", "url": 5}, TypeError, "url is 5, but must be an address or a path"),
    ({"source": "cifar10", "url": ""}, ValueError, "url is '', but must begin with http"),
    ({"source": "cifar10", "url": "ftp://a/b"}, ValueError, "url is 'ftp://a/b'"),
    ({"source": "cifar10", "url": "https:///b"}, ValueError, "names no server"),
    ({"source": "cifar10", "url": "http://[/b"}, ValueError, "url is 'http://"),
    ({"source": "cifar10", "root": 5}, TypeError, "root is 5, but must be a path"),
)


@pytest.mark.parametrize(("arguments", "error", "words"), WRONG)
def test_wrong_arguments(
    arguments: dict[str, Any],
    error: type[Exception],
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("nothing is to be done with a wrong argument")

    monkeypatch.setattr("byhand._cifar10.synthetic.draw", never)
    monkeypatch.setattr("requests.get", never)
    with pytest.raises(error, match=words) as caught:
        load_cifar10(**arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("seed", [-1, 2**70, np.int64(3), torch.tensor(3)])
def test_any_whole_number_is_a_seed(seed: Any) -> None:
    assert len(load_cifar10(n=np.int64(2), seed=seed)) == 2  # type: ignore[arg-type]
    if not isinstance(seed, int):
        assert torch.equal(load_cifar10(n=2, seed=seed).images, load_cifar10(n=2, seed=3).images)
