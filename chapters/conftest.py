"""How nbval compares the outputs stored in the chapters.

It compares text, HTML and LaTeX outputs and errors. What is skipped, and why:
"""

import pytest

# image/svg+xml: the coordinates of a plotted curve differ in their last digits between
# processors. What a figure claims is asserted in the cell that draws it.
NOT_COMPARED = ("image/svg+xml",)


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Add to what nbval leaves out of its comparison."""
    if hasattr(collector, "skip_compare"):  # nbval's own collector, and no other, has it
        collector.skip_compare += NOT_COMPARED
