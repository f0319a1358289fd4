"""What is broken in a campaign: workers, PostgreSQL, Redis and the roads, often just when a worker is at a point."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable

from tests.faults.proxy import Road
from tests.faults.seams import POINTS
from tests.faults.stage import Stage, Worker

# Longer than a process may hear nothing before it joins its groups anew.
DEAF = 16.5


class Breaker:
    """Breaks things and makes them whole again, as chance wants it."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage, self.chance = stage, chance
        self.done: Counter[str] = Counter()

    async def kill_worker(self, which: int, point: str) -> None:
        """Kill a worker the moment it is at a point, and start it again."""
        worker = self.stage.workers[which]
        worker.arm(point, "kill", passing=self.chance.randrange(6))
        if not await worker.died(20):
            worker.disarm()
            await asyncio.to_thread(worker.kill)
            point = "no point"
        self.done[f"worker killed at {point}"] += 1
        with self.stage.history.fault(f"worker {which} killed at {point}"):
            await self.stage.start_again(worker)

    async def kill_both_workers(self, points: tuple[str, str]) -> None:
        """Kill both workers, each at a point of its own, and start them again."""
        await asyncio.gather(*(self.kill_worker(which, point) for which, point in enumerate(points)))

    async def freeze_worker(self, which: int) -> None:
        """Let a worker stand still so long that clients give it up."""
        worker = self.stage.workers[which]
        with self._fault("worker frozen"):
            worker.freeze()
            await asyncio.sleep(self.chance.uniform(1, 4.5))
            worker.thaw()

    async def crash_postgresql(self) -> None:
        """Stop PostgreSQL as a crash does, with a worker held at a point, and start it again."""
        await self._while_held("postgresql crashed", lambda: asyncio.to_thread(self.stage.services.postgresql.crash))

    async def kill_redis(self) -> None:
        """Kill Redis, and start an empty one."""
        await self._while_held("redis killed", self._restart_redis)

    async def empty_redis(self) -> None:
        """Take everything from Redis."""
        flush = self.stage.services.redis.client().flushall
        await self._while_held("redis emptied", lambda: asyncio.to_thread(flush))

    async def hang_redis(self, seconds: float = 0.0) -> None:
        """Let Redis answer nothing for a while."""

        async def hang() -> None:
            self.stage.services.redis.hang()
            await asyncio.sleep(seconds or self.chance.uniform(0.3, 3))
            self.stage.services.redis.go_on()

        await self._while_held("redis hung", hang)

    async def part_from_redis(self) -> None:
        """Block the way of one worker or both to Redis for a while."""
        roads = self.chance.sample(self.stage.to_redis, self.chance.randint(1, 2))
        await self._while_held("redis parted", lambda: self._block(roads, 3))

    async def flap(self) -> None:
        """Break, block or slow down some roads for a moment, those of clients above all."""
        stage, chance = self.stage, self.chance
        roads = chance.choice([stage.to_workers, stage.to_workers, stage.to_postgresql, stage.roads])
        some = chance.sample(roads, chance.randint(1, len(roads)))
        match chance.randrange(3):
            case 0:
                self.done["roads cut"] += 1
                for road in some:
                    road.cut()
            case 1:
                with self._fault("roads blocked"):
                    await self._block(some, 2)
            case 2:
                with self._fault("roads slow"):
                    for road in some:
                        road.delay = chance.uniform(0.01, 0.1)
                    await asyncio.sleep(chance.uniform(0.5, 2))
                    for road in some:
                        road.delay = 0.0

    def some_point(self) -> str:
        """Return a point."""
        return self.chance.choice(POINTS)

    async def rest(self, most: float) -> None:
        """Leave everything as it is for a while."""
        await asyncio.sleep(self.chance.uniform(0, most))

    def _fault(self, name: str):
        self.done[name] += 1
        return self.stage.history.fault(name)

    async def _while_held(self, name: str, deed: Callable[[], Awaitable[None]]) -> None:
        worker: Worker | None = None
        if self.chance.random() < 0.6:
            worker = self.chance.choice(self.stage.workers)
            worker.arm(self.some_point(), "hold", passing=self.chance.randrange(4))
            if not await worker.reached(2):
                worker = None
        with self._fault(name if worker is None else f"{name} with a worker held"):
            early = self.chance.random() < 0.5
            if worker and early:
                asyncio.get_running_loop().call_later(self.chance.uniform(0, 0.3), worker.go_on)
            await deed()
            if worker and not early:
                worker.go_on()

    async def _restart_redis(self) -> None:
        redis = self.stage.services.redis
        await asyncio.to_thread(redis.kill)
        await asyncio.sleep(self.chance.choice([0, self.chance.uniform(0.2, 2)]))
        await asyncio.to_thread(redis.start)

    async def _block(self, roads: list[Road], most: float) -> None:
        for road in roads:
            road.block()
        await asyncio.sleep(self.chance.uniform(0.3, most))
        for road in roads:
            road.free(lost=self.chance.random() < 0.5)
