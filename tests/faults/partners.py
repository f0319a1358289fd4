"""Partners with their devices, who say everything as nervously as people and networks do."""

import asyncio
import random
from collections.abc import Callable
from itertools import count
from typing import Any

from tests.faults.devices import Device, Entrance, Frame, Login, Patience
from tests.faults.history import History

REACTIONS = ("anxious", "avoidant", "both", "steady")
CANARY = "canary"
# How long it takes a person to tap. Short; but without it one couple keeps a worker busy.
TAP = 0.06


class Partner:
    """One partner with a phone, and a second device now and then."""

    def __init__(
        self, login: Login, seed: str, entrances: list[Entrance], history: History, patience: Patience, at: int
    ) -> None:
        self.login = login
        # What is said is drawn apart from what depends on how often something had to be tried.
        self.chance = random.Random(f"{seed} {login.couple} {login.seat}")
        self.devices = [
            Device(
                login,
                entrances,
                history,
                random.Random(f"{seed} {login.couple} {login.seat} {which}"),
                patience,
                at + which,
            )
            for which in range(2 if self.chance.random() < 0.3 else 1)
        ]
        self._ops = count(1)
        self._said: list[Frame] = []

    def arrive(self) -> None:
        """Let every device connect."""
        for device in self.devices:
            device.arrive()

    async def go(self) -> None:
        """Hang up."""
        await asyncio.gather(*(device.go() for device in self.devices))

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
        self._said.append(frame)
        if self.chance.random() < 0.1:
            await self.chance.choice(self.devices).send(self.chance.choice(self._said[-8:]))
        return answer

    async def until(self, wanted: Callable[[Frame], bool], what: str) -> None:
        """Wait until every device shows what is wanted."""
        await asyncio.gather(*(device.until(wanted, what) for device in self.devices))
