"""Two check-ins that differ only in what one partner did unseen look the same to everybody else, until both have."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import PARTNERS, Partner, other
from tests.support.pure.moves import (
    DAY_OVER,
    HOSTING,
    MARKING,
    NEEDS,
    PAUSE_OVER,
    PAUSING,
    QUIET_OVER,
    SECOND_ROUND,
    SKIPPING,
    STOPPING,
    Move,
    move,
    seal,
)
from tests.support.pure.world import LAST_TIME, World, begun, in_exchange, others_than, revealed, with_round


@dataclass(frozen=True)
class Secret:
    """Something that one partner does and nobody else may notice until the other has done it too."""

    start: Callable[[], World]
    moves: Callable[[Partner], list[Move]]
    both: Callable[[World], bool]
    around: list[Move]


def of_exchange(attribute: str) -> Callable[[World], bool]:
    def both(world: World) -> bool:
        exchange = world.state.round and world.state.round.exchange
        return bool(exchange and getattr(exchange, attribute) == set(PARTNERS))

    return both


def both_fit(world: World) -> bool:
    reveal = world.state.round and world.state.round.reveal
    return bool(reveal and all(fits is not None for fits in reveal.fits.values()))


def both_said(world: World) -> bool:
    exchange = world.state.round and world.state.round.exchange
    return bool(exchange and exchange.needs is not None)


def own(moves: list[Move]) -> Callable[[Partner], list[Move]]:
    return lambda seat: [step for step in moves if step.seat == seat]


ONE_PAUSE = [PAUSING[0], PAUSE_OVER]
PACING = [SECOND_ROUND[0], *STOPPING]

SECRETS = {
    "a mark": Secret(
        lambda: with_round(begun(hosted=True)),
        own(MARKING),
        lambda world: bool(world.opened),
        [*STOPPING, *HOSTING, *PAUSING, PAUSE_OVER, DAY_OVER],
    ),
    "a need": Secret(lambda: in_exchange(begun()), own(NEEDS), both_said, [*PACING, *ONE_PAUSE, DAY_OVER]),
    "a wish to end the quiet": Secret(
        lambda: revealed(begun()), own(SKIPPING), of_exchange("skipped_quiet"), [*PACING, *ONE_PAUSE, QUIET_OVER]
    ),
    "a wish to end the pause": Secret(
        lambda: with_round(begun()).after("a", "pause.start", minutes=1),
        own(PAUSING[2:]),
        lambda world: world.state.pause is None,
        [*STOPPING, *PAUSING[:2], PAUSE_OVER],
    ),
    "whether the pattern fits": Secret(
        lambda: revealed(begun()),
        own([move(s, "pattern.fit", n, round=1, fits=n == 1) for s in PARTNERS for n in (1, 2)]),
        both_fit,
        [*PACING, *ONE_PAUSE, QUIET_OVER],
    ),
    "being back in contact": Secret(
        lambda: in_exchange(begun()),
        own([move(s, "reconnect.confirm", n, round=1, relief=n) for s in PARTNERS for n in (1, 2)]),
        of_exchange("reconnected"),
        [*PACING, *ONE_PAUSE],
    ),
    "the day that contact came back": Secret(
        lambda: in_exchange(begun(hosted=True)),
        own(
            [move(s, "reconnect.confirm", round=1) for s in PARTNERS]
            + [move(s, "reconnect.confirm", 2, round=1, day="2026-03-01") for s in PARTNERS]
        ),
        of_exchange("reconnected"),
        [*PACING, *ONE_PAUSE],
    ),
    "when contact came back after the last time": Secret(
        lambda: begun(hosted=True, earlier=LAST_TIME),
        own([move(s, "reconnect.confirm", day, round=0, day=f"2026-02-{day}") for s in PARTNERS for day in (25, 26)]),
        lambda world: world.state.earlier is None,
        [SECOND_ROUND[0], *STOPPING],
    ),
    "whether it was the same loop again": Secret(
        lambda: in_exchange(begun(hosted=True, may_repeat=True)),
        own([move(s, "loop.same", n, round=1, same=n == 1) for s in PARTNERS for n in (1, 2)]),
        lambda world: bool(world.state.round and world.state.round.exchange and world.state.exchange.same_loop),
        [*PACING, *ONE_PAUSE],
    ),
}


def twins_after(secret: Secret, keeper: Partner) -> Iterator[tuple[World, World, Move]]:
    """Yield every two worlds that can differ only by the keeper's secret, and the step that led there."""
    start = secret.start()
    alone: list[tuple[Move | None, Move | None]] = []
    for step in secret.moves(keeper):
        alone += [(step, None), (None, step)]
    together = [(step, step) for step in (*secret.moves(other(keeper)), *secret.around)]
    known: set[frozenset[str]] = set()
    edge = [(start, start)]
    while edge:
        reached = []
        for pair in edge:
            for chosen in (*alone, *together):
                here, there = (step(world) if step else (world, None) for step, world in zip(chosen, pair, strict=True))
                if chosen[0] is chosen[1]:
                    assert here[1] == there[1], f"{chosen[0]} is answered differently"
                if here[0] is pair[0] and there[0] is pair[1]:
                    continue
                twins = replace(here[0], remembered={}), replace(there[0], remembered={})
                if any(map(secret.both, twins)):
                    continue  # Both have done it: from here on they may know.
                if (place := frozenset(map(repr, twins))) not in known:
                    known.add(place)
                    reached.append(twins)
                    yield *twins, next(filter(None, chosen))
        edge = reached


def without_bit(session: dict[str, Any], keeper: Partner) -> dict[str, Any]:
    """Return a host's console without the one thing of the keeper's that it may show."""
    sealed = session["round"] and session["round"]["sealed"]
    if not sealed:
        return session
    return {**session, "round": {**session["round"], "sealed": {**sealed, keeper: None}}}


@pytest.mark.parametrize("keeper", PARTNERS)
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_nobody_notices_what_one_partner_does_alone(secret: Secret, keeper: Partner) -> None:
    different = 0
    for here, there, step in twins_after(secret, keeper):
        different += here != there
        for viewer in others_than(keeper):
            sessions = [world.view(viewer) for world in (here, there)]
            if viewer == Viewer("host"):
                sessions = [without_bit(session, keeper) for session in sessions]
            assert sessions[0] == sessions[1], f"{viewer} notices something, after {step.name}"
    assert different > 3


@pytest.mark.parametrize("keeper", PARTNERS)
def test_their_own_screen_knows_that_they_sealed_and_not_what(keeper: Partner) -> None:
    compared = 0
    for here, there, _ in twins_after(SECRETS["a mark"], keeper):
        rounds = [world.state.round for world in (here, there)]
        if here.boxes != there.boxes and rounds[0] and rounds[1] and rounds[0].sealed == rounds[1].sealed:
            assert here.frame(Viewer(keeper)) == there.frame(Viewer(keeper))
            compared += 1
    assert compared


def test_a_host_sees_who_has_sealed() -> None:
    world = with_round(begun(hosted=True))
    for seat in PARTNERS:
        sealed = seal(seat, 1)(world)[0].view(Viewer("host"))["round"]["sealed"]
        assert sealed == {seat: True, other(seat): False}
