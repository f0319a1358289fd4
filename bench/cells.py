"""What is measured: one cell is one measure of one contender on one fresh server."""

import asyncio
import gc
import os
import shutil
import signal
import statistics
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import uvloop

from bench import crowd as crowds
from bench import load, machine
from bench.comparators.contenders import Contender
from bench.load import Place
from bench.processes import Running

FILES_BESIDE: Final = 500
RATE: Final = 50  # rounds a second, open loop


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    repeats: int
    couples: int
    saturation_seconds: float
    latency_seconds: float
    idle_sockets: int
    settle_seconds: float
    crowd_sockets: int
    crowd_reveals: int
    listened_seconds: float = 0.3  # before each cell: is anything else going on?
    quick: bool = False
    profile: Path | None = None

    def couples_for(self, measures: list[str]) -> int:
        """Return how many couples the largest of these cells needs."""
        needed = {"memory": self.couples + self.idle_sockets // 2, "crowd": self.crowd_sockets // 2}
        return max(self.couples, *(needed.get(name, 0) for name in measures))


FULL: Final = Sizes(
    repeats=3,
    couples=64,
    saturation_seconds=5,
    latency_seconds=8,
    idle_sockets=1000,
    settle_seconds=2,
    crowd_sockets=10_000,
    crowd_reveals=1000,
)
QUICK: Final = Sizes(
    repeats=1,
    couples=4,
    saturation_seconds=0.3,
    latency_seconds=0.5,
    idle_sockets=60,
    settle_seconds=0.1,
    crowd_sockets=60,
    crowd_reveals=20,
    listened_seconds=0.05,
    quick=True,
)

Figures = dict[str, float]
Measure = Callable[[Running, list[Place], Sizes], Coroutine[Any, Any, Figures]]


async def saturation(running: Running, places: list[Place], sizes: Sizes) -> Figures:
    """Every couple plays round after round: how many rounds a second?"""
    pairs = await load.meet(running, places[: sizes.couples])
    busy = partial(machine.busy_seconds, running.pids)
    with profiled(running.pids[0], sizes):
        window = await load.saturate(pairs, sizes.saturation_seconds, busy)
    load.part(pairs)
    rounds = len(window.latencies)
    figures = {
        "rounds/s": rounds / window.seconds,
        "load generator busy": 100 * window.client_seconds / window.seconds,
    }
    if window.server_seconds is not None:
        figures["server busy"] = 100 * window.server_seconds / window.seconds
        figures["server time a round"] = 1000 * window.server_seconds / max(1, rounds)
    return figures


@contextmanager
def no_looking_for_garbage() -> Iterator[None]:
    """Let the load generator not look for garbage meanwhile.

    Among ten thousand sockets that takes it a sixth of a second, in which eight reveals wait to be read.
    """
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def profiled(pid: int, sizes: Sizes, part: str = "") -> Iterator[None]:
    """Sample where a server's time goes meanwhile, if that was asked for: stacks with their counts, one a line."""
    if sizes.profile is None:
        yield
        return
    sampler_path = shutil.which("py-spy", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if sampler_path is None:
        raise SystemExit("--profile needs py-spy; requirements-dev.txt has it.")
    command = [
        sampler_path,
        "record",
        "--nonblocking",
        "--pid",
        str(pid),
        "--format",
        "raw",
        "--output",
        f"{sizes.profile}{part}",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as sampler:
        yield
        sampler.send_signal(signal.SIGINT)


async def latency(running: Running, places: list[Place], sizes: Sizes) -> Figures:
    """Rounds start at a fixed rate: how long from sending the second mark until both reveals are there?"""
    pairs = await load.meet(running, places[: sizes.couples])
    busy = partial(machine.busy_seconds, running.pids)
    window = await load.drip(pairs, RATE, sizes.latency_seconds, busy)
    load.part(pairs)
    percentiles = statistics.quantiles((1000 * seconds for seconds in window.latencies), n=100, method="inclusive")
    return {
        "p50": percentiles[49],
        "p95": percentiles[94],
        "p99": percentiles[98],
        "rate held": len(window.latencies) / window.seconds,
    }


async def memory(running: Running, places: list[Place], sizes: Sizes) -> Figures:
    """Sockets that only listen: how much does each take?"""
    warm = await load.meet(running, places[: sizes.couples])
    for pair in warm:
        await pair.play()
    await asyncio.sleep(sizes.settle_seconds)
    before = machine.resident_kib(running.pids)
    idle = await load.meet(running, places[sizes.couples :][: sizes.idle_sockets // 2])
    await asyncio.sleep(sizes.settle_seconds)
    after = machine.resident_kib(running.pids)
    load.part([*warm, *idle])
    if before is None or after is None:
        return {}
    return {"memory a socket": (after - before) / (2 * len(idle))}


async def crowd(running: Running, places: list[Place], sizes: Sizes) -> Figures:
    """Ten thousand sockets with reveals among them, all dropped at once and back."""
    places = places[: sizes.crowd_sockets // 2]
    return await crowds.measure(
        running,
        places,
        few=sizes.couples,
        reveals=sizes.crowd_reveals,
        rate=RATE,
        settle=sizes.settle_seconds,
        profiled=partial(profiled, running.pids[0], sizes),
    )


MEASURES: Final[dict[str, Measure]] = {
    "saturation": saturation,
    "latency": latency,
    "memory": memory,
    "crowd": crowd,
}


def impossible(name: str, sizes: Sizes) -> str:
    """Say why something cannot be measured on this machine; nothing if it can."""
    allowed = machine.files_allowed()
    if name == "crowd" and allowed < sizes.crowd_sockets + FILES_BESIDE:
        return f"only {allowed:g} files and sockets may be open; raise the hard limit (ulimit -Hn)"
    return ""


def applies(name: str, contender: Contender, repeat: int = 1) -> bool:
    """Tell whether something is measured of somebody.

    A crowd is ours alone, on one worker, and once: it takes minutes. The tutorial's cannot hold the rate of a latency.
    """
    if name == "crowd":
        return contender.name == "ours" and contender.stack.workers == 1 and repeat == 1
    return not (name == "latency" and contender.name == "tutorial")


USUAL: Final = ("saturation", "latency", "crowd")


def measure(name: str, contender: Contender, places: list[Place], sizes: Sizes) -> Figures:
    """Measure one cell."""
    others = machine.others_busy_percent(sizes.listened_seconds)
    if contender.name != "ours":
        sizes = replace(sizes, profile=None)
    with (
        contender.running() as running,
        no_looking_for_garbage(),
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        try:
            figures = runner.run(MEASURES[name](running, places, sizes))
        except BaseException:
            print(running.log())
            raise
    return figures if others is None else {**figures, "others busy": others}
