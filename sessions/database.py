"""How the event loop asks the database: one short call after the other, on one thread whose connection stays open.

A connection for each call, as requests have it, costs a socket more than the call itself. And a durable commit waits
for the disk, which takes as long for fifty marks as for one: what comes in meanwhile is carried out together next.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any, Final, ParamSpec, TypeVar

from django.db import DatabaseError, InterfaceError, connection

Arguments = ParamSpec("Arguments")
Item = TypeVar("Item")
Result = TypeVar("Result")
Together = Callable[[Sequence[Item]], Sequence[Result]]

TOGETHER_AT_MOST: Final = 64


async def in_database(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function on the database thread."""
    call: Callable[[], Result] = partial(function, *args, **kwargs)
    return await _thread.take(_one_by_one, call)


async def in_database_together(function: Together[Item, Result], item: Item) -> Result:
    """Run a function on the database thread, once for all the items that wait for it; it must not raise."""
    return await _thread.take(function, item)


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


@dataclass(frozen=True, slots=True)
class _Errand:
    function: Together[Any, Any]
    item: Any
    answer: asyncio.Future[Any]

    def answer_with(self, result: Any, failure: BaseException | None = None) -> None:
        # A loop that is closed: nobody waits there any more.
        with suppress(RuntimeError):
            self.answer.get_loop().call_soon_threadsafe(_tell, self.answer, result, failure)


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
        self._waiting: SimpleQueue[_Errand] = SimpleQueue()
        self._starting = threading.Lock()
        self._started = False

    def take(self, function: Together[Any, Result], item: Any) -> asyncio.Future[Result]:
        """Put an errand in line."""
        answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.put(_Errand(function, item, answer))
        if not self._started:
            self._start()
        return answer

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                threading.Thread(target=self._run_for_ever, name="database", daemon=True).start()
                self._started = True

    def _run_for_ever(self) -> None:
        while True:
            errands = [self._waiting.get()]
            with suppress(Empty):
                while len(errands) < TOGETHER_AT_MOST:
                    errands.append(self._waiting.get_nowait())
            together = [errand for errand in errands if errand.function is not _one_by_one]
            for group in (*_by_function(together), *([errand] for errand in errands if errand not in together)):
                _run(group)


def _by_function(errands: Sequence[_Errand]) -> list[list[_Errand]]:
    groups: dict[Together[Any, Any], list[_Errand]] = {}
    for errand in errands:
        groups.setdefault(errand.function, []).append(errand)
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


_thread = _Thread()
