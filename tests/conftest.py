"""What holds for every test."""

from hypothesis import settings

# No deadline: a busy machine must not fail a test. The same examples in every run: a red test
# stays red until it is mended, and a green one was not luck. `make test-long` looks further.
settings.register_profile("book", deadline=None, derandomize=True)
settings.load_profile("book")
