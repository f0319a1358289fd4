"""What two partners and a host may do next, as values, and every way to go from here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, get_args

from sessions.checkin.frames import Command
from sessions.checkin.state import PARTNERS, Partner, SeatName, When
from tests.support.pure.world import NOON, World, said


@dataclass(frozen=True)
class Move:
    """One thing that may happen next: somebody's command, or time (then only the clock moves)."""

    name: str
    seat: SeatName | None = None
    command: Command | None = None
    clock: datetime | None = None

    def __call__(self, world: World) -> tuple[World, str | None]:
        """Return the world after it, and the code of a refusal."""
        if self.clock:
            return replace(world, now=max(world.now, self.clock)), None
        assert self.seat and self.command
        return world.ask(self.seat, self.command)


def move(seat: SeatName, type: str, nth: int | str = 1, **fields: Any) -> Move:
    name = f"{seat} {type} {nth}"
    return Move(name, seat, said(type, op=name, **fields))


def clock(name: str, **passed: float) -> Move:
    return Move(name, clock=NOON + timedelta(**passed))


def seal(seat: Partner, nth: int, round: int = 1) -> Move:
    reaction, intensity = (("anxious", 5), ("steady", 1))[nth - 1]
    words = f"canary-{seat}-{nth}"
    shared = {"words": words, "thought": words, "guess": "both", "share": ["words"]}
    return move(seat, "mark.seal", nth + 2 * (round - 1), round=round, reaction=reaction, intensity=intensity, **shared)


def by_both(make: Callable[[Partner], Move]) -> list[Move]:
    return [make(seat) for seat in PARTNERS]


MARKING = [
    *by_both(lambda seat: seal(seat, 1)),
    *by_both(lambda seat: seal(seat, 2)),
    *by_both(lambda seat: move(seat, "mark.withdraw", round=1)),
]
STOPPING = [
    *by_both(lambda seat: move(seat, "round.set_aside", round=1)),
    *by_both(lambda seat: move(seat, "session.leave")),
    *by_both(lambda seat: move(seat, "session.end")),
]
PAUSING = [
    move("a", "pause.start", minutes=1),
    move("b", "pause.start", minutes=5),
    *by_both(lambda seat: move(seat, "pause.resume")),
]
SECOND_ROUND = [
    move("a", "round.open", after=1, moment=2, when="today"),
    seal("a", 2, round=2),
    seal("b", 2, round=2),
    move("b", "round.set_aside", 2, round=2),
]
NEEDS = [
    *by_both(lambda seat: move(seat, "need.say", 1, round=1, text=f"canary-need-{seat}-1")),
    *by_both(lambda seat: move(seat, "need.say", 2, round=1, text=f"canary-need-{seat}-2")),
    *by_both(lambda seat: move(seat, "need.say", 3, round=1, text="")),
]
HEARING = [
    *by_both(lambda seat: move(seat, "meant.confirm", round=1)),
    *by_both(lambda seat: move(seat, "need.heard", round=1)),
]
TURNS = [
    *by_both(lambda seat: move(seat, "turn.start", speaker=seat, seconds=60)),
    move("host", "turn.start", speaker="a", seconds=30),
    *by_both(lambda seat: move(seat, "turn.end")),
]
AGREEING = [
    *by_both(lambda seat: move(seat, "step.choose", round=1, text=f"step of {seat}")),
    *by_both(lambda seat: move(seat, "reconnect.confirm", round=1, relief=2)),
]
HEARING_IN_WORDS = [
    *by_both(lambda seat: move(seat, "need.heard", 2, round=1, words=f"heard by {seat}")),
    *by_both(lambda seat: move(seat, "need.heard", 3, round=1, words=f"heard anew by {seat}")),
]
SAME_LOOP = [
    *by_both(lambda seat: move(seat, "loop.same", 1, round=1, same=True)),
    *by_both(lambda seat: move(seat, "loop.same", 2, round=1, same=False)),
]
BACK_IN_CONTACT = [
    *by_both(lambda seat: move(seat, "reconnect.confirm", 2, round=1)),
    *by_both(lambda seat: move(seat, "reconnect.confirm", 3, round=1, day="2026-03-01")),
]
# Of the last round of the check-in before.
BACK_SINCE_LAST_TIME = [
    *by_both(lambda seat: move(seat, "reconnect.confirm", 4, round=0)),
    *by_both(lambda seat: move(seat, "reconnect.confirm", 5, round=0, day="2026-02-25")),
    *by_both(lambda seat: move(seat, "reconnect.confirm", 6, round=0, day="2026-02-26")),
]
# The next round, whenever its moment was.
OPENING = [
    move("a", "round.open", 2, after=1, moment=2),
    *(move("b", "round.open", f"of {when}", after=1, moment=2, when=when) for when in get_args(When)),
]
HOSTING = [
    move("host", "round.set_aside", round=1),
    move("host", "session.leave"),
    move("host", "session.end"),
    move("host", "pause.start", minutes=1),
]
QUIET_OVER = clock("the quiet is over", seconds=15)
TURN_OVER = clock("the turn is over", minutes=2)
PAUSE_OVER = clock("the pause is over", minutes=6)
DAY_OVER = clock("the day is over", days=1)
SKIPPING = by_both(lambda seat: move(seat, "quiet.skip", round=1))


def everything_after(
    start: World, moves: list[Move], *, remembering: bool = False, steps: int = 10**6
) -> Iterator[tuple[World, Move, World, str | None]]:
    """Yield every step there is from every place that can be reached.

    Without ``remembering`` every command comes with an op that is new; with it, the same command again is a retry.
    """
    known = {repr(start)}
    edge = [start]
    while edge and steps:
        steps -= 1
        reached = []
        for before in edge:
            for step in moves:
                after, code = step(before)
                yield before, step, after, code
                if after is before:  # refused: writing down where that leads takes longer than asking
                    continue
                if not remembering:
                    after = replace(after, remembered={})
                if (place := repr(after)) not in known:
                    known.add(place)
                    reached.append(after)
        edge = reached
