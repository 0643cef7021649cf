"""CIFAR-10 and its drawn look-alike.

- `load`: the public function
- `synthetic`, `scene`, `conics`, `shapes`: the drawn set
- `archive`, `cache`, `download`: the real set
- `errors`: what can go wrong with it
"""

from byhand._cifar10.errors import DatasetError
from byhand._cifar10.load import CIFAR10, load_cifar10

__all__ = ["CIFAR10", "DatasetError", "load_cifar10"]
