"""What can happen in a round, each kind with its own way of being unlucky."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from tests.faults.devices import Ended, Frame
from tests.faults.partners import Partner


class CheckIn(Protocol):
    """What a round needs of the check-in that it is played in."""

    async def both_see(self, wanted: Callable[[Frame], bool], what: str) -> None:
        """Wait until every device of both shows what is wanted."""


def reached(session: Frame, number: int) -> bool:
    """Tell whether a snapshot shows this round, or a later one."""
    return bool(session["round"]) and session["round"]["number"] >= number


def over(session: Frame, number: int) -> bool:
    """Tell whether a snapshot shows that this round is closed."""
    return reached(session, number) and (session["round"]["number"] > number or session["round"]["state"] != "open")


def acknowledged(answer: Frame) -> bool:
    """Tell whether a command was carried out."""
    return bool(answer["type"] == "ack")


async def closed(check_in: CheckIn, number: int) -> None:
    """Wait until both see that a round is not open any more."""
    await check_in.both_see(partial(over, number=number), f"the end of round {number}")


Script = Callable[[CheckIn, Partner, Partner, int], Awaitable[None]]


async def both_seal(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal in the same moment."""
    await asyncio.gather(one.say(one.mark(number)), other.say(other.mark(number)))
    await closed(check_in, number)


async def one_after_the_other(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal, wait a little, seal; and send the second mark again after the reveal."""
    await one.say(one.mark(number))
    await asyncio.sleep(one.chance.uniform(0, 0.3))
    second = other.mark(number)
    await other.say(second)
    await closed(check_in, number)
    await other.say(second)


async def seals_anew(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Replace one's mark; an old one that comes again replaces nothing."""
    old = one.mark(number)
    await one.say(old)
    await one.say(one.mark(number))
    await one.say(old)
    await other.say(other.mark(number))
    await closed(check_in, number)


async def takes_back(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Withdraw one's mark, then seal another."""
    await one.say(one.mark(number))
    await one.say(one.frame("mark.withdraw", round=number))
    await asyncio.gather(one.say(one.mark(number)), other.say(other.mark(number)))
    await closed(check_in, number)


async def takes_back_in_the_same_moment(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Withdraw one's mark while the other seals."""
    await one.say(one.mark(number))
    withdrawn, _ = await asyncio.gather(
        one.say(one.frame("mark.withdraw", round=number)), other.say(other.mark(number))
    )
    if acknowledged(withdrawn):
        await one.say(one.mark(number))
    await closed(check_in, number)


async def sets_aside_in_the_same_moment(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Set the round aside while the other seals."""
    await one.say(one.mark(number))
    await asyncio.gather(one.say(one.frame("round.set_aside", round=number)), other.say(other.mark(number)))
    await closed(check_in, number)


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
    await closed(check_in, number)


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
    await closed(check_in, number)


async def say_whether_it_fits(check_in: CheckIn, one: Partner, other: Partner, number: int) -> None:
    """Seal, and say after the reveal whether the pattern's name fits."""
    await both_seal(check_in, one, other, number)
    chance = one.chance
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
