"""Record a forward pass and its backward, and look at every node."""

from byhand._trace.trace import Trace

__all__ = ["Trace"]
