"""How the event loop asks the database: one short call after the other, on one thread whose connection stays open.

A connection for each call, as requests have it, costs a socket more than the call itself. And a durable commit waits
for the disk, which takes as long for fifty marks as for one: what comes in meanwhile is carried out together next.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connection

from cycleproject.database import sqlite_wal

logger = logging.getLogger(__name__)

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")
Result = TypeVar("Result")
Together = Callable[[Sequence[Item]], Sequence[Result]]

TOGETHER_AT_MOST: Final = 64
LET_THROUGH_AT_ONCE: Final = 8
A_MOMENT: Final = 0.001


async def in_database(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function on the database thread."""
    call: Callable[[], Result] = partial(function, *args, **kwargs)
    return await _thread.take(_one_by_one, call, asyncio.get_running_loop().create_future())


async def in_database_unhurried(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Do the same for what nobody waits to see: whoever seals or comes in meanwhile is let through first."""
    call: Callable[[], Result] = partial(function, *args, **kwargs)
    return await _thread.take(_one_by_one, call, asyncio.get_running_loop().create_future(), hurried=False)


async def in_database_together(function: Together[Item, Result], item: Item) -> Result:
    """Run a function on the database thread, once for all items that wait for it; all of them get what it raises."""
    return await _thread.take(function, item, asyncio.get_running_loop().create_future())


def in_database_soon(
    call: Callable[[], Result], loop: asyncio.AbstractEventLoop, then: Callable[[asyncio.Future[Result]], None]
) -> None:
    """Run a function on the database thread, and hand what it came to to a loop; from any thread."""
    answer: asyncio.Future[Result] = loop.create_future()
    answer.add_done_callback(then)
    _thread.take(_one_by_one, call, answer)


def _one_by_one(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    return [_on_the_kept_connection(call) for call in calls]


def _on_the_kept_connection(call: Callable[[], Result]) -> Result:
    try:
        return call()
    except (DatabaseError, InterfaceError):
        drop_connection()
        raise


def drop_connection() -> None:
    """Forget a connection that failed; the next call opens a new one."""
    if not connection.in_atomic_block:
        connection.close()


def call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Let a loop call something soon; from any thread. Nobody waits any more where the loop is closed.

    On the database thread it waits for the end of what is being carried out, so that a loop is woken once and not for
    each: two threads that wake each other in turns cost more than what they do.
    """
    if threading.current_thread() is _thread.thread:
        _thread.calls.append((loop, call))
    else:
        _wake(loop, (call,))


def _wake(loop: asyncio.AbstractEventLoop, calls: Iterable[Callable[[], None]]) -> None:
    def call_all() -> None:
        for call in calls:
            loop.call_soon(call)

    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call_all)


@dataclass(eq=False, frozen=True, slots=True)
class _Errand:
    function: Together[Any, Any]
    item: Any
    answer: asyncio.Future[Any]
    hurried: bool

    def answer_with(self, result: Any, failure: BaseException | None = None) -> None:
        call_soon(self.answer.get_loop(), partial(_tell, self.answer, result, failure))


def _tell(answer: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
    if answer.done():  # whose socket is gone waits no longer
        return
    if failure is None:
        answer.set_result(result)
    else:
        answer.set_exception(failure)


class _Thread:
    """The thread, started by the first errand."""

    def __init__(self) -> None:
        self.thread: threading.Thread | None = None
        self.calls: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []
        self._waiting: SimpleQueue[_Errand] = SimpleQueue()
        self._starting = threading.Lock()

    def take(
        self, function: Together[Any, Result], item: Any, answer: asyncio.Future[Result], *, hurried: bool = True
    ) -> asyncio.Future[Result]:
        """Put an errand in line."""
        self._waiting.put(_Errand(function, item, answer, hurried))
        if self.thread is None:
            self._start()
        return answer

    def _start(self) -> None:
        with self._starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run_for_ever, name="database", daemon=True)
                self.thread.start()

    def _run_for_ever(self) -> None:
        unhurried: deque[_Errand] = deque()
        let_through = 0
        quiet_at = 0.0
        while True:
            errands = self._taken(self._patience(quiet_at if unhurried else None))
            if not errands and not unhurried:
                _tidy_up()
                continue
            hurried = [errand for errand in errands if errand.hurried]
            unhurried.extend(errand for errand in errands if not errand.hurried)
            for group in _groups(hurried):
                self._run(group)
            if hurried:
                let_through += len(hurried)
                # Whoever was let through first is answered before the interpreter is asked for anything else.
                quiet_at = time.monotonic() + A_MOMENT
            if let_through < LET_THROUGH_AT_ONCE and time.monotonic() < quiet_at:
                continue
            # As many as were let through first, so that a crowd in a hurry keeps nobody waiting for ever.
            for _ in range(min(len(unhurried), max(1, let_through))):
                self._run([unhurried.popleft()])
            let_through = 0

    def _patience(self, quiet_at: float | None) -> float | None:
        if quiet_at is not None:
            return max(0.0, quiet_at - time.monotonic())
        return A_MOMENT if sqlite_wal.is_long() else None

    def _taken(self, patience: float | None) -> list[_Errand]:
        errands: list[_Errand] = []
        with suppress(Empty):
            errands.append(self._waiting.get(patience != 0.0, patience))
            while len(errands) < TOGETHER_AT_MOST:
                errands.append(self._waiting.get_nowait())
        return errands

    def _run(self, errands: Sequence[_Errand]) -> None:
        _run(errands)
        self._wake_whoever_waits()

    def _wake_whoever_waits(self) -> None:
        calls, self.calls = self.calls, []
        for loop in {loop for loop, _ in calls}:
            _wake(loop, [call for its_loop, call in calls if its_loop is loop])


def _groups(errands: Sequence[_Errand]) -> list[list[_Errand]]:
    """Part errands into those that are carried out together, and each of the others alone."""
    groups: dict[Any, list[_Errand]] = {}
    for errand in errands:
        groups.setdefault(errand if errand.function is _one_by_one else errand.function, []).append(errand)
    return list(groups.values())


def _run(errands: Sequence[_Errand]) -> None:
    try:
        results = errands[0].function([errand.item for errand in errands])
    except BaseException as failure:
        for errand in errands:
            errand.answer_with(None, failure)
    else:
        for errand, result in zip(errands, results, strict=True):
            errand.answer_with(result)


def _tidy_up() -> None:
    """Do in a quiet moment what somebody would have to wait for later."""
    try:
        sqlite_wal.carry_over()
    # Whatever it is: this thread is the only one, and without it nobody would be answered any more.
    except Exception:
        logger.warning("the log could not be carried over; SQLite does so itself when it is longer")
        drop_connection()


_thread = _Thread()
