"""What couples do in a campaign: rounds of every kind, drawn from a seed, each with its own way of being unlucky."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from tests.clients import call
from tests.faults.partners import Device, Ended, Entrance, Frame, GaveUp, Login, Patience
from tests.faults.stage import Stage

REACTIONS = ("anxious", "avoidant", "both", "steady")
CANARY = "canary"
# So that the last 64 ops of a seat are all ops of a seat.
ROUNDS_AT_MOST = 16
# How long it takes a person to tap. Short; but without it one couple keeps a worker busy.
TAP = 0.06


class Couple:
    """Two partners who check in again and again until it is enough."""

    def __init__(
        self, stage: Stage, name: str, chance: random.Random, patience: Patience, kinds: tuple[str, ...] = ()
    ) -> None:
        self.stage, self.name, self.chance, self.patience = stage, name, chance, patience
        self.kinds = kinds or tuple(KINDS)
        self.entrances = [Entrance(road) for road in stage.to_workers]
        self.rounds = 0

    async def play(self, enough: asyncio.Event) -> bool:
        """Check in, and again when a check-in is over; tell whether they never had to give up."""
        for number in count(1):
            check_in = None if enough.is_set() else await self._begin(f"{self.name}.{number}", enough)
            if check_in is None:
                break
            try:
                await check_in.play(enough)
            except GaveUp:
                return False  # what is wrong has been written down
            finally:
                self.rounds += check_in.number
                await check_in.go()
        return True

    async def _begin(self, name: str, enough: asyncio.Event) -> "CheckIn | None":
        for attempt in count(self.chance.randrange(2)):
            one, other = (self.entrances[(attempt + side) % 2] for side in (0, 1))
            started = await self._post(one, "start/", {"first_name": "Ana"})
            joined = started and await self._post(other, f"join/{started['code']}/", {"first_name": "Ben"})
            if started and joined:
                logins = [Login(name, seat, it["session"], it["token"]) for seat, it in (("a", started), ("b", joined))]
                return CheckIn(self, name, *(Partner(self, login, attempt + side) for side, login in enumerate(logins)))
            if enough.is_set():
                return None
            await asyncio.sleep(self.chance.uniform(0, 0.5))
        return None

    async def _post(self, entrance: Entrance, path: str, body: Frame) -> Frame | None:
        with suppress(OSError):
            answer = await asyncio.to_thread(call, entrance, "POST", path, body)  # type: ignore[arg-type]
            if answer.status == 201:
                found: Frame = answer.body
                return found
        return None


class Partner:
    """One partner with a phone, and a second device now and then."""

    def __init__(self, couple: Couple, login: Login, at: int) -> None:
        self.login, self.chance = login, couple.chance
        make = lambda at: Device(  # noqa: E731
            login, couple.entrances, couple.stage.history, couple.chance, couple.patience, at
        )
        self.phone = make(at).arrive()
        self.second = make(at + 1).arrive() if couple.chance.random() < 0.3 else None
        self._ops = count(1)
        self.said: list[Frame] = []

    @property
    def devices(self) -> list[Device]:
        """Return all of them."""
        return [device for device in (self.phone, self.second) if device]

    def frame(self, type: str, **fields: Any) -> Frame:
        """Return a new command."""
        return {"type": type, "op": f"{self.login.couple}-{self.login.seat}-{next(self._ops)}", **fields}

    def mark(self, number: int) -> Frame:
        """Return a new mark, whose words are found wherever they turn up."""
        shares = ["words"] if self.chance.random() < 0.5 else []
        return self.frame(
            "mark.seal",
            round=number,
            reaction=self.chance.choice(REACTIONS),
            intensity=self.chance.randint(1, 5),
            words=f"{CANARY}{self.chance.getrandbits(128):032x}",
            share=shares,
        )

    async def say(self, frame: Frame, device: Device | None = None) -> Frame:
        """Send a command until it is answered; some are sent twice, as a nervous network does."""
        device = device or self.chance.choice(self.devices)
        await asyncio.sleep(self.chance.uniform(0, TAP))
        if self.chance.random() < 0.15:
            await self.chance.choice(self.devices).send(frame)
        answer = await device.ask(**frame)
        self.said.append(frame)
        if self.chance.random() < 0.1:
            await self.chance.choice(self.devices).send(self.chance.choice(self.said[-8:]))
        return answer

    async def until(self, wanted: Callable[[Frame], bool], what: str) -> None:
        """Wait until every device shows what is wanted."""
        await asyncio.gather(*(device.until(wanted, what) for device in self.devices))


@dataclass
class CheckIn:
    """One check-in of a couple."""

    couple: Couple
    name: str
    ana: Partner
    ben: Partner
    number: int = 0
    played: list[str] = field(default_factory=list)

    async def play(self, enough: asyncio.Event) -> None:
        """Play rounds, each of a kind that chance picks, until it is enough or the check-in is over."""
        chance = self.couple.chance
        kinds = self.couple.kinds
        with suppress(Ended):
            while not enough.is_set() and self.number < ROUNDS_AT_MOST:
                kind = chance.choices(kinds, weights=[KINDS[kind][1] for kind in kinds])[0]
                self.played.append(kind)
                one, other = chance.sample((self.ana, self.ben), 2)
                number = self.number + 1
                if kind == "both open":
                    frames = [
                        who.frame("round.open", after=self.number, moment=chance.randint(1, 12)) for who in (one, other)
                    ]
                    await asyncio.gather(one.say(frames[0]), other.say(frames[1]))
                else:
                    await one.say(one.frame("round.open", after=self.number, moment=chance.randint(1, 12)))
                self.number = number
                await self.both_see(partial(reached, number=number), f"round {number}")
                await KINDS[kind][0](self, one, other, number)

    async def both_see(self, wanted: Callable[[Frame], bool], what: str) -> None:
        """Wait until every device of both shows what is wanted."""
        await asyncio.gather(*(partner.until(wanted, what) for partner in (self.ana, self.ben)))

    async def closed(self, number: int) -> None:
        """Wait until both see that a round is not open any more."""
        await self.both_see(partial(over, number=number), f"the end of round {number}")

    async def go(self) -> None:
        """Hang up."""
        await asyncio.gather(*(device.go() for partner in (self.ana, self.ben) for device in partner.devices))


def reached(session: Frame, number: int) -> bool:
    """Tell whether a snapshot shows this round, or a later one."""
    return bool(session["round"]) and session["round"]["number"] >= number


def over(session: Frame, number: int) -> bool:
    """Tell whether a snapshot shows that this round is closed."""
    return reached(session, number) and (session["round"]["number"] > number or session["round"]["state"] != "open")


def acknowledged(answer: Frame) -> bool:
    """Tell whether a command was carried out."""
    return bool(answer["type"] == "ack")


Script = Callable[[CheckIn, Partner, Partner, int], Awaitable[None]]


async def both_seal(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal in the same moment."""
    await asyncio.gather(one.say(one.mark(number)), other.say(other.mark(number)))
    await check_in.closed(number)


async def one_after_the_other(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal, wait a little, seal; and send the second mark again after the reveal."""
    await one.say(one.mark(number))
    await asyncio.sleep(check_in.couple.chance.uniform(0, 0.3))
    second = other.mark(number)
    await other.say(second)
    await check_in.closed(number)
    await other.say(second)


async def seals_anew(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Replace one's mark; an old one that comes again replaces nothing."""
    old = one.mark(number)
    await one.say(old)
    await one.say(one.mark(number))
    await one.say(old)
    await other.say(other.mark(number))
    await check_in.closed(number)


async def takes_back(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Withdraw one's mark, then seal another."""
    await one.say(one.mark(number))
    await one.say(one.frame("mark.withdraw", round=number))
    await asyncio.gather(one.say(one.mark(number)), other.say(other.mark(number)))
    await check_in.closed(number)


async def takes_back_in_the_same_moment(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Withdraw one's mark while the other seals."""
    await one.say(one.mark(number))
    withdrawn, _ = await asyncio.gather(
        one.say(one.frame("mark.withdraw", round=number)), other.say(other.mark(number))
    )
    if acknowledged(withdrawn):
        await one.say(one.mark(number))
    await check_in.closed(number)


async def sets_aside_in_the_same_moment(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Set the round aside while the other seals."""
    await one.say(one.mark(number))
    await asyncio.gather(one.say(one.frame("round.set_aside", round=number)), other.say(other.mark(number)))
    await check_in.closed(number)


async def leaves_in_the_same_moment(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Leave while the other seals."""
    await one.say(one.mark(number))
    await asyncio.gather(one.say(one.frame("session.leave")), other.say(other.mark(number)))
    await check_in.both_see(lambda session: session["state"] == "ended", "the end")
    raise Ended


async def leaves_with_a_mark(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal and leave; what the other seals afterwards opens nothing."""
    await one.say(one.mark(number))
    await one.say(one.frame("session.leave"))
    await other.say(other.mark(number))
    await check_in.both_see(lambda session: session["state"] == "ended", "the end")
    raise Ended


async def on_two_devices(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Send the same mark on two devices, and two marks in the other order on each."""
    first, last = one.mark(number), one.mark(number)
    devices = (one.devices * 2)[:2]
    await asyncio.gather(*(one.say(first, device) for device in devices))
    await devices[0].send(last, first)
    await devices[1].send(first, last, last)
    await one.say(last)
    await other.say(other.mark(number))
    await check_in.closed(number)


async def out_of_order(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Send a burst without waiting, and the same burst backwards; whatever came of it, go on from there."""
    burst = [one.mark(number) for _ in range(3)]
    devices = (one.devices * 2)[:2]
    await devices[0].send(*burst)
    await devices[1].send(*reversed(burst))
    for frame in burst:
        await one.say(frame)
    await one.say(one.mark(number))
    await other.say(other.mark(number))
    await check_in.closed(number)


async def say_whether_it_fits(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal, and say after the reveal whether the pattern's name fits."""
    await both_seal(check_in, one, other, number)
    chance = check_in.couple.chance
    fits = [who.frame("pattern.fit", round=number, fits=chance.random() < 0.5) for who in (one, other)]
    await asyncio.gather(one.say(fits[0]), other.say(fits[1]))


KINDS: dict[str, tuple[Script, int]] = {
    "both seal": (both_seal, 5),
    "both open": (both_seal, 2),
    "one after the other": (one_after_the_other, 4),
    "seals anew": (seals_anew, 2),
    "takes back": (takes_back, 2),
    "takes back in the same moment": (takes_back_in_the_same_moment, 2),
    "sets aside in the same moment": (sets_aside_in_the_same_moment, 2),
    "leaves in the same moment": (leaves_in_the_same_moment, 1),
    "leaves with a mark": (leaves_with_a_mark, 1),
    "on two devices": (on_two_devices, 2),
    "out of order": (out_of_order, 2),
    "says whether it fits": (say_whether_it_fits, 2),
}
