"""Couples who check in again and again while everything breaks; what they do is drawn from a seed."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from itertools import count

from tests.faults.devices import Ended, Entrance, Frame, GaveUp, Login, Patience
from tests.faults.history import History
from tests.faults.partners import Partner
from tests.faults.rounds import KINDS, reached
from tests.faults.stage import Stage
from tests.support.cast.clients import call

# So few that the last 64 ops of a seat are all that it ever had.
ROUNDS_AT_MOST = 16


class Couple:
    """Two partners who check in again and again until it is enough."""

    def __init__(self, stage: Stage, name: str, seed: str, patience: Patience, kinds: tuple[str, ...] = ()) -> None:
        self.name, self.seed, self.patience = name, seed, patience
        self.history = stage.history
        self.kinds = kinds or tuple(KINDS)
        self.entrances = [Entrance(road) for road in stage.to_workers]
        self._chance = random.Random(f"{seed} {name}")

    async def play(self, enough: asyncio.Event) -> bool:
        """Check in, and again when a check-in is over; tell whether they never had to give up."""
        for number in count(1):
            partners = None if enough.is_set() else await self._begin(f"{self.name}.{number}", enough)
            if partners is None:
                break
            check_in = CheckIn(*partners, self.history, random.Random(f"{self.seed} {self.name}.{number}"))
            try:
                await check_in.play(self.kinds, enough)
            except GaveUp:
                return False  # what is wrong has been written down
            finally:
                await check_in.go()
        return True

    async def _begin(self, name: str, enough: asyncio.Event) -> tuple[Partner, Partner] | None:
        for attempt in count(self._chance.randrange(2)):
            one, other = (self.entrances[(attempt + side) % 2] for side in (0, 1))
            started = await self._post(one, "start/", {"first_name": "Ana"})
            joined = started and await self._post(other, f"join/{started['code']}/", {"first_name": "Ben"})
            if started and joined:
                return self._partner(name, "a", started, attempt), self._partner(name, "b", joined, attempt + 1)
            if enough.is_set():
                break
            await asyncio.sleep(self._chance.uniform(0, 0.5))
        return None

    def _partner(self, name: str, seat: str, entered: Frame, at: int) -> Partner:
        login = Login(name, seat, entered["session"], entered["token"])
        return Partner(login, self.seed, self.entrances, self.history, self.patience, at)

    async def _post(self, entrance: Entrance, path: str, body: Frame) -> Frame | None:
        with suppress(OSError):
            answer = await asyncio.to_thread(call, entrance, "POST", path, body)
            if answer.status == 201:
                found: Frame = answer.body
                return found
        return None


class CheckIn:
    """One check-in of a couple."""

    def __init__(self, ana: Partner, ben: Partner, history: History, chance: random.Random) -> None:
        self.ana, self.ben, self._history, self._chance = ana, ben, history, chance
        for partner in (ana, ben):
            partner.arrive()

    async def play(self, kinds: tuple[str, ...], enough: asyncio.Event) -> None:
        """Play rounds, each of a kind that chance picks, until it is enough or the check-in is over."""
        with suppress(Ended):
            for number in range(1, ROUNDS_AT_MOST + 1):
                if enough.is_set():
                    break
                [kind] = self._chance.choices(kinds, weights=[KINDS[kind][1] for kind in kinds])
                one, other = self._chance.sample((self.ana, self.ben), 2)
                openers = [one, other] if kind == "both open" else [one]
                await asyncio.gather(*(self._open(opener, number) for opener in openers))
                await self.both_see(partial(reached, number=number), f"round {number}")
                await KINDS[kind][0](self, one, other, number)
                self._history.record("played", session=self.ana.login.session, number=number, what=kind)

    async def both_see(self, wanted: Callable[[Frame], bool], what: str) -> None:
        """Wait until every device of both shows what is wanted."""
        await asyncio.gather(*(partner.until(wanted, what) for partner in (self.ana, self.ben)))

    async def go(self) -> None:
        """Hang up."""
        await asyncio.gather(self.ana.go(), self.ben.go())

    async def _open(self, opener: Partner, number: int) -> None:
        await opener.say(opener.frame("round.open", after=number - 1, moment=opener.chance.randint(1, 12)))
