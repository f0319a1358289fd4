"""The campaigns: what is broken while couples play, how often, and what the judge says afterwards."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.faults.checker import Verdict, judge
from tests.faults.checker.verdict import PROMISED
from tests.faults.couples import Couple
from tests.faults.devices import Patience
from tests.faults.faults import DEAF, Breaker
from tests.faults.history import read
from tests.faults.seams import POINTS
from tests.faults.stage import Services, stage

Campaign = Callable[[Breaker], Awaitable[None]]

COUPLES = 10
# What is left to do when it is enough is one round.
ENDED_WITHIN = 180.0


def worker_kills(kills: int) -> Campaign:
    """Kill workers, spread over all points; a third of the times both at once."""

    async def run(breaker: Breaker) -> None:
        points = list(islice(cycle(POINTS), kills))
        breaker.chance.shuffle(points)
        which = 0
        while points:
            if len(points) > 1 and breaker.chance.random() < 1 / 3:
                await breaker.kill_both_workers((points.pop(), points.pop()))
            else:
                await breaker.kill_worker(which := 1 - which, points.pop())
            await breaker.rest(0.3)

    return run


def redis_faults(count: int) -> Campaign:
    """Kill, empty, hang and part from Redis; once so long that nobody is heard of any more."""

    async def run(breaker: Breaker) -> None:
        kinds = [breaker.kill_redis, breaker.empty_redis, breaker.hang_redis, breaker.part_from_redis]
        planned = list(islice(cycle(kinds), count - 1))
        breaker.chance.shuffle(planned)
        for fault in planned:
            await fault()
            await breaker.rest(1)
        if count >= 20:
            await breaker.hang_redis(DEAF)

    return run


def postgresql_crashes(count: int) -> Campaign:
    """Crash PostgreSQL."""

    async def run(breaker: Breaker) -> None:
        for _ in range(count):
            await breaker.crash_postgresql()
            await breaker.rest(1.5)

    return run


def flaps(count: int) -> Campaign:
    """Break roads; now and then a worker stands still."""

    async def run(breaker: Breaker) -> None:
        for number in range(count):
            if number % 8 == 7:
                await breaker.freeze_worker(breaker.chance.randrange(2))
            else:
                await breaker.flap()
            await breaker.rest(0.6)

    return run


def everything(rounds: int) -> Campaign:
    """Break one thing of each kind after the other, and sometimes two at once."""

    async def run(breaker: Breaker) -> None:
        chance = breaker.chance
        for _ in range(rounds):
            deeds = [
                lambda: breaker.kill_worker(chance.randrange(2), breaker.some_point()),
                lambda: breaker.kill_both_workers((breaker.some_point(), breaker.some_point())),
                breaker.crash_postgresql,
                chance.choice([breaker.kill_redis, breaker.empty_redis, breaker.hang_redis, breaker.part_from_redis]),
                breaker.flap,
                breaker.flap,
            ]
            chance.shuffle(deeds)
            for deed in deeds:
                await deed()
                await breaker.rest(0.5)

    return run


async def short(breaker: Breaker) -> None:
    """Break one thing of each kind, and workers at each point."""
    await worker_kills(len(POINTS) + 2)(breaker)
    for fault in (
        breaker.kill_redis,
        breaker.crash_postgresql,
        breaker.empty_redis,
        breaker.flap,
        breaker.hang_redis,
        breaker.crash_postgresql,
        breaker.part_from_redis,
        breaker.flap,
    ):
        await fault()
        await breaker.rest(0.5)


@dataclass
class Result:
    """What came of a campaign."""

    name: str
    seed: int
    seconds: float
    faults: Counter[str]
    verdict: Verdict
    history: Path

    def __str__(self) -> str:
        faults = ", ".join(f"{number} of {what}" for what, number in sorted(self.faults.items())) or "no faults"
        lines = [f"{self.name} (seed {self.seed}, {self.seconds:.0f} s): {faults}", f"  {self.verdict}"]
        shown = Counter(self.verdict.findings)
        lines += [
            f"  {invariant}: {what}" + (f" ({times} times)" if times > 1 else "")
            for (invariant, what), times in shown.most_common(8)
        ]
        return "\n".join(lines)


async def run(
    services: Services,
    name: str,
    campaign: Campaign,
    seed: int,
    directory: Path,
    *,
    couples: int = COUPLES,
    patience: Patience | None = None,
    promised: float = PROMISED,
    kinds: tuple[str, ...] = (),
    until_one_gives_up: bool = False,
    **environment: str,
) -> Result:
    """Run one campaign and judge it; the same seed draws the same couples, rounds and faults."""
    began_at = time.monotonic()
    path = directory / f"{name.replace(' ', '-')}-{seed}.jsonl"
    patience = patience or Patience()
    async with stage(services, path, **environment) as place:
        enough = asyncio.Event()
        breaker = Breaker(place, random.Random(f"{seed} faults"))
        cast = [Couple(place, f"couple{number}", str(seed), patience, kinds) for number in range(couples)]
        playing = [asyncio.create_task(couple.play(enough)) for couple in cast]
        try:
            await campaign(breaker)
            # Until what the last fault has left behind is found, and everybody has finished a round.
            enough.set()
            await _finished(playing, until_one_gives_up, seed)
        finally:
            for task in playing:
                task.cancel()
            await asyncio.wait(playing)
        database_url = place.database_url
    verdict = await asyncio.to_thread(judge, read(path), database_url, promised)
    return Result(name, seed, time.monotonic() - began_at, breaker.done, verdict, path)


async def _finished(playing: "list[asyncio.Task[bool]]", until_one_gives_up: bool, seed: int) -> None:
    deadline, waiting = time.monotonic() + ENDED_WITHIN, set(playing)
    while waiting:
        left = deadline - time.monotonic()
        done, waiting = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        assert done, f"couples still play, seed {seed}"
        if not all([task.result() for task in done]) and until_one_gives_up:
            return
