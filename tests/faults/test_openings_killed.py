"""The short form of `python -m tests.faults.openings`: some actions, killed at each point."""

from collections.abc import Iterator

import pytest

from tests.faults.openings.__main__ import kill_on
from tests.support.servers.cycle import Server

# A word of one, a seal of the other, and the hour itself.
SHORT = ("move", "seal second", "the sweep opens it")


@pytest.fixture
def place() -> Iterator[Server]:
    """Return an environment with an empty database."""
    place = Server()
    place.migrate()
    yield place
    place.close()


def test_killed_anywhere_it_is_as_before_or_after_and_its_hour_comes_once(place: Server) -> None:
    found = kill_on(place, SHORT)
    assert found["wrong"] == []
    assert {point.partition(":")[0] for point in found["points"]} == set(SHORT), "premise: killed in each of them"
    assert {"move: before COMMIT", "seal second: before the hint"} <= set(found["points"])
    assert found["opened"] + found["closed"] == len(found["points"]) + len(SHORT)
    lost = [point for point in found["points"] if point.startswith("seal second") and "hint" not in point]
    assert found["closed"] == len(lost), "where the second seal was lost, it stays closed"
