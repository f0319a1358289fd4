"""Whatever two partners do, in whatever order: opened once and together, never changed, never seen too soon.

The exhaustive tests go every way from the start until nothing new comes up. What they ask depends only on where a
step starts and where it leads, so going on from each place once covers every sequence of these steps, of any length.
A reconnect is a fresh snapshot, and those are compared at every place.
"""

from dataclasses import replace
from typing import Any

import pytest

from sessions.checkin.state import PARTNERS
from tests.support.pure.checks import check_leaving, check_pace, check_place, check_step, quiet
from tests.support.pure.moves import (
    AGREEING,
    DAY_OVER,
    HEARING,
    HOSTING,
    MARKING,
    NEEDS,
    PAUSE_OVER,
    PAUSING,
    QUIET_OVER,
    SECOND_ROUND,
    SKIPPING,
    STOPPING,
    TURN_OVER,
    TURNS,
    Move,
    everything_after,
)
from tests.support.pure.world import (
    OPS_KEPT,
    World,
    begun,
    in_exchange,
    revealed,
    said,
    with_round,
)


def check_everything_after(start: World, moves: list[Move], **how: Any) -> list[World]:
    check_place(start)
    check_leaving(start)
    checked = {repr(replace(start, remembered={})): start}
    for before, step, after, code in everything_after(start, moves, **how):
        try:
            check_step(before, step, after, code)
            check_pace(before, step, after)
            if after is before:
                continue
            place = repr(replace(after, remembered={}))
            if place not in checked:
                checked[place] = after
                check_place(after)
                check_leaving(after)
        except AssertionError as wrong:
            wrong.add_note(f"after {step.name} (answered {code or 'ack'}) from {before}")
            raise
    return list(checked.values())


# Every interleaving


def test_marks_open_once_together_and_for_good() -> None:
    worlds = check_everything_after(with_round(begun()), [*MARKING, *STOPPING, *SECOND_ROUND, QUIET_OVER, DAY_OVER])
    assert {len(world.opened) for world in worlds} == {0, 1, 2}
    assert any(world.state.round and world.state.round.phase == "set_aside" for world in worlds)


def test_a_pause_at_any_time_opens_nothing() -> None:
    worlds = check_everything_after(with_round(begun()), [*MARKING, *STOPPING, *PAUSING, PAUSE_OVER])
    assert any(world.state.pause and world.boxes for world in worlds)
    assert any(world.state.pause and world.opened for world in worlds)


def test_a_host_at_any_time_opens_nothing() -> None:
    worlds = check_everything_after(with_round(begun(hosted=True)), [*MARKING, *HOSTING, PAUSE_OVER])
    assert any(world.boxes and not world.state.hosted for world in worlds)
    assert any(world.opened and not world.state.hosted for world in worlds)


def test_needs_are_shown_once_and_together() -> None:
    worlds = check_everything_after(revealed(begun()), [*NEEDS, *HEARING, *STOPPING, *SKIPPING, QUIET_OVER])
    shown = [world.state.round.exchange.needs for world in worlds if world.state.round and world.state.round.exchange]
    assert None in shown and {"a": "canary-need-a-1", "b": "canary-need-b-2"} in shown
    assert all(needs is None or set(needs) == set(PARTNERS) for needs in shown)


def test_the_quiet_is_ended_by_time_or_by_both_whatever_else_happens() -> None:
    writing = [NEEDS[0], AGREEING[0], AGREEING[3]]
    moves = [*SKIPPING, QUIET_OVER, *writing, PAUSING[0], *PAUSING[2:], PAUSE_OVER, SECOND_ROUND[0]]
    worlds = check_everything_after(revealed(begun()), moves)
    assert any(quiet(world) and world.state.pause_at(world.now) for world in worlds)
    assert any(world.state.pause_at(world.now) and not quiet(world) for world in worlds)


def test_a_pause_in_the_exchange_writes_nothing_and_loses_nothing() -> None:
    worlds = check_everything_after(in_exchange(begun()), [*NEEDS[:4], *HEARING, *PAUSING, PAUSE_OVER, *STOPPING[2:]])
    exchanges = [
        (world.state.pause_at(world.now), world.state.round.exchange)
        for world in worlds
        if world.state.round and world.state.round.exchange
    ]
    for reached in (lambda exchange: exchange.said == {"a"}, lambda exchange: exchange.heard == set(PARTNERS)):
        assert any(pause and reached(exchange) for pause, exchange in exchanges)
        assert any(not pause and reached(exchange) for pause, exchange in exchanges)


@pytest.mark.parametrize("hosted", [False, True])
def test_a_turn_is_ended_by_time_by_hand_and_by_a_pause(hosted: bool) -> None:
    moves = [*TURNS, TURN_OVER, *SKIPPING, QUIET_OVER, *PAUSING, PAUSE_OVER, SECOND_ROUND[0], *STOPPING[2:4]]
    worlds = check_everything_after(revealed(begun(hosted=hosted)), [*moves, *HOSTING[1:2]])
    speaking = {turn.speaker for world in worlds if (turn := world.state.turn_at(world.now))}
    assert speaking == set(PARTNERS)
    assert any(world.state.turn and not world.state.turn_at(world.now) for world in worlds), "one is over by time"


# The same op again


def test_what_comes_again_changes_nothing_whatever_has_happened_since() -> None:
    retried = 0
    start = replace(with_round(begun()), remembered={})
    for before, step, after, code in everything_after(
        start, [*MARKING, *STOPPING, SECOND_ROUND[0], QUIET_OVER], remembering=True, steps=6
    ):
        if step.command and step.command.op in before.remembered.get(step.seat or "", ()):
            assert (after, code) == (before, None)
            retried += 1
        check_step(before, step, after, code)
    assert retried > 1000


@pytest.mark.parametrize("since", ["session.end", "round.set_aside", "pause.start", "mark.withdraw", "mark.seal"])
def test_a_seal_that_comes_again_is_acknowledged_after_anything(since: str) -> None:
    sealed = with_round(begun()).after(
        "a", "mark.seal", op="first", round=1, reaction="both", intensity=1, words="Old."
    )
    fields: dict[str, dict[str, Any]] = {
        "round.set_aside": {"round": 1},
        "pause.start": {"minutes": 1},
        "mark.withdraw": {"round": 1},
        "mark.seal": {"round": 1, "reaction": "steady", "intensity": 2, "words": "New."},
    }
    world = sealed.after("a", since, **fields.get(since, {}))
    again = said("mark.seal", op="first", round=1, reaction="both", intensity=1, words="Old.")
    assert world.ask("a", again) == (world, None)


def test_the_second_mark_that_comes_again_after_the_reveal_is_acknowledged() -> None:
    opened = with_round(begun()).after("a", "mark.seal", op="one", round=1, reaction="both", intensity=1)
    opened = opened.after("b", "mark.seal", op="two", round=1, reaction="both", intensity=1)
    assert opened.opened
    for seat, op in (("a", "one"), ("b", "two")):
        again = said("mark.seal", op=op, round=1, reaction="both", intensity=1)
        for world in (opened, opened.later(seconds=20), opened.later(days=2), with_round(opened)):
            assert world.ask(seat, again) == (world, None)


def test_an_op_belongs_to_one_seat() -> None:
    world = with_round(begun()).after("a", "mark.seal", op="same", round=1, reaction="both", intensity=1)
    assert world.after("b", "mark.seal", op="same", round=1, reaction="both", intensity=1).opened


def test_a_refused_command_may_come_again() -> None:
    world = with_round(begun()).after("b", "pause.start", minutes=1)
    asked = said("mark.seal", op="again", round=1, reaction="both", intensity=1)
    assert world.ask("a", asked)[1] == "session.paused"
    sealed, code = world.later(minutes=1).ask("a", asked)
    assert code is None and sealed.boxes


def test_so_many_ops_are_remembered() -> None:
    world = with_round(begun())
    for count in range(OPS_KEPT + 1):
        world = world.after("a", "mark.seal", op=f"op {count}", round=1, reaction="both", intensity=1 + count % 5)
    assert len(world.remembered["a"]) == OPS_KEPT
    assert "op 0" not in world.remembered["a"] and "op 1" in world.remembered["a"]
