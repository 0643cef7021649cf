"""Figures of the book: each function returns ``fig, ax`` and keeps no state.

Images of pixels are the exception: `pictures` returns a PNG.

A figure is shown with ``plt.show()`` at the end of its cell. It becomes a small SVG that follows
the light and dark theme of the published page.
"""

from byhand.plots._arrows import gradient_arrows
from byhand.plots._figure import Figure, figure
from byhand.plots._heatmap import heatmap
from byhand.plots._losses import loss_curves
from byhand.plots._pictures import pictures

__all__ = ["Figure", "figure", "gradient_arrows", "heatmap", "loss_curves", "pictures"]
