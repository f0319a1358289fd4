"""What happens in the very same moment happens one after the other: once, wholly, for both.

Each partner acts on a thread and a connection of their own, released by one barrier, through the real writer on a real
database: SQLite in a file, and PostgreSQL.
"""

import pytest

from tests.support.servers.cycle import Server, race

HOURS = "tests.support.racing_hours"
pytestmark = pytest.mark.both_stacks


def test_both_opening_the_next_round_open_one(database: Server) -> None:
    pairs = 100
    assert race(database, "openings", pairs) == {"ack + round.already_open": pairs, "opened once": pairs}


def test_an_agreed_hour_is_carried_out_once_whoever_looks_in_that_moment(database: Server) -> None:
    pairs = 64
    assert race(database, "agreed_hours", pairs, HOURS) == {
        **{"early": 0, "twice": 0, "lost": 0},
        "2 sealed: revealed, 2 marks, goes on": pairs / 2,
        "1 sealed: set_aside, 0 marks, ended": pairs / 2,
    }


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
