"""Ben's heartbeats while Ana seals or does not: `python -m tests.attacks.heartbeats --rounds 1000`, with `--apart` too.

He opens as many sockets as he may and sends over each as often as he may, for as long as a window lasts; in half of
the windows, by chance, Ana seals somewhere in the middle. What he could go by is how long his answers took. The area
under the curve (AUC) says how well he tells one kind of window from the other: a half is guessing, one is knowing.
The disk is made slow, so that a commit takes a while (`bench/comparators/slow_disk.c`).
"""

import argparse
import math
import random
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from tests.support.cast.agreed import agreed_couples
from tests.support.cast.clients import Line, Person, couple
from tests.support.servers.cycle import ROOT, Server

SOCKETS: Final = 8
A_SECOND: Final = 10.0
WINDOW: Final = 0.25
SYNC_TAKES: Final = 0.02
MOST: Final = 0.55

# What of a window's answers he goes by, in seconds.
STATISTICS: Final[dict[str, Callable[[Sequence[float]], float]]] = {
    "slowest": max,
    "mean": statistics.fmean,
    "spread": statistics.pstdev,
    "first": lambda took: took[0],
}
# What he sends: what changes nothing and is answered as often as it is asked.
QUESTIONS: Final[dict[str, dict[str, Any]]] = {
    "heartbeats": {"type": "sync"},
    "refused": {"type": "mark.withdraw", "round": 99},
}


@dataclass(frozen=True)
class Area:
    """How well one kind of window is told from the other, and how sure that is."""

    value: float
    error: float

    def at_least(self) -> float:
        """Return what it is at least, ninety-nine times in a hundred; above a half, whichever way it leans."""
        return 0.5 + abs(self.value - 0.5) - 2.58 * self.error

    def __str__(self) -> str:
        return f"{self.value:.3f} ± {1.96 * self.error:.3f}"


def area(with_seal: Sequence[float], without: Sequence[float]) -> Area:
    """Return the area under the curve, with its standard error (Hanley and McNeil)."""
    ordered = sorted([(value, True) for value in with_seal] + [(value, False) for value in without])
    ranks, start = 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        ranks += sum(sealed for _, sealed in ordered[start:end]) * (start + end + 1) / 2
        start = end
    one, other = len(with_seal), len(without)
    value = (ranks - one * (one + 1) / 2) / (one * other)
    leaning = max(value, 1 - value)
    q1, q2 = leaning / (2 - leaning), 2 * leaning**2 / (1 + leaning)
    spread = leaning * (1 - leaning) + (one - 1) * (q1 - leaning**2) + (other - 1) * (q2 - leaning**2)
    return Area(value, math.sqrt(spread / (one * other)))


class Watcher:
    """Ben, who measures: eight sockets in turns, each as often as it may."""

    def __init__(self, ben: Person, question: dict[str, Any]) -> None:
        self.lines = [ben.connect() for _ in range(SOCKETS)]
        self.question = question

    def watch(self) -> list[float]:
        """Return how long each answer of one window took, in the order in which they were asked for."""
        took: list[tuple[float, float]] = []
        begins = time.perf_counter()
        each = 1 / A_SECOND
        watching = [
            threading.Thread(target=self._on, args=[line, begins + number * each / SOCKETS, begins + WINDOW, took])
            for number, line in enumerate(self.lines)
        ]
        for one in watching:
            one.start()
        for one in watching:
            one.join()
        return [lasted for _, lasted in sorted(took)]

    def _on(self, line: Line, at: float, until: float, took: list[tuple[float, float]]) -> None:
        while at < until:
            time.sleep(max(0.0, at - time.perf_counter()))
            asked = time.perf_counter()
            line.ask(**self.question)
            took.append((asked, time.perf_counter() - asked))
            at += 1 / A_SECOND


@contextmanager
def on_a_slow_disk(directory: Path, **environment: str) -> Iterator[Server]:
    """Serve Cycle from a disk on which making something durable takes longer."""
    shim = directory / "slow_disk.so"
    source = ROOT / "bench/comparators/slow_disk.c"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", str(shim), str(source)], check=True)
    server = Server(**environment)
    server.migrate()
    server.environment |= {"LD_PRELOAD": str(shim), "SYNC_TAKES_MICROSECONDS": str(int(SYNC_TAKES * 1e6))}
    try:
        yield server.start()
    finally:
        server.close()


def both_marking(server: Server, *, apart: bool) -> tuple[Person, Person]:
    """Return Ana and Ben, who look at one moment now, or have agreed on an hour at which it opens."""
    if apart:
        hour = (datetime.now(UTC) + timedelta(days=3)).replace(second=0, microsecond=0)
        return agreed_couples(server, hour, 1)[0]
    ana, ben = couple(server)
    assert ana.command("round.open", after=0, moment=1).status == 200
    return ana, ben


def measure(
    server: Server, rounds: int, seed: int, question: str = "heartbeats", *, apart: bool = False
) -> dict[str, Area]:
    """Let Ben watch so many windows; return by what he could go how well."""
    chance = random.Random(seed)
    ana, ben = both_marking(server, apart=apart)
    hers = ana.connect()
    hers.until(lambda session: session["people"])
    watcher = Watcher(ben, QUESTIONS[question])
    seen: dict[bool, list[list[float]]] = {True: [], False: []}
    commits: list[float] = []
    for number in range(rounds):
        seals = chance.random() < 0.5
        at = chance.uniform(0.2, 0.6) * WINDOW

        def seal(at: float = at) -> None:
            time.sleep(at)
            asked = time.perf_counter()
            answer = hers.ask("mark.seal", round=1, reaction="anxious", intensity=3)
            commits.append(time.perf_counter() - asked)
            assert answer["type"] == "ack", answer

        sealing = threading.Thread(target=seal) if seals else None
        if sealing:
            sealing.start()
        seen[seals].append(watcher.watch())
        if sealing:
            sealing.join()
            assert hers.ask("mark.withdraw", round=1)["type"] == "ack"
        # Whatever follows a commit, such as a checkpoint, belongs to no window.
        time.sleep(0.15)
        if rounds >= 200 and number % 100 == 99:
            print(f"{number + 1} of {rounds} windows", flush=True)
    print(f"a seal took {statistics.median(commits) * 1000:.1f} ms, an answer to Ben", end=" ")
    print(f"{statistics.median(took for one in seen[False] for took in one) * 1000:.1f} ms")
    return {
        name: area([of(one) for one in seen[True]], [of(one) for one in seen[False]]) for name, of in STATISTICS.items()
    }


def main() -> int:
    """Measure, print each area, and return how many are above the most that is promised."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.heartbeats", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=22)
    parser.add_argument("--question", choices=QUESTIONS, default="heartbeats")
    parser.add_argument("--apart", action="store_true", help="in an agreed opening")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, on_a_slow_disk(Path(directory)) as server:
        found = measure(server, asked.rounds, asked.seed, asked.question, apart=asked.apart)
    for name, one in found.items():
        print(f"{name}: AUC {one}")
    return sum(0.5 + abs(one.value - 0.5) > MOST for one in found.values())


if __name__ == "__main__":
    raise SystemExit(main())
