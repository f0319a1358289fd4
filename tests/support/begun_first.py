"""The files that take longest are begun first: whatever is begun last is what a run waits for, with one core busy.

A file is run by one process, and one that takes a minute and a half and comes up among the last adds most of that.
"""

import pytest

# By the seconds that the processor is busy with them, or that they wait.
LONGEST = (
    "tests/browser/test_month.py",
    "tests/repeats/test_sent_again.py",
    "tests/cluster/test_cluster.py",
    "tests/operations/test_walk.py",
    "tests/faults/test_faults.py",
    "tests/contract/test_api_fuzzing.py",
    "tests/contract/test_get_parameters.py",
    "tests/browser/engines/test_two_taps.py",
    "tests/browser/test_whose_phone.py",
    "tests/history/test_export_of_many.py",
    "tests/database/test_copying.py",
    "tests/browser/engines/test_back.py",
    "tests/serving/test_key_check.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put them first, after pytest-randomly has put all files in its order."""
    places = {path: place for place, path in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))
