"""Who may do what now: the state table of the protocol, exactly, and what stands in the way of everything else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from sessions.checkin.frames import Command
from sessions.checkin.rules import allowed
from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import LIFETIME, PARTNERS, SeatName
from tests.support.pure.world import STEP_OF, World, begun, in_exchange, needs_shown, revealed, said, with_round

SEATS: tuple[SeatName, ...] = ("a", "b", "host")

# The table of docs/protocol.md, written out once more.
NO_OPEN_ROUND = {"round.open", "step.tried", "pause.start"}
TABLE: dict[str, set[str]] = {
    "waiting": set(),
    "no open round": NO_OPEN_ROUND,
    "open": {"mark.seal", "mark.withdraw", "round.set_aside", "step.tried", "pause.start"},
    "quiet": NO_OPEN_ROUND | {"pattern.fit", "quiet.skip"},
    "after": NO_OPEN_ROUND
    | {"pattern.fit", "need.say", "step.choose", "reconnect.confirm", "turn.start", "turn.end"}
    | {"meant.confirm", "need.heard"},
    "paused": {"pause.start", "pause.resume"},
    "paused, round open": {"pause.start", "pause.resume", "mark.withdraw", "round.set_aside"},
    "ended": set(),
}
ALWAYS = {"sync", "session.end", "session.leave", "session.stay"}
PACING = {"round.open", "turn.start", "turn.end"}
OWN = {"mark.seal", "mark.withdraw", "pattern.fit", "quiet.skip", "need.say", "meant.confirm", "need.heard"}
OWN |= {"step.choose", "step.tried", "reconnect.confirm", "loop.same", "pause.resume"}
ANYONE = ALWAYS | {"pause.start", "round.set_aside"}
TYPES = OWN | PACING | ANYONE

# What is refused otherwise, by the row of the table.
MARKING = {"mark.seal", "mark.withdraw", "round.set_aside"}
EXCHANGE = {"need.say", "meant.confirm", "need.heard", "step.choose", "reconnect.confirm", "loop.same"}
TURNS = {"turn.start", "turn.end"}
AFTER_REVEAL = EXCHANGE | TURNS | {"pattern.fit", "quiet.skip"}
NOT_REVEALED = dict.fromkeys(AFTER_REVEAL, "round.not_revealed")
NOT_OPEN = dict.fromkeys(MARKING, "round.not_open")
NOT_PAUSED = {"pause.resume": "session.not_paused"}
REFUSED: dict[str, dict[str, str]] = {
    "waiting": dict.fromkeys(TYPES - ALWAYS, "session.waiting"),
    "no open round": NOT_REVEALED | NOT_OPEN | NOT_PAUSED,
    "open": NOT_REVEALED | NOT_PAUSED | {"round.open": "round.already_open"},
    "quiet": NOT_OPEN | NOT_PAUSED | dict.fromkeys(EXCHANGE | TURNS, "exchange.quiet"),
    "after": NOT_OPEN | NOT_PAUSED | {"quiet.skip": "exchange.quiet_over", "loop.same": "loop.not_offered"},
    "paused": dict.fromkeys(TYPES - ALWAYS, "session.paused")
    | dict.fromkeys(("mark.withdraw", "round.set_aside"), "round.not_open"),
    "paused, round open": dict.fromkeys(TYPES - ALWAYS, "session.paused"),
    "ended": dict.fromkeys(TYPES, "session.ended"),
}
NOT_YET = dict.fromkeys(("meant.confirm", "need.heard"), "exchange.not_yet")


def paused(world: World) -> World:
    return world.after("a", "pause.start", minutes=1)


def stages(hosted: bool) -> Iterator[tuple[str, str, dict[str, str], World]]:
    """Yield every kind of place a check-in can be in: a name, its row, what the exchange adds, the world."""
    fresh = begun(hosted=hosted)
    opened = with_round(fresh)
    one_in = opened.after("a", "mark.seal", round=1, reaction="steady", intensity=1)
    quiet = revealed(fresh)
    after = in_exchange(fresh)
    one_need = after.after("a", "need.say", round=1, text="To know when.")
    both_needs = needs_shown(fresh)
    aside = opened.after("b", "round.set_aside", round=1)
    second = with_round(after)
    pacer: SeatName = "host" if hosted else "a"
    turn = after.after(pacer, "turn.start", speaker="a", seconds=60)

    for missing in PARTNERS:
        seats: tuple[SeatName, ...] = tuple(seat for seat in SEATS if seat != missing and (hosted or seat != "host"))
        yield f"waiting for {missing}", "waiting", {}, begun(*seats, hosted=hosted)
    yield "before the first round", "no open round", {}, fresh
    yield "round open", "open", {}, opened
    yield "round open, one mark in", "open", {}, one_in
    yield "in the quiet", "quiet", {}, quiet
    yield "in the quiet, one skipped", "quiet", {}, quiet.after("b", "quiet.skip", round=1)
    skipped = quiet.after("b", "quiet.skip", round=1).after("a", "quiet.skip", round=1)
    yield "quiet ended by both", "after", NOT_YET, skipped
    yield "quiet ended by time", "after", NOT_YET, after
    yield "one need said", "after", NOT_YET, one_need
    yield "both needs shown", "after", {}, both_needs
    yield "a turn running", "after", NOT_YET, turn
    yield "a turn over", "after", NOT_YET, turn.later(seconds=60)
    yield "set aside", "no open round", {}, aside
    yield "second round open", "open", {}, second
    yield "second round set aside", "no open round", {}, second.after("a", "round.set_aside", round=2)
    yield "second quiet", "quiet", {}, revealed(after)
    for name, world in (("fresh", fresh), ("quiet", quiet), ("after", after), ("needs", both_needs), ("aside", aside)):
        yield f"{name}, paused", "paused", {}, paused(world)
    yield "paused, one asked", "paused", {}, paused(after).after("a", "pause.resume")
    yield "open, paused", "paused, round open", {}, paused(one_in)
    yield "pause ended by time", "after", NOT_YET, paused(after).later(minutes=1)
    yield "pause ended by both", "open", {}, paused(one_in).after("a", "pause.resume").after("b", "pause.resume")
    for name, world in (("fresh", fresh), ("open", one_in), ("needs", both_needs), ("paused", paused(one_in))):
        yield f"{name}, ended", "ended", {}, world.after("b", "session.end")
        yield f"{name}, time over", "ended", {}, replace(world, now=world.state.expires_at)


def number_of(world: World) -> int:
    return max(1, world.state.last_number)


def command(type: str, world: World, seat: SeatName) -> Command:
    """Return a command that would be accepted here, if the type is accepted here at all."""
    fields: dict[str, dict[str, Any]] = {
        "round.open": {"after": world.state.last_number, "moment": 2},
        "mark.seal": {"reaction": "both", "intensity": 2},
        "pattern.fit": {"fits": True},
        "loop.same": {"same": True},
        "need.say": {"text": "A slower start."},
        "step.choose": {"text": "I ask before I leave."},
        "step.tried": {"step": str(STEP_OF.get(seat, STEP_OF["a"])), "tried": "partly"},
        "turn.start": {"speaker": "b", "seconds": 30},
        "pause.start": {"minutes": 20},
    }
    about_a_round = type in MARKING | EXCHANGE | {"pattern.fit", "quiet.skip"}
    return said(type, **({"round": number_of(world)} if about_a_round else {}), **fields.get(type, {}))


def everywhere() -> list[Any]:
    return [
        pytest.param(
            hosted,
            seat,
            row,
            exchange | listening(world, seat),
            world,
            id=f"{'hosted' if hosted else 'by themselves'}-{name}-{seat}",
        )
        for hosted in (False, True)
        for name, row, exchange, world in stages(hosted)
        for seat in SEATS
    ]


def listening(world: World, seat: SeatName) -> dict[str, str]:
    """Return what a partner may not do while the other speaks: all of it would end the turn, and a pause alone may."""
    turn = world.state.turn_at(world.now)
    listens = turn is not None and seat in PARTNERS and seat != turn.speaker
    return dict.fromkeys(PACING, "seat.not_allowed") if listens else {}


def seat_may(hosted: bool, seat: SeatName) -> set[str]:
    if seat == "host":
        return ANYONE | PACING if hosted else set()
    return ANYONE | OWN | (set() if hosted else PACING)


each_place = pytest.mark.parametrize(("hosted", "seat", "row", "exchange", "world"), everywhere())


def test_it_knows_every_command() -> None:
    union, _ = get_args(Command)
    assert {get_args(model.model_fields["type"].annotation)[0] for model in get_args(union)} == TYPES


@each_place
def test_it_allows_what_the_table_says(
    hosted: bool, seat: SeatName, row: str, exchange: dict[str, str], world: World
) -> None:
    taken = world.listens(Viewer(seat))
    expected = (TABLE[row] | (ALWAYS if row != "ended" else set())) & seat_may(hosted, seat) - exchange.keys()
    assert set(allowed(world.state, seat, world.now)) == (expected if taken else set())
    assert world.view(Viewer(seat))["can"] == sorted(expected if taken else set())


@each_place
def test_what_it_allows_is_what_it_accepts(
    hosted: bool, seat: SeatName, row: str, exchange: dict[str, str], world: World
) -> None:
    accepted = {type for type in TYPES if world.ask(seat, command(type, world, seat))[1] is None}
    assert accepted == set(world.view(Viewer(seat))["can"])
    assert accepted == set(world.view(Viewer(seat, shared=True))["can"])


@each_place
def test_it_refuses_with_the_first_code_that_applies(
    hosted: bool, seat: SeatName, row: str, exchange: dict[str, str], world: World
) -> None:
    may = seat_may(hosted, seat) if world.listens(Viewer(seat)) else set()
    for type in TYPES - set(world.view(Viewer(seat))["can"]):
        expected = "seat.not_allowed" if type not in may else (REFUSED[row] | exchange)[type]
        assert world.ask(seat, command(type, world, seat)) == (world, expected), type


@pytest.mark.parametrize("hosted", [False, True])
def test_leaving_works_from_everywhere(hosted: bool) -> None:
    for name, row, _, world in stages(hosted):
        for seat in SEATS:
            if row == "ended" or not world.listens(Viewer(seat)):
                continue
            left = world.after(seat, "session.leave")
            assert left.opened == world.opened, name
            if seat == "host":
                assert not left.state.ended(left.now) and left.boxes == world.boxes, name
            else:
                assert left.state.ended(left.now) and not left.boxes, name


# The host leaves, and it goes on


def test_when_the_host_leaves_the_partners_go_on_by_themselves() -> None:
    hosted = with_round(begun(hosted=True)).after("b", "mark.seal", round=1, reaction="steady", intensity=2)
    left = hosted.after("host", "session.leave")
    assert not left.listens(Viewer("host")) and allowed(left.state, "host", left.now) == ()
    assert left.refusal("host", "sync") == "seat.not_allowed"
    for seat in PARTNERS:
        session = left.view(Viewer(seat))
        assert session["hosted"] is False and [person["seat"] for person in session["people"]] == ["a", "b"]
        assert session["state"] == "live" and session["round"]["state"] == "open"
        assert set(session["can"]) == TABLE["open"] | ALWAYS
    assert left.view(Viewer("b"))["round"]["sealed"] and not left.view(Viewer("a"))["round"]["sealed"]
    assert left.after("a", "round.set_aside", round=1).refusal("b", "round.open", after=1, moment=1) is None


def test_it_ends_by_itself_after_a_day_whatever_was_done_in_it() -> None:
    for _, _, _, world in stages(hosted=False):
        at = world.state.expires_at
        assert at == begun().now + LIFETIME
        if world.state.ended_at is None:
            assert world.view(Viewer("a"), at - timedelta(microseconds=1))["state"] != "ended"
        assert world.view(Viewer("a"), at)["state"] == "ended"
