"""Whatever two answer about contact and about the loop, in whatever order: sealed until both have, once, and for good.

As in ``test_interleavings`` the first four go every way until nothing new comes up: each covers every sequence of its
steps, of any length. The last goes every way through three rounds and two check-ins, and asks what a history makes of
it; ``test_long_evenings`` and ``test_linked_cycles`` go further, by chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import product
from uuid import UUID

from sessions.checkin.patterns import PATTERN_OF_PAIR
from sessions.checkin.state import PARTNERS, EarlierRound
from sessions.history.figures.cycles import PastRound, cycles, runs
from tests.checkin.test_interleavings import check_everything_after
from tests.support.pure.moves import (
    BACK_IN_CONTACT,
    BACK_SINCE_LAST_TIME,
    HEARING_IN_WORDS,
    MARKING,
    NEEDS,
    OPENING,
    SAME_LOOP,
    SECOND_ROUND,
    STOPPING,
)
from tests.support.pure.world import LAST_TIME, NOON, World, begun, in_exchange, needs_shown, with_round


def exchanges(worlds: list[World]) -> Iterator[tuple[World, object]]:
    """Yield every exchange of the first round that was reached."""
    for world in worlds:
        if world.state.round and world.state.round.exchange and world.state.round.number == 1:
            yield world, world.state.round.exchange


def test_the_same_loop_and_the_day_of_contact_are_sealed_until_both_have_answered() -> None:
    start = in_exchange(begun(may_repeat=True))
    moves = [*SAME_LOOP, *BACK_IN_CONTACT, SECOND_ROUND[0], STOPPING[2]]
    worlds = check_everything_after(start, moves)
    answers = [tuple(sorted(exchange.said_same.items())) for _, exchange in exchanges(worlds)]  # type: ignore[attr-defined]
    said = (None, True, False)
    assert len(set(answers)) == len(said) ** 2
    contact = {(exchange.reconnected, exchange.reconnected_on) for _, exchange in exchanges(worlds)}  # type: ignore[attr-defined]
    assert {len(reconnected) for reconnected, _ in contact} == {0, 1, 2}
    assert {day is not None for reconnected, day in contact if len(reconnected) == 2} == {True, False}


def test_contact_since_the_last_time_is_sealed_and_asked_once_whatever_else_is_marked() -> None:
    moves = [*BACK_SINCE_LAST_TIME, *MARKING[:4], *STOPPING[:2], *STOPPING[4:]]
    worlds = check_everything_after(with_round(begun(hosted=True, earlier=LAST_TIME)), moves)
    earlier = [world.state.earlier for world in worlds]
    assert None in earlier and any(one and one.reconnected for one in earlier)
    assert any(world.state.earlier is None and world.boxes for world in worlds)
    assert any(world.state.earlier and world.opened for world in worlds)


def test_what_was_heard_is_told_in_words_that_stand_for_the_need_as_it_is_now() -> None:
    worlds = check_everything_after(needs_shown(begun()), [*NEEDS[:4], *HEARING_IN_WORDS, *STOPPING[2:4]])
    heard = [(exchange.heard, dict(exchange.heard_words)) for _, exchange in exchanges(worlds)]  # type: ignore[attr-defined]
    assert all(set(words) <= seats for seats, words in heard), "of a need in other words, nothing is heard yet"
    assert any(set(words) == set(PARTNERS) for _, words in heard)


def test_a_round_is_opened_once_and_keeps_when_it_was() -> None:
    start = in_exchange(begun(may_repeat=True))
    worlds = check_everything_after(start, [*OPENING, SAME_LOOP[0], SAME_LOOP[1], *SECOND_ROUND[1:], *STOPPING[2:4]])
    seconds = [world.state.round for world in worlds if world.state.round and world.state.round.number == 2]
    assert {one.when for one in seconds} == {None, "now", "today", "this_week", "earlier"}
    assert {one.phase for one in seconds} == {"open", "revealed", "set_aside"}


# What a history makes of it.

MARKS = {"caught": ("anxious", "avoidant"), "calm": ("steady", "avoidant")}


@dataclass(frozen=True)
class Evenings:
    """A check-in that is going on, and what is kept of the rounds so far, oldest first."""

    world: World
    kept: tuple[PastRound, ...] = ()
    check_in: int = 1

    def then(self, marks: str, when: str, same: str, contact: str) -> "Evenings":
        """Return what there is after a round in which the two mark and answer so."""
        world, number = self.world, self.world.state.last_number + 1
        world = world.after("a", "round.open", after=number - 1, moment=1, when=when)
        opened_at = world.now
        for seat, reaction in zip(PARTNERS, MARKS[marks], strict=True):
            world = world.after(seat, "mark.seal", round=number, reaction=reaction, intensity=3)
        world = world.later(seconds=15)
        answers = {"nobody": "", "one": "b", "both": "ab"}
        if marks == "caught" and world.state.may_repeat:
            for seat in answers[same]:
                world = world.after(seat, "loop.same", round=number, same=True)  # type: ignore[arg-type]
        for seat in answers[contact]:
            world = world.after(seat, "reconnect.confirm", round=number)  # type: ignore[arg-type]
        return replace(self, world=world, kept=(*self.kept, self._kept(world, opened_at))).later(hours=1)

    def later(self, **passed: float) -> "Evenings":
        """Return the same some time later."""
        return replace(self, world=self.world.later(**passed))

    def next_check_in(self) -> "Evenings":
        """Return the check-in of five days later, and what is known in it of this one."""
        last, found = self.kept[-1], begun(may_repeat=any(one.caught for one in self.kept))
        if last.reconnected_at is None:
            said = frozenset(self.world.state.exchange.reconnected)
            earlier = EarlierRound(1, "As it was.", last.opened_at, reconnected=said)
            found = replace(found, state=replace(found.state, earlier=earlier))
        now = NOON + timedelta(days=5)
        state = replace(found.state, expires_at=now + timedelta(days=1))
        return Evenings(replace(found, state=state, now=now), self.kept, self.check_in + 1)

    def back_since(self) -> "Evenings":
        """Return what there is once both have told of contact since the check-in before, where they are asked."""
        world = self.world
        if world.state.earlier is None:
            return self
        said_before = world.state.earlier.reconnected
        for seat in sorted(set(PARTNERS) - said_before, reverse=True):
            world = world.after(seat, "reconnect.confirm", round=0, day="2026-03-03")
        assert world.state.earlier is None
        # Who named no day said "now", and then there is none of both.
        day = None if said_before else (NOON + timedelta(days=2)).date()
        last = replace(self.kept[-1], reconnected_at=world.now, reconnected_on=day)
        return replace(self, world=world, kept=(*self.kept[:-1], last)).later(hours=1)

    def _kept(self, world: World, opened_at: datetime) -> PastRound:
        latest = world.state.latest_round
        assert latest.reveal and latest.exchange
        reactions = tuple(latest.reveal.marks[seat].reaction for seat in PARTNERS)
        return PastRound(
            id=UUID(int=len(self.kept) + 1),
            opened_at=opened_at,
            theme="messages",
            pattern=PATTERN_OF_PAIR[frozenset(reactions)],
            reactions=reactions,  # type: ignore[arg-type]
            intensities=(3, 3),
            reconnected_at=world.now if latest.exchange.reconnected == set(PARTNERS) else None,
            when=latest.when,
            check_in=UUID(int=self.check_in),
            same_loop=latest.exchange.same_loop,
        )


ROUNDS = list(product(MARKS, ("now", "earlier"), ("one", "both"), ("one", "both")))
# Contact that comes back after the last round links nothing any more.
LAST_ROUNDS = [one for one in ROUNDS if one[-1] == "one"]


def check_history(before: Evenings, after: Evenings) -> None:
    """Look at what a round has changed: no cycle that was there, one more at the most, and none by one's word alone."""
    earlier, later = cycles(before.kept), cycles(after.kept)
    assert later[: len(earlier)] == earlier
    assert len(later) - len(earlier) in (0, 1)
    began = [run.rounds[0].check_in for run in runs(after.kept)]
    assert len(began) == len(set(began)), "at most one begins in a check-in"
    for run in later:
        assert run.repeated_by and run.reconnected_by and run.reconnected_at
        assert run.reconnected_at <= run.repeated_by.opened_at
        assert (run.link == "said") == run.repeated_by.same_loop


def test_no_later_round_changes_an_earlier_cycle_whatever_both_have_answered_by_then() -> None:
    """Every way through two rounds of one evening and one of the next check-in, contact told of in between or not."""
    links = set()
    for first in ROUNDS:
        one = Evenings(begun()).then(*first)
        check_history(Evenings(begun()), one)
        for second in ROUNDS:
            two = one.then(*second)
            check_history(one, two)
            check_in = two.next_check_in()
            for start in {id(each): each for each in (check_in, check_in.back_since())}.values():
                for third in LAST_ROUNDS:
                    three = start.then(*third)
                    check_history(start, three)
                    links |= {run.link for run in cycles(three.kept)}
    assert links == {"said", "perhaps"}
