"""A queue of database calls from the event loop, run one after the other on one thread that keeps its connection.

Beside it is one for calls that only read, on a thread of their own: they do not wait for anybody's commit, and how long
they take does not tell that there was one.

Opening a connection for each call, as Django does for requests, costs a socket more than the call itself. A durable
commit waits for the disk, and that takes as long for fifty marks as for one: jobs that queue up during a commit run
together as the next batch.
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
BatchFunction = Callable[[Sequence[Item]], Sequence[Result]]

MAX_BATCH: Final = 64
# After so many jobs of ordinary priority in a row, those of low priority get their turn.
MAX_PRIORITY_RUN: Final = 8
# How long the queue has to be quiet before a job of low priority starts.
IDLE_GRACE_S: Final = 0.001


async def run_in_database(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function on the database thread and return its result."""
    call: Callable[[], Result] = partial(function, *args, **kwargs)
    return await _thread.enqueue(_run_each, call, asyncio.get_running_loop().create_future())


async def submit_low_priority(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function on the database thread once no job of ordinary priority waits, such as a seal or an arrival."""
    call: Callable[[], Result] = partial(function, *args, **kwargs)
    return await _thread.enqueue(_run_each, call, asyncio.get_running_loop().create_future(), low_priority=True)


async def submit_reading(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function that only reads beside whatever is being written."""
    call: Callable[[], Result] = partial(function, *args, **kwargs)
    return await _reading_thread.enqueue(_run_each, call, asyncio.get_running_loop().create_future())


async def submit_batched(function: BatchFunction[Item, Result], item: Item) -> Result:
    """Run a function once for all items that wait for it, and return the item's result; an error is raised for all."""
    return await _thread.enqueue(function, item, asyncio.get_running_loop().create_future())


def submit_with_callback(
    call: Callable[[], Result], loop: asyncio.AbstractEventLoop, then: Callable[[asyncio.Future[Result]], None]
) -> None:
    """Run a function on the database thread, then call ``then`` on the loop with its future; from any thread."""
    answer: asyncio.Future[Result] = loop.create_future()
    answer.add_done_callback(then)
    _thread.enqueue(_run_each, call, answer)


def _run_each(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    return [_dropping_a_failed_connection(call) for call in calls]


def _dropping_a_failed_connection(call: Callable[[], Result]) -> Result:
    try:
        return call()
    except (DatabaseError, InterfaceError):
        drop_connection()
        raise


def drop_connection() -> None:
    """Close a connection that failed, so that the next call opens a new one."""
    if not connection.in_atomic_block:
        connection.close()


def call_soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Schedule a call on a loop, from any thread; do nothing if the loop is closed.

    On the database thread the calls of a batch are held back until the batch is done, so that a loop is woken once and
    not for each call: two threads that wake each other in turns cost more than the work itself.
    """
    for one in (_thread, _reading_thread):
        if threading.current_thread() is one.thread:
            one.calls.append((loop, call))
            return
    _wake(loop, (call,))


def _wake(loop: asyncio.AbstractEventLoop, calls: Iterable[Callable[[], None]]) -> None:
    def call_all() -> None:
        for call in calls:
            loop.call_soon(call)

    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call_all)


@dataclass(eq=False, frozen=True, slots=True)
class _Job:
    function: BatchFunction[Any, Any]
    item: Any
    answer: asyncio.Future[Any]
    low_priority: bool

    def resolve(self, result: Any, failure: BaseException | None = None) -> None:
        call_soon(self.answer.get_loop(), partial(_resolve, self.answer, result, failure))


def _resolve(answer: asyncio.Future[Any], result: Any, failure: BaseException | None) -> None:
    if answer.done():  # whose socket is gone waits no longer
        return
    if failure is None:
        answer.set_result(result)
    else:
        answer.set_exception(failure)


class _DatabaseThread:
    """A database thread, started by its first job."""

    def __init__(self, name: str, *, writes: bool) -> None:
        self.name = name
        self.writes = writes
        self.thread: threading.Thread | None = None
        self.calls: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []
        self._waiting: SimpleQueue[_Job] = SimpleQueue()
        self._starting = threading.Lock()

    def enqueue(
        self,
        function: BatchFunction[Any, Result],
        item: Any,
        answer: asyncio.Future[Result],
        *,
        low_priority: bool = False,
    ) -> asyncio.Future[Result]:
        """Queue a job and return its future."""
        self._waiting.put(_Job(function, item, answer, low_priority))
        if self.thread is None:
            self._start()
        return answer

    def _start(self) -> None:
        with self._starting:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run_for_ever, name=self.name, daemon=True)
                self.thread.start()

    def _run_for_ever(self) -> None:
        later: deque[_Job] = deque()
        priority_run = 0
        idle_at = 0.0
        while True:
            jobs = self._next_jobs(self._timeout(idle_at if later else None))
            if not jobs and not later:
                _checkpoint_when_idle()
                continue
            first = [job for job in jobs if not job.low_priority]
            later.extend(job for job in jobs if job.low_priority)
            for batch in _batches(first):
                self._run(batch)
            if first:
                priority_run += len(first)
                # The loop answers those who came first before this thread takes the interpreter again.
                idle_at = time.monotonic() + IDLE_GRACE_S
            if priority_run < MAX_PRIORITY_RUN and time.monotonic() < idle_at:
                continue
            # As many as came first, so that a steady stream of marks keeps no sweep waiting for ever.
            for _ in range(min(len(later), max(1, priority_run))):
                self._run([later.popleft()])
            priority_run = 0

    def _timeout(self, idle_at: float | None) -> float | None:
        if idle_at is not None:
            return max(0.0, idle_at - time.monotonic())
        return IDLE_GRACE_S if self.writes and sqlite_wal.checkpoint_due() else None

    def _next_jobs(self, timeout: float | None) -> list[_Job]:
        jobs: list[_Job] = []
        with suppress(Empty):
            jobs.append(self._waiting.get(timeout != 0.0, timeout))
            while len(jobs) < MAX_BATCH:
                jobs.append(self._waiting.get_nowait())
        return jobs

    def _run(self, jobs: Sequence[_Job]) -> None:
        _run_batch(jobs)
        self._wake_loops()

    def _wake_loops(self) -> None:
        calls, self.calls = self.calls, []
        for loop in {loop for loop, _ in calls}:
            _wake(loop, [call for its_loop, call in calls if its_loop is loop])


def _batches(jobs: Sequence[_Job]) -> list[list[_Job]]:
    """Group jobs by their batch function; a job that has none is a batch of its own."""
    batches: dict[Any, list[_Job]] = {}
    for job in jobs:
        batches.setdefault(job if job.function is _run_each else job.function, []).append(job)
    return list(batches.values())


def _run_batch(jobs: Sequence[_Job]) -> None:
    try:
        results = jobs[0].function([job.item for job in jobs])
    except BaseException as failure:
        for job in jobs:
            job.resolve(None, failure)
    else:
        for job, result in zip(jobs, results, strict=True):
            job.resolve(result)


def _checkpoint_when_idle() -> None:
    """Checkpoint SQLite's log while nobody waits, so that no later commit has to."""
    try:
        sqlite_wal.checkpoint()
    # Whatever it is: this thread is the only one, and without it nobody would be answered any more.
    except Exception:
        logger.warning("the write-ahead log could not be checkpointed; SQLite does so itself when it is longer")
        drop_connection()


_thread = _DatabaseThread("database", writes=True)
_reading_thread = _DatabaseThread("reading", writes=False)
