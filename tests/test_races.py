"""What happens in the very same moment happens one after the other: once, wholly, for both.

Each partner acts on a thread and a connection of their own, released by one barrier, through the real writer on a real
database: SQLite in a file, and PostgreSQL.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.servers import ROOT, Server
from tests.stacks import EMBEDDED, SERVICES, environment_of


@pytest.fixture(scope="module", params=[EMBEDDED, pytest.param(SERVICES, marks=pytest.mark.services)])
def database(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Return an environment with an empty database; nothing is served."""
    with environment_of(request.param) as environment:
        place = Server(**environment)
        place.manage("migrate", "-v0")
        yield place
        place.close()


def race(database: Server, what: str, count: int) -> Counter[str]:
    """Run one race; return how often what came of it."""
    command = [sys.executable, "-m", "tests.racing", what, str(count)]
    done = subprocess.run(
        command, cwd=ROOT, env=database.environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    result = json.loads(done.stdout)
    print(what, result)
    return Counter(result["seen"])


def test_a_thousand_pairs_of_marks_reveal_each_once(database: Server) -> None:
    pairs = 1000
    assert race(database, "marks", pairs) == {"ack + ack": pairs, "revealed once": pairs, "whole": pairs}


def test_both_opening_the_next_round_open_one(database: Server) -> None:
    pairs = 100
    assert race(database, "openings", pairs) == {"ack + round.already_open": pairs, "opened once": pairs}


@pytest.mark.parametrize(
    ("what", "outcomes"),
    [
        ("leaving", {"ack + ack: revealed, 2 marks, ended", "ack + session.ended: set_aside, 0 marks, ended"}),
        (
            "setting_aside",
            {
                "round.not_open + ack: revealed, 2 marks, goes on",
                "ack + round.not_open: set_aside, 0 marks, goes on",
            },
        ),
        ("withdrawing", {"round.not_open + ack: revealed, 2 marks, goes on", "ack + ack: open, 1 marks, goes on"}),
    ],
)
def test_a_second_mark_races_wholly_one_way_or_the_other(database: Server, what: str, outcomes: set[str]) -> None:
    pairs = 60
    seen = race(database, what, pairs)
    assert set(seen) <= outcomes
    assert sum(seen.values()) == pairs
