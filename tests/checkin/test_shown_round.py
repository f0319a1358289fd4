"""A round as each pair of eyes is shown it, to the letter: what is one's own, what both have said, and nothing more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from sessions.checkin.details import Details
from sessions.checkin.loop import loop_of, named_first
from sessions.checkin.patterns import Reaction
from sessions.checkin.shown_round import Viewer, reveal_for, round_for
from sessions.checkin.state import LIFETIME, PARTNERS, Exchange, OpenedMark, Partner, Reveal, RoundState, Step
from tests.support.pure.world import EYES, NOON

EACH_VIEWER = pytest.mark.parametrize("viewer", EYES, ids=lambda v: f"{v.seat}{' screen' if v.shared else ''}")
EACH_PARTNER = pytest.mark.parametrize("seat", PARTNERS)
ENDS_AT = NOON + LIFETIME
UNTIL = NOON + timedelta(seconds=15)


def mark(reaction: Reaction, **details: Any) -> OpenedMark:
    """Return a mark whose author shares the words and the guess, and keeps the thought."""
    return OpenedMark(reaction, 3, Details(thought="Mine alone.", words="For you.", **details), ("words", "guess"))  # type: ignore[typeddict-item]


def reveal(*, fits: dict[Partner, bool | None] | None = None, guesses: tuple[str, str] | None = None) -> Reveal:
    """Return a reveal of an anxious and an avoidant mark, with what each had guessed of the other."""
    a, b = guesses or ("steady", "steady")
    marks = {"a": mark("anxious", guess=a), "b": mark("avoidant", guess=b)}
    return Reveal("pursue_withdraw", 1, marks, fits or {"a": None, "b": None})  # type: ignore[arg-type]


def shown(viewer: Viewer, *, same_loop_offered: bool = False, seconds: int = 20, **exchange: Any) -> Any:
    """Return what a viewer is shown of an exchange, so many seconds after the reveal."""
    one = RoundState(1, "revealed", "A moment.", reveal=reveal(), exchange=Exchange(UNTIL, **exchange))
    now = NOON + timedelta(seconds=seconds)
    return round_for(one, ENDS_AT, viewer, now, same_loop_offered=same_loop_offered)["exchange"]


@EACH_VIEWER
def test_only_its_author_alone_is_shown_the_whole_of_a_mark_and_what_is_shared_of_it(viewer: Viewer) -> None:
    marks = reveal_for(reveal(), viewer, "a")["marks"]
    for seat, reaction in (("a", "anxious"), ("b", "avoidant")):
        to_others = {"reaction": reaction, "intensity": 3, "words": "For you.", "guess": "steady"}
        whole = {**to_others, "thought": "Mine alone.", "share": ["words", "guess"]}
        assert marks[seat] == (whole if viewer.partner == seat else to_others)  # type: ignore[literal-required]


@EACH_VIEWER
def test_whether_the_name_fits_is_shown_to_its_author_until_both_have_answered(viewer: Viewer) -> None:
    for seat in PARTNERS:
        answered: dict[Partner, bool | None] = {"a": None, "b": None, seat: False}
        expected = {**dict.fromkeys(PARTNERS), seat: False if viewer.partner == seat else None}
        assert reveal_for(reveal(fits=answered), viewer, "a")["fits"] == expected
    both: dict[Partner, bool | None] = {"a": True, "b": False}
    assert reveal_for(reveal(fits=both), viewer, "a")["fits"] == both


@pytest.mark.parametrize(
    ("guesses", "right"),
    [
        (("avoidant", "anxious"), True),
        (("avoidant", "steady"), None),
        (("steady", "anxious"), None),
        (("anxious", "avoidant"), None),
    ],
)
def test_they_have_read_each_other_where_both_guesses_are_right(guesses: tuple[str, str], right: object) -> None:
    assert reveal_for(reveal(guesses=guesses), Viewer("host"), "a")["read_each_other"] is right


def test_the_quiet_is_told_for_as_long_as_it_lasts() -> None:
    assert shown(Viewer("host"), seconds=14)["quiet_until"] == "2026-03-01T12:00:15Z"
    assert shown(Viewer("host"), seconds=15)["quiet_until"] is None


def each(seats: Iterable[Partner]) -> dict[str, bool]:
    """Return a yes for these, and a no for the others."""
    return {seat: seat in set(seats) for seat in PARTNERS}


@EACH_VIEWER
@pytest.mark.parametrize("seats", [(), ("a",), ("b",), PARTNERS], ids="".join)
def test_what_each_has_done_stands_by_their_seat(viewer: Viewer, seats: tuple[Partner, ...]) -> None:
    told = shown(viewer, meant=frozenset(seats), heard=frozenset(seats), reconnected=frozenset(seats))
    assert told["meant"] == told["heard"] == each(seats)
    assert told["reconnected"] is (seats == PARTNERS)
    other = shown(viewer, meant=frozenset(seats))
    assert other["meant"] == each(seats) and other["heard"] == each(())


@EACH_VIEWER
@EACH_PARTNER
def test_each_is_told_what_they_have_done_themselves(viewer: Viewer, seat: Partner) -> None:
    names = {"you_skipped": "skipped_quiet", "you_said": "said", "you_reconnected": "reconnected"}
    for shown_as, stored in names.items():
        told = shown(viewer, **{stored: frozenset({seat})})
        mine = {name: told[name] for name in names if name in told}
        assert mine == ({name: name == shown_as and viewer.partner == seat for name in names} if viewer.partner else {})


@EACH_VIEWER
@EACH_PARTNER
def test_a_step_stands_by_the_seat_of_who_chose_it(viewer: Viewer, seat: Partner) -> None:
    step = Step(UUID(int=5), seat, "I call at six.")
    assert shown(viewer, steps={seat: step})["steps"] == {
        **dict.fromkeys(PARTNERS),
        seat: {"id": str(UUID(int=5)), "text": "I call at six."},
    }


@EACH_VIEWER
@EACH_PARTNER
def test_what_was_heard_stands_by_the_seat_of_who_listened(viewer: Viewer, seat: Partner) -> None:
    assert shown(viewer)["heard_words"] == dict.fromkeys(PARTNERS)
    assert shown(viewer, heard_words={seat: "You want to know."})["heard_words"] == {
        **dict.fromkeys(PARTNERS),
        seat: "You want to know.",
    }


def test_both_needs_are_shown_or_none() -> None:
    assert shown(Viewer("a"))["needs"] is None
    needs: dict[Partner, str] = {"a": "To know when.", "b": "A little time."}
    assert shown(Viewer("b"), needs=needs)["needs"] == needs


@EACH_VIEWER
def test_contact_came_back_on_the_later_of_two_days(viewer: Viewer) -> None:
    one, later = date(2026, 3, 2), date(2026, 3, 4)
    assert shown(viewer, days={"a": one})["reconnected_on"] is None
    assert shown(viewer, days={"a": later, "b": one})["reconnected_on"] == "2026-03-04"


@EACH_VIEWER
@EACH_PARTNER
def test_that_it_was_the_same_loop_is_told_once_both_say_it_and_a_no_to_its_author(
    viewer: Viewer, seat: Partner
) -> None:
    names = ("same_loop_offered", "same_loop", "you_said_same")
    both = shown(viewer, same_loop_offered=True, said_same={"a": True, "b": True})
    one = shown(viewer, same_loop_offered=True, said_same={seat: False})
    none = shown(viewer)
    quiet = shown(viewer, same_loop_offered=True, seconds=1)
    if viewer.partner is None:
        assert not [name for told in (both, one, none, quiet) for name in names if name in told]
        return
    own = False if viewer.partner == seat else None
    assert [both[name] for name in names] == [True, True, True]
    assert [one[name] for name in names] == [True, None, own]
    assert [none[name] for name in names] == [False, None, None]
    assert [quiet[name] for name in names] == [False, None, None]


def test_nobody_is_asked_about_the_same_loop_unless_it_is_offered() -> None:
    one = RoundState(1, "revealed", "A moment.", reveal=reveal(), exchange=Exchange(UNTIL))
    exchange = round_for(one, ENDS_AT, Viewer("a"), NOON + timedelta(hours=1))["exchange"]
    assert exchange and exchange["same_loop_offered"] is False


@EACH_VIEWER
@EACH_PARTNER
def test_a_seal_is_shown_to_who_sealed_it_and_to_a_host(viewer: Viewer, seat: Partner) -> None:
    one = RoundState(4, "open", "A moment.", sealed=frozenset({seat}))
    told = round_for(one, ENDS_AT, viewer, NOON)
    if viewer.shared:
        assert told["sealed"] is None
    else:
        assert told["sealed"] == (each((seat,)) if viewer.seat == "host" else viewer.seat == seat)
    rest = {"number": 4, "state": "open", "moment": {"id": None, "text": "A moment.", "when": None}}
    assert told == {**rest, "sealed": told["sealed"], "reveal": None, "exchange": None}


def test_a_moment_of_the_library_is_translated_and_ones_own_words_are_not() -> None:
    own = RoundState(1, "open", "A moment.")
    for one, text in ((own, "A moment."), (replace(own, moment_id=7), "A MOMENT.")):
        assert round_for(one, ENDS_AT, Viewer("a"), NOON, str.upper)["moment"]["text"] == text


def test_the_loop_names_first_whom_it_is_told_to() -> None:
    loops = [reveal_for(reveal(), Viewer("host"), first)["loop"] for first in PARTNERS]
    assert loops == [loop_of(reveal(), first, str) for first in PARTNERS]
    assert loops[0] != loops[1]
    louder = reveal_for(reveal(), Viewer("host"), "a", str.upper)["loop"]
    assert louder == loop_of(reveal(), "a", str.upper) != loops[0]
    for number in (1, 2):
        one = RoundState(number, "revealed", "A moment.", reveal=reveal(), exchange=Exchange(UNTIL))
        told = round_for(one, ENDS_AT, Viewer("a"), NOON)["reveal"]
        assert told and told["loop"] == loop_of(reveal(), named_first(ENDS_AT, number), str)


def test_every_word_about_the_pattern_is_translated() -> None:
    plain, loud = (reveal_for(reveal(), Viewer("a"), "a", how)["pattern"] for how in (str, str.upper))
    assert loud["name"] == plain["name"].upper() != plain["name"]
    assert loud["summary"] == plain["summary"].upper()
    assert loud["also"] == [name.upper() for name in plain["also"]]
    assert loud["roles"] == {"a": plain["roles"]["a"].upper(), "b": plain["roles"]["b"].upper()}
    assert plain["roles"]["a"] != plain["roles"]["b"]
