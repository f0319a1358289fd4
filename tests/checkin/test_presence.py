"""Who is here: whoever was seen within the last minute or so, and nobody before they came."""

from datetime import timedelta

import pytest

from sessions.checkin.state import HERE_FOR, seen_lately
from tests.support.pure.world import NOON, begun


def test_somebody_is_here_for_a_while_after_they_were_seen() -> None:
    state = begun().state.with_presence({"a": NOON})
    assert state.here(NOON + HERE_FOR - timedelta(microseconds=1)) == {"a"}
    assert state.here(NOON + HERE_FOR) == set()


def test_what_is_not_told_of_stays_as_it_was() -> None:
    both = begun().state.with_presence({"a": NOON, "b": NOON})
    later = NOON + timedelta(seconds=30)
    one = both.with_presence({"b": later})
    assert [person.seen_at for person in one.people] == [NOON, later]
    assert [person.name for person in one.people] == ["Ana", "Ben"]
    gone = one.with_presence({"a": None})
    assert [person.seen_at for person in gone.people] == [None, later]
    assert gone.here(later) == {"b"}


@pytest.mark.parametrize("told", [{}, {"a": NOON}, {"a": NOON, "host": NOON}])
def test_news_that_is_none_makes_no_new_state(told: dict[str, object]) -> None:
    state = begun().state.with_presence({"a": NOON})
    assert state.with_presence(told) is state  # type: ignore[arg-type]


def test_to_write_that_somebody_is_here_can_wait_for_a_quarter_of_that_time() -> None:
    assert seen_lately(NOON, NOON + HERE_FOR / 4 - timedelta(microseconds=1))
    assert not seen_lately(NOON, NOON + HERE_FOR / 4)
    assert not seen_lately(None, NOON)
