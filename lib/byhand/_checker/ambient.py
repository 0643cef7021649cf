"""Settings of PyTorch and NumPy that an answer may change, and that change its numbers."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def ambient() -> Iterator[None]:
    """Usual settings inside; afterwards all of them are what they were before."""
    numpy = sys.modules.get("numpy")
    old_numpy = numpy.geterr() if numpy else {}
    old_device, threads = torch.get_default_device(), torch.get_num_threads()
    strict = torch.are_deterministic_algorithms_enabled()
    warn_only = torch.is_deterministic_algorithms_warn_only_enabled()
    precision, anomaly = torch.get_float32_matmul_precision(), torch.is_anomaly_enabled()
    try:
        with torch.autocast("cpu", enabled=False):
            yield
    finally:
        if torch.get_default_device() != old_device:
            torch.set_default_device(None if old_device.type == "cpu" else old_device)
        if torch.get_num_threads() != threads:
            torch.set_num_threads(threads)
        if torch.are_deterministic_algorithms_enabled() != strict:
            torch.use_deterministic_algorithms(strict, warn_only=warn_only)
        if torch.get_float32_matmul_precision() != precision:
            torch.set_float32_matmul_precision(precision)
        if torch.is_anomaly_enabled() != anomaly:
            torch.autograd.set_detect_anomaly(anomaly)
        if numpy and numpy.geterr() != old_numpy:
            numpy.seterr(**old_numpy)
