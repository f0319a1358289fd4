"""Which earlier rounds a check-in is read with: the last one of the check-in before, and the newest that took hold."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from sessions.models import LiveSession, Mark, Round, Seat
from sessions.store.rows import ROUNDS_LOOKED_BACK_ON, SessionRows, rows_of
from tests.support.cast.past import Pair, pair
from tests.support.counting import sqlite_steps

pytestmark = pytest.mark.django_db

BOTH_CAUGHT = {"reaction": "anxious"}, {"reaction": "avoidant"}
ONE_STEADY = {"reaction": "steady"}, {"reaction": "avoidant"}
# More often than a driver waits before it prepares a statement.
OFTEN = 7


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben."""
    return pair()


@pytest.fixture
def now() -> datetime:
    """Return one moment for all of a test."""
    return timezone.now()


def check_in(two: Pair, at: datetime) -> UUID:
    """Return a check-in that has no round yet."""
    live_session = LiveSession.objects.create(couple=two.couple, created_at=at, ended_at=at)
    for seat, person in (("a", two.a), ("b", two.b)):
        Seat.objects.create(live_session=live_session, name=seat, user=person, first_name=person.first_name)
    return live_session.id


def add_round(session_id: UUID, number: int, *reactions: str, phase: str = "revealed") -> Round:
    """Store a further round of a check-in."""
    at = timezone.now()
    revealed = {"revealed_at": at, "pattern": "pursue_withdraw", "pattern_version": 1} if phase == "revealed" else {}
    one = Round.objects.create(
        live_session_id=session_id, number=number, phase=phase, opened_at=at, text="", **revealed
    )
    for seat, reaction in zip("ab", reactions, strict=False):
        Mark.objects.create(round=one, seat=seat, reaction=reaction, intensity=3, details={}, share=[])
    return one


def read(session_id: UUID) -> SessionRows:
    """Return what is read, the same each time that it is asked for."""
    found = [rows_of(session_id) for _ in range(OFTEN)]
    assert found[0] is not None and {repr(one) for one in found} == {repr(found[0])}
    return found[0]


def test_the_last_time_is_the_last_revealed_round_of_the_check_in_before(two: Pair, now: datetime) -> None:
    assert read(check_in(two, now)).earlier is None
    two.reveal(now - timedelta(days=9))
    before = two.reveal(now - timedelta(days=5))
    newest = add_round(before.live_session_id, 2, "anxious", "avoidant")
    add_round(before.live_session_id, 3, phase="set_aside")
    here = check_in(two, now)
    add_round(here, 1, "anxious", "avoidant")
    assert read(here).earlier == newest, "of rounds that were set aside, and of this check-in, nothing is asked"
    assert [part.seat for part in read(before.live_session_id).earlier_parts] == ["a", "b"]


def test_the_parts_of_the_last_time_are_each_ones_own(two: Pair, now: datetime) -> None:
    before = two.reveal(now - timedelta(days=5), relief=(3, None), needs=("plum need", "quince need"))
    found = read(check_in(two, now))
    assert found.earlier == before
    assert {part.seat: part.relief for part in found.earlier_parts} == {"a": 3, "b": None}
    loaded = found.earlier_parts[0].get_deferred_fields()
    assert {"need", "need_seal", "look_back"} <= loaded, "no more is read of it than is asked about"


def test_what_took_hold_is_the_newest_round_before_the_latest_in_which_neither_was_steady(
    two: Pair, now: datetime
) -> None:
    assert read(check_in(two, now - timedelta(days=30))).caught is None
    first = two.reveal(now - timedelta(days=9), *BOTH_CAUGHT)
    two.reveal(now - timedelta(days=5), *ONE_STEADY)
    here = check_in(two, now)
    assert read(here).caught == first, "one in which somebody was steady is passed over"
    add_round(here, 1, "anxious", "avoidant")
    assert read(here).caught == first, "the latest is no round before itself"
    own = Round.objects.get(live_session=here, number=1)
    add_round(here, 2, "steady", "avoidant")
    assert read(here).caught == own, "of this check-in, before the latest"
    add_round(here, 3, "both", "both")
    assert read(here).caught == own, "somebody was steady in the second"
    add_round(here, 4, phase="open")
    assert read(here).caught == Round.objects.get(live_session=here, number=3)


def test_another_couples_rounds_are_nobody_elses(two: Pair, now: datetime) -> None:
    others = pair("Cleo", "Dan")
    others.reveal(now - timedelta(days=2), *BOTH_CAUGHT)
    here = check_in(two, now)
    add_round(here, 1, "anxious", "avoidant")
    found = read(here)
    assert (found.earlier, found.earlier_parts, found.caught) == (None, [], None)
    theirs = read(check_in(others, now))
    assert theirs.earlier == others.rounds[0]


def test_a_check_in_of_nobodys_couple_has_no_earlier_rounds(two: Pair, now: datetime) -> None:
    two.reveal(now - timedelta(days=2), *BOTH_CAUGHT)
    alone = LiveSession.objects.create(created_at=now)
    add_round(alone.id, 1, "anxious", "avoidant")
    found = read(alone.id)
    assert (found.earlier, found.caught) == (None, None)


def add_many(session_ids: list[UUID], numbers: range) -> None:
    """Store rounds in each of some check-ins in which Ana was steady, so that none of them may come again."""
    at = timezone.now()
    rounds = [
        Round(
            live_session_id=session_id,
            number=number,
            phase="revealed",
            opened_at=at,
            text="",
            revealed_at=at,
            pattern="space_held",
            pattern_version=1,
        )
        for session_id in session_ids
        for number in numbers
    ]
    Round.objects.bulk_create(rounds)
    Mark.objects.bulk_create(
        Mark(round=one, seat=seat, reaction=reaction, intensity=3)
        for one in rounds
        for seat, reaction in (("a", "steady"), ("b", "avoidant"))
    )


def test_reading_a_check_in_does_not_grow_with_its_rounds_in_sqlite(two: Pair, now: datetime) -> None:
    here = check_in(two, now)
    add_many([here], range(1, ROUNDS_LOOKED_BACK_ON + 2))
    few = sqlite_steps(lambda: rows_of(here))
    assert few > 10, "they are counted"
    add_many([here], range(ROUNDS_LOOKED_BACK_ON + 2, 600))
    assert sqlite_steps(lambda: rows_of(here)) <= 1.1 * few


def test_nor_with_the_years_before_it_in_sqlite(two: Pair, now: datetime) -> None:
    two.reveal(now - timedelta(days=1), *ONE_STEADY, steps=("A walk", None))
    here = check_in(two, now)
    few = sqlite_steps(lambda: rows_of(here))
    years = [
        LiveSession(couple=two.couple, created_at=at, ended_at=at)
        for at in (now - timedelta(days=days) for days in range(90, 690))
    ]
    LiveSession.objects.bulk_create(years)
    add_many([one.id for one in years], range(1, 3))
    assert rows_of(here) is not None
    assert sqlite_steps(lambda: rows_of(here)) <= 1.1 * few


def test_what_took_hold_longer_ago_than_may_come_again_is_not_looked_for(two: Pair, now: datetime) -> None:
    lately = two.reveal(now - timedelta(days=59), *BOTH_CAUGHT)
    here = check_in(two, now)
    assert read(here).caught == lately
    LiveSession.objects.filter(id=lately.live_session_id).update(
        created_at=now - timedelta(days=80), ended_at=now - timedelta(days=80)
    )
    assert read(here).caught is None
