"""Python looks for garbage neither while tests are collected nor, later, among all that collecting has made.

Ten thousand tests are collected in each process of a run, and whatever is loaded stays until its end: looking through
all of it again and again took an eighth of the time that collecting takes.
"""

import gc


def pytest_configure() -> None:
    """Look for none."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Look once, and from now on only among what comes later."""
    gc.collect()
    gc.freeze()
    gc.enable()
