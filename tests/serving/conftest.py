"""Keeps the order of files whose tests tell one story: what they start together is stopped by the last of them."""

from collections import defaultdict

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of a file that is marked ``in_order`` back into the order in which they are written."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.get_closest_marker("in_order"):
            places[item.nodeid.partition("::")[0]].append(place)
    for there in places.values():
        written = sorted((items[place] for place in there), key=lambda item: item.location[1] or 0)
        for place, item in zip(there, written, strict=True):
            items[place] = item
