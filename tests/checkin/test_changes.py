"""What each change does to the state: the whole of it, and nothing besides."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from sessions.checkin import changes
from sessions.checkin.state import (
    LIFETIME,
    PARTNERS,
    Exchange,
    OpenedMark,
    Partner,
    Pause,
    Person,
    Reveal,
    RoundState,
    SessionState,
    Step,
    Turn,
    other,
)
from tests.support.pure.world import NOON

LATER = NOON + timedelta(minutes=5)
ANXIOUS, STEADY = OpenedMark("anxious", 4), OpenedMark("steady", 1)
EACH_PARTNER = pytest.mark.parametrize("seat", PARTNERS)

OPEN = RoundState(2, "open", "A moment.", moment_id=3, when="today", sealed=frozenset(PARTNERS))
BUSY = SessionState(
    UUID(int=7),
    "Sunday",
    NOON + LIFETIME,
    hosted=True,
    people=(Person("a", "Ana", NOON), Person("b", "Ben", NOON), Person("host", "Tess", NOON)),
    pause=Pause(LATER, frozenset({"b"})),
    turn=Turn("a", LATER),
    round=OPEN,
    follow_up=(Step(UUID(int=1), "a", "I write."), Step(UUID(int=2), "b", "I say when.")),
    host_sees_follow_up=True,
)
BOTH = {"a": ANXIOUS, "b": OpenedMark("avoidant", 2)}


def revealed(marks: object = None, fits: object = None) -> RoundState:
    """Return the round after its reveal."""
    fits = fits or {"a": None, "b": None}
    opened = Reveal("pursue_withdraw", 1, marks or BOTH, fits)  # type: ignore[arg-type]
    return replace(OPEN, phase="revealed", sealed=frozenset(), reveal=opened, exchange=Exchange(LATER))


def test_a_round_opens_and_a_turn_ends_with_it() -> None:
    opened = changes.RoundOpened(3, "Another.", 5, "theme", 2, "earlier").apply(BUSY)
    assert opened == replace(BUSY, turn=None, round=RoundState(3, "open", "Another.", 5, "earlier"))


def test_a_loop_may_come_again_once_both_were_caught_in_one() -> None:
    opens = changes.RoundOpened(3, "Another.")
    assert opens.apply(replace(BUSY, round=None)).may_repeat is False
    assert opens.apply(BUSY).may_repeat is False
    assert opens.apply(replace(BUSY, round=revealed({"a": ANXIOUS, "b": STEADY}))).may_repeat is False
    assert opens.apply(replace(BUSY, round=revealed())).may_repeat is True
    assert opens.apply(replace(BUSY, may_repeat=True)).may_repeat is True


@EACH_PARTNER
def test_a_mark_is_sealed_and_withdrawn(seat: Partner) -> None:
    empty = BUSY.with_round(sealed=frozenset())
    assert changes.MarkSealed(seat).apply(empty) == BUSY.with_round(sealed=frozenset({seat}))
    assert changes.MarkSealed(seat).apply(BUSY) == BUSY
    assert changes.MarkWithdrawn(seat).apply(BUSY) == BUSY.with_round(sealed=frozenset({other(seat)}))


def test_a_reveal_leaves_no_seal_and_begins_the_quiet() -> None:
    change = changes.Revealed("pursue_withdraw", 1, BOTH, NOON, LATER)  # type: ignore[arg-type]
    assert change.apply(BUSY) == replace(BUSY, round=revealed())


def test_a_round_that_is_set_aside_leaves_no_seal() -> None:
    assert changes.RoundClosedUnread().apply(BUSY) == BUSY.with_round(phase="set_aside", sealed=frozenset())


@EACH_PARTNER
def test_an_answer_stands_by_who_gave_it(seat: Partner) -> None:
    before: dict[str, bool | None] = {"a": True, "b": True}
    answered = changes.FitAnswered(seat, False).apply(replace(BUSY, round=revealed(fits=before)))
    assert answered == replace(BUSY, round=revealed(fits={**before, seat: False}))


def test_an_answer_about_a_step_changes_that_step() -> None:
    first, second = BUSY.follow_up
    answered = changes.TriedAnswered(second.id, "partly").apply(BUSY)
    assert answered == replace(BUSY, follow_up=(first, replace(second, tried="partly")))


def test_turns_and_pauses_begin_and_end() -> None:
    assert changes.TurnStarted("b", NOON).apply(BUSY) == replace(BUSY, turn=Turn("b", NOON))
    assert changes.TurnEnded().apply(BUSY) == replace(BUSY, turn=None)
    assert changes.PauseStarted(NOON).apply(BUSY) == replace(BUSY, pause=Pause(NOON))
    assert changes.ResumeAsked("a").apply(BUSY) == replace(BUSY, pause=Pause(LATER, frozenset(PARTNERS)))
    assert changes.PauseEnded().apply(BUSY) == replace(BUSY, pause=None)


def test_nothing_goes_on_after_the_end_and_nobody_is_here() -> None:
    people = tuple(replace(one, seen_at=None) for one in BUSY.people)
    ended = changes.SessionEnded(LATER).apply(BUSY)
    assert ended == replace(BUSY, ended_at=LATER, pause=None, turn=None, people=people)


def test_a_host_who_has_left_listens_no_more_and_is_not_here() -> None:
    ana, ben, tess = BUSY.people
    left = changes.HostLeft().apply(BUSY)
    gone = replace(tess, may_listen=False, seen_at=None)
    assert left == replace(BUSY, hosted=False, people=(ana, ben, gone), host_sees_follow_up=False)
    assert left.host_sees_follow_up is False and left.people[2].may_listen is False
