"""Plant one mistake after the other, and see each caught by the judge: what it never catches, it does not look for."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from tests.faults.campaigns import Campaign, Result, postgresql_crashes, run, worker_kills
from tests.faults.devices import Patience
from tests.faults.faults import Breaker
from tests.faults.mistakes import CALM, CRASHES, KILLS, MISTAKES, POSTGRESQL, REDIS
from tests.faults.stage import Services

# A sweep each second, and what is promised as much shorter, so that what never comes is known to soon.
SWEEP = "1.0"
PROMISED = 5.0
COUPLES = 5
TOGETHER = 3
PLAYED, PLAYED_WITHIN = 30, 20


async def _calm(breaker: Breaker, rounds: int = PLAYED) -> None:
    """Break nothing until enough was played for whatever one partner may do before the other does."""
    recorded = breaker.stage.history.recorded
    for _ in range(PLAYED_WITHIN):
        if recorded["played"] >= rounds or recorded["gave up"]:
            return
        await asyncio.sleep(1)


def _in_full_play(campaign: Campaign) -> Campaign:
    """Begin once everybody plays."""

    async def run(breaker: Breaker) -> None:
        await _calm(breaker, COUPLES)
        await campaign(breaker)

    return run


async def _ways_to_redis(breaker: Breaker) -> None:
    for which in (0, 1, 0):
        road = breaker.stage.to_redis[which]
        await breaker.rest(1)
        with breaker.stage.history.fault("parted from redis"):
            road.block()
            await asyncio.sleep(2.5)
            road.free(lost=True)


async def _ways_to_postgresql(breaker: Breaker) -> None:
    for number in range(30):
        breaker.stage.to_postgresql[number % 2].cut()
        if number % 5 == 0:  # whoever comes in then finds out
            breaker.stage.to_workers[number % 2].cut()
        await breaker.rest(0.4)


CAMPAIGNS: dict[str, Campaign] = {
    CALM: _calm,
    KILLS: _in_full_play(worker_kills(6)),
    REDIS: _in_full_play(_ways_to_redis),
    POSTGRESQL: _in_full_play(_ways_to_postgresql),
    CRASHES: _in_full_play(postgresql_crashes(4)),
}


@dataclass
class Trial:
    """A mistake, or none, and whether the judge was right."""

    name: str
    result: Result
    caught: bool
    as_it_should: bool

    def __str__(self) -> str:
        word = "caught" if self.caught else "NOT caught" if self.result.verdict.good else "caught as something else"
        if self.name in CAMPAIGNS:
            word = "nothing to catch" if self.as_it_should else "FOUND WANTING"
        first = next((f": {invariant}, {what}" for invariant, what in self.result.verdict.findings), "")
        return f"  {word}: {self.name.replace('_', ' ')} ({self.result.seconds:.0f} s){first}"


async def trial(services: Services, name: str, seed: int, directory: Path) -> Trial:
    """Play with one mistake planted, or with none where ``name`` is that of a campaign."""
    mistake = MISTAKES.get(name)
    result = await run(
        services,
        name.replace(" ", "_"),
        CAMPAIGNS[mistake.campaign if mistake else name],
        seed,
        directory,
        couples=COUPLES,
        patience=Patience(calm=2 * PROMISED),
        promised=PROMISED,
        kinds=mistake.kinds if mistake else (),
        until_one_gives_up=True,
        FAULTS_MISTAKE=name if mistake else "",
        ROOMS_SWEEP_EVERY=SWEEP,
    )
    wanted = mistake.found_by if mistake else ""
    caught = bool(mistake) and any(re.search(wanted, what) for _, what in result.verdict.findings)
    return Trial(name, result, caught, caught if mistake else result.verdict.good)


async def trials(services: Services, seed: int, directory: Path, names: list[str]) -> list[Trial]:
    """Try some mistakes, a few at a time; those whose campaign breaks what all share, alone."""
    few = asyncio.Semaphore(TOGETHER)
    done: list[Trial] = []

    async def one(name: str) -> None:
        async with few:
            done.append(await trial(services, name, seed, directory))
            print(done[-1], flush=True)

    alone = [name for name in names if _campaign(name) == CRASHES]
    await asyncio.gather(*(one(name) for name in names if name not in alone))
    for name in alone:
        await one(name)
    return done


def _campaign(name: str) -> str:
    return MISTAKES[name].campaign if name in MISTAKES else name
