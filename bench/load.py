"""The load: couples who open a moment, seal one after the other, and check what is revealed to them."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter, process_time
from typing import Any, Final

from bench.processes import Running
from bench.wire import PATIENCE_SECONDS, Line, Stage, WrongAnswer, connect

SEAL_BYTES: Final = 8192  # what our own pages pad every mark to
REACTIONS: Final = ("anxious", "avoidant", "both", "steady")
CONNECTING_AT_ONCE: Final = 32


@dataclass(frozen=True)
class Place:
    """Where one couple meets: a path and a token for each partner."""

    paths: tuple[str, str]
    tokens: tuple[str | None, str | None]


@dataclass
class Pair:
    """One couple with both sockets open. They play one round at a time."""

    lines: tuple[Line, Line]
    index: int
    rounds: int = 0

    async def play(self) -> float:
        """Play one round; return the seconds from sending the second mark until both reveals were there."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._play()

    async def _play(self) -> float:
        await self.begin()
        return await self.finish()

    async def begin(self) -> float:
        """Open a round and seal the first mark; return the seconds it took."""
        began = perf_counter()
        number = self.rounds + 1
        first_seat = number % 2
        first, second = self.lines[first_seat], self.lines[1 - first_seat]

        op = self._op(number, "open")
        await first.send(
            "round.open", op, f'{{"type":"round.open","op":"{op}","after":{self.rounds},"moment":1}}'.encode()
        )
        await first.reach(number, Stage.OPEN)
        await second.reach(number, Stage.OPEN)

        await first.send("mark.seal", *self._seal(number, first_seat))
        await first.reach(number, Stage.SEALED)
        if any(line.has_come_to(number, Stage.REVEALED) for line in self.lines):
            raise WrongAnswer("a reveal after one mark")
        return perf_counter() - began

    async def finish(self) -> float:
        """Seal the second mark; return the seconds from sending it until both reveals were there."""
        number = self.rounds + 1
        first_seat = number % 2
        first, second = self.lines[first_seat], self.lines[1 - first_seat]

        started = perf_counter()
        acknowledged = second.send("mark.seal", *self._seal(number, 1 - first_seat))
        await second.reach(number, Stage.REVEALED)
        if second.awaits_ack:
            raise WrongAnswer("a reveal before the ack of the mark that caused it")
        await acknowledged
        await first.reach(number, Stage.REVEALED)
        took = max(line.arrived_at for line in self.lines) - started
        self._check(number)
        self.rounds = number
        return took

    def shown(self) -> list[tuple[int, bool, bool]]:
        """Return how far each partner's screen has come: the round, whether they sealed, whether it is revealed."""
        rounds = [line.snapshot["round"] or {"number": 0, "sealed": False, "reveal": None} for line in self.lines]
        return [(latest["number"], latest["sealed"], latest["reveal"] is not None) for latest in rounds]

    def _op(self, number: int, what: str) -> str:
        return f"{self.index}-{number}-{what}"

    def _mark(self, number: int, seat: int) -> tuple[str, int]:
        spread = number * 7 + self.index * 3 + seat * 5
        return REACTIONS[(spread // 2) % len(REACTIONS)], 1 + spread % 5

    def _seal(self, number: int, seat: int) -> tuple[str, bytes]:
        op = self._op(number, f"seal-{seat}")
        reaction, intensity = self._mark(number, seat)
        head = (
            f'{{"type":"mark.seal","op":"{op}","round":{number},"reaction":"{reaction}","intensity":{intensity},"pad":"'
        )
        return op, head.encode().ljust(SEAL_BYTES - 2) + b'"}'

    def _check(self, number: int) -> None:
        shown = [_without_own_things(line.snapshot["round"]) for line in self.lines]
        if shown[0] != shown[1]:
            raise WrongAnswer(f"the partners were shown different reveals: {shown}")
        for place, seat in enumerate("ab"):
            mark, sealed = shown[0]["reveal"]["marks"][seat], self._mark(number, place)
            if (mark["reaction"], mark["intensity"]) != sealed:
                raise WrongAnswer(f"{seat} sealed {sealed}, revealed was {mark}")


def _without_own_things(shown: dict[str, Any]) -> dict[str, Any]:
    reveal = shown["reveal"]
    marks = {
        seat: {name: value for name, value in mark.items() if name != "share"} for seat, mark in reveal["marks"].items()
    }
    exchange = {name: value for name, value in (shown.get("exchange") or {}).items() if not name.startswith("you_")}
    return {**shown, "reveal": {**reveal, "marks": marks}, "exchange": exchange}


def sides(running: Running, place: Place) -> list[tuple[int, str, str | None]]:
    """Return how each partner gets there; where there are two workers, each to another."""
    ports = (running.ports[0], running.ports[-1])
    return list(zip(ports, place.paths, place.tokens, strict=True))


async def meet(running: Running, places: list[Place], first_index: int = 0) -> list[Pair]:
    """Let couples connect, some at a time."""
    free = asyncio.Semaphore(CONNECTING_AT_ONCE)

    async def one(index: int, place: Place) -> Pair:
        async with free:
            lines = [await connect(running.line, *side) for side in sides(running, place)]
            return Pair((lines[0], lines[1]), index)

    return await asyncio.gather(*(one(index, place) for index, place in enumerate(places, first_index)))


def part(pairs: list[Pair]) -> None:
    """Let couples hang up."""
    for pair in pairs:
        for line in pair.lines:
            line.hang_up()


@dataclass
class Window:
    """What was counted between two moments."""

    busy: Callable[[], float | None]
    latencies: list[float] = field(default_factory=list)
    began: float = 0.0
    seconds: float = 0.0
    client_seconds: float = 0.0
    server_seconds: float | None = None

    def begin(self) -> None:
        """Forget the warm-up."""
        self.latencies.clear()
        self.began, self.client_seconds, self.server_seconds = perf_counter(), process_time(), self.busy()

    def end(self) -> None:
        """Count no further."""
        self.seconds = perf_counter() - self.began
        self.client_seconds = process_time() - self.client_seconds
        spent = self.busy()
        if spent is not None and self.server_seconds is not None:
            self.server_seconds = spent - self.server_seconds
        self.latencies = list(self.latencies)


async def saturate(pairs: list[Pair], seconds: float, busy: Callable[[], float | None]) -> Window:
    """Let every couple play round after round.

    Couples tend to move in step, so that rounds end in waves: whole waves are counted, the first is the warm-up.
    """
    window = Window(busy)
    over = asyncio.Event()

    async def keep_playing(pair: Pair) -> None:
        while not over.is_set():
            window.latencies.append(await pair.play())
            if over.is_set() or len(window.latencies) % len(pairs):
                continue
            if not window.began:
                window.begin()
            elif perf_counter() >= window.began + seconds:
                window.end()
                over.set()

    async with asyncio.TaskGroup() as group:
        for pair in pairs:
            group.create_task(keep_playing(pair))
    return window


async def drip(pairs: list[Pair], rate: float, seconds: float, busy: Callable[[], float | None]) -> Window:
    """Start rounds at a fixed rate however long they take; a round that finds no free couple starts late."""
    window = Window(busy)
    warm_up = max(0.5, len(pairs) / rate)
    free: asyncio.Queue[Pair] = asyncio.Queue()
    for pair in pairs:
        free.put_nowait(pair)

    async def play(pair: Pair) -> None:
        window.latencies.append(await pair.play())
        free.put_nowait(pair)

    async with asyncio.TaskGroup() as group:
        started = perf_counter()
        for number in range(int((warm_up + seconds) * rate)):
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            if not window.began and due >= started + warm_up:
                window.begin()
            group.create_task(play(await free.get()))
            if window.began and perf_counter() >= window.began + seconds:
                break
        window.end()
    return window
