"""Ten thousand sockets on one worker: what each takes, reveals among them, and all of them gone at once and back.

Everybody behaves as our pages do (static/js/live/connection/socket.js): a heartbeat every 20 seconds; after a drop
full jitter, up to a limit that doubles with each attempt that fails; and no more than ten seconds of patience with a
silent socket.
"""

import asyncio
import itertools
import math
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from time import perf_counter
from typing import Any, Final

from bench import load, machine
from bench.load import Pair, Place, sides
from bench.processes import Running
from bench.wire import PATIENCE_SECONDS, Line, WrongAnswer, connect

BEAT_SECONDS: Final = 20
SILENCE_SECONDS: Final = 10
FIRST_DELAY_SECONDS: Final = 0.5
LONGEST_DELAY_SECONDS: Final = 15
GIVEN_UP_AFTER_SECONDS: Final = 60
SEED: Final = 9


class Crowd:
    """Couples whose sockets stay open."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self.pairs: list[Pair] = []
        self.errors: Counter[str] = Counter()
        self.failed_attempts = 0
        self.not_back = 0

    @property
    def lines(self) -> list[Line]:
        """Return every socket."""
        return [line for pair in self.pairs for line in pair.lines]

    @property
    def lost_sockets(self) -> int:
        """Count those that did not stay open."""
        return sum(line.failure is not None for line in self.lines)

    async def come(self, places: list[Place]) -> float:
        """Let more couples connect, some at a time; return how long it took."""
        started = perf_counter()
        self.pairs += await load.meet(self._running, places, first_index=len(self.pairs))
        return perf_counter() - started

    @asynccontextmanager
    async def beating(self) -> AsyncIterator[None]:
        """Send everybody's heartbeat meanwhile, spread evenly: one after the other."""
        task = asyncio.ensure_future(self._beat_for_ever())
        try:
            yield
        finally:
            task.cancel()

    async def _beat_for_ever(self) -> None:
        due = perf_counter()
        for beat in itertools.count():
            sockets = max(1, 2 * len(self.pairs))
            if self.pairs:
                self.pairs[beat % sockets // 2].lines[beat % 2].beat()
            due += BEAT_SECONDS / sockets
            await asyncio.sleep(max(0, due - perf_counter()))

    async def reveal(self, pairs: list[Pair], rate: float) -> list[float | None]:
        """Let couples play one round each, started at a fixed rate; return how long each took, None if it failed."""
        started = perf_counter()

        async def one(pair: Pair, due: float) -> float | None:
            await asyncio.sleep(max(0, due - perf_counter()))
            async with playing[pair.index]:
                return await self._tried(pair.play())

        playing = {pair.index: asyncio.Lock() for pair in pairs}
        plays = (one(pair, started + number / rate) for number, pair in enumerate(pairs))
        return await asyncio.gather(*plays)

    async def begin(self, pairs: list[Pair]) -> list[Pair]:
        """Let couples open a round and seal one mark; return those who could."""
        begun = await asyncio.gather(*(self._tried(pair.begin()) for pair in pairs))
        return [pair for pair, done in zip(pairs, begun, strict=True) if done is not None]

    async def finish(self, pairs: list[Pair]) -> int:
        """Let couples seal the second mark; return how many could not."""
        return sum(done is None for done in await asyncio.gather(*(self._tried(pair.finish()) for pair in pairs)))

    async def _tried(self, play: Coroutine[Any, Any, float]) -> float | None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await play
        except (WrongAnswer, TimeoutError) as wrong:
            self.errors[repr(wrong)] += 1
            return None

    def drop(self) -> None:
        """Cut every socket at once."""
        for line in self.lines:
            line.hang_up()

    async def come_back(self, places: list[Place]) -> float:
        """Let everybody come back as our pages do; return how long it took until the last one was there."""
        started = perf_counter()

        async def one(port: int, path: str, token: str | None) -> Line | None:
            attempt = 0
            while perf_counter() < started + GIVEN_UP_AFTER_SECONDS:
                limit = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2**attempt)
                await asyncio.sleep(random.random() * limit)
                try:
                    return await connect(self._running.line, port, path, token, SILENCE_SECONDS)
                except (WrongAnswer, TimeoutError, OSError) as wrong:
                    self.errors[repr(wrong)] += 1
                    attempt += 1
                    self.failed_attempts += 1
            self.not_back += 1
            return None

        async def both(pair: Pair, place: Place) -> None:
            first, second = await asyncio.gather(*(one(*side) for side in sides(self._running, place)))
            pair.lines = first or pair.lines[0], second or pair.lines[1]

        async with asyncio.TaskGroup() as group:
            for pair, place in zip(self.pairs, places, strict=True):
                group.create_task(both(pair, place))
        return perf_counter() - started


async def measure(
    running: Running,
    places: list[Place],
    *,
    few: int,
    reveals: int,
    rate: float,
    settle: float,
    profiled: Callable[[str], AbstractContextManager[None]],
) -> dict[str, float]:
    """Measure a crowd of all couples beside the first few of them."""
    chance = random.Random(SEED)
    crowd = Crowd(running)
    async with crowd.beating():
        await crowd.come(places[:few])
        await crowd.reveal(crowd.pairs, rate)  # a warm-up
        alone = await crowd.reveal((crowd.pairs * (reveals // few + 1))[:reveals], rate)
        before = machine.resident_kib(running.pids)
        with profiled(".coming"):
            connected = await crowd.come(places[few:])
        say(f"{len(crowd.lines)} sockets connected after {connected:.1f} s")
        await asyncio.sleep(settle)
        sampled = chance.sample(crowd.pairs, min(reveals, len(crowd.pairs)))
        with profiled(".among"):
            among = await crowd.reveal(sampled, rate)
        after = machine.resident_kib(running.pids)
        lost = sum(seconds is None for seconds in alone + among) + crowd.lost_sockets
        say(f"{len(among)} rounds among them played, {lost} rounds and sockets lost so far")

        # Some have sealed when everything drops: their marks must not be lost, nor anything that was revealed.
        halfway = await crowd.begin(chance.sample(crowd.pairs, few))
        seen = [pair.shown() for pair in crowd.pairs]
        crowd.drop()
        with profiled(".back"):
            back = await crowd.come_back(places)
        say(f"everybody tried to come back, and {crowd.not_back} could not")
        lost_by_drop = crowd.not_back + sum(
            pair.shown() != shown for pair, shown in zip(crowd.pairs, seen, strict=True)
        )
        lost_by_drop += await crowd.finish(halfway)
    load.part(crowd.pairs)
    for error, count in crowd.errors.most_common(3):
        say(f"{count} times {error}")
    figures = {
        "p99 of few": percentile_99(alone),
        "p99 among": percentile_99(among),
        "lost": lost,
        "connected after": connected,
        "back after": back,
        "attempts to come back failed": crowd.failed_attempts,
        "lost by the drop": lost_by_drop,
    }
    figures["p99 among/of few"] = figures["p99 among"] / figures["p99 of few"]
    if before is not None and after is not None:
        figures["memory in the crowd"] = (after - before) / (2 * (len(places) - few))
    return {name: value for name, value in figures.items() if not math.isnan(value)}


def percentile_99(seconds: list[float | None]) -> float:
    """Return what one in a hundred took longer than, in milliseconds; those that were lost took for ever."""
    found = sorted(math.inf if one is None else 1000 * one for one in seconds)
    return found[math.ceil(0.99 * len(found)) - 1]


def say(line: str) -> None:
    """Tell how far it is: a crowd takes minutes."""
    print(f"             {line}", flush=True)
