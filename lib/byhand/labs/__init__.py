"""Interactive figures of the book, one for each chapter, and `Predict`, the predict-first quiz.

A lab is a widget in Jupyter and runs on the published page without a kernel. Its numbers agree
with PyTorch's to 1e-6, which is tested in a browser.
"""

from byhand.labs.cnn import CnnLab
from byhand.labs.conv import ConvLab
from byhand.labs.cross_entropy import CrossEntropyLab
from byhand.labs.difference import DifferenceLab
from byhand.labs.loss import LossLab
from byhand.labs.optimizer import OptimizerLab
from byhand.labs.predict import Predict
from byhand.labs.softmax import SoftmaxLab
from byhand.labs.trace import TraceLab
from byhand.labs.vjp import VjpLab

__all__ = [
    "CnnLab",
    "ConvLab",
    "CrossEntropyLab",
    "DifferenceLab",
    "LossLab",
    "OptimizerLab",
    "Predict",
    "SoftmaxLab",
    "TraceLab",
    "VjpLab",
]
