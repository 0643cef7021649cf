"""What PyTorch answers to the questions of chapter 5."""

from collections.abc import Callable, Mapping
from typing import Final

ANSWERS: Final[Mapping[str, Callable[[], float | str]]] = {}
