"""The engine of the exercise checker. Its exercises are in `byhand._catalogue`."""

from byhand._checker.api import check as check
from byhand._checker.api import exercises as exercises
from byhand._checker.api import find as find
from byhand._checker.api import hint as hint
from byhand._checker.api import progress as progress
from byhand._checker.api import reset as reset
from byhand._checker.api import solution as solution
from byhand._checker.result import Result as Result
from byhand._checker.spec import Exercise as Exercise
