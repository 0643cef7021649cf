"""Hand-written gradients, the exercise checker and the figures of *Backward by Hand*."""
