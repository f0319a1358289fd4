"""The queue of database calls from the event loop: batches, priorities, failures, order."""

import asyncio
import threading
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.logins import login_from_token, open_login
from accounts.models import User
from cycleproject.database import sqlite_wal
from cycleproject.database.queue import (
    call_soon,
    run_in_database,
    submit_batched,
    submit_low_priority,
    submit_reading,
    submit_with_callback,
)
from sessions.checkin import wire
from sessions.checkin.state import SessionState
from sessions.joining import join, start
from sessions.live import presence
from sessions.live.room import Room
from sessions.live.rooms import Rooms
from sessions.models import Seat
from sessions.store import cache, execute, load
from sessions.store.transaction import Submission


def busy(begun: threading.Event, enough: threading.Event) -> None:
    """Keep the thread busy until that is enough."""
    begun.set()
    assert enough.wait(10)


async def while_busy(*waiting: Any) -> list[Any]:
    """Let calls wait for the thread, then let it go on; return what each came to."""
    begun, enough = threading.Event(), threading.Event()
    keeping = asyncio.ensure_future(run_in_database(busy, begun, enough))
    await asyncio.to_thread(begun.wait, 10)
    tasks = [asyncio.ensure_future(one) for one in waiting]
    await asyncio.sleep(0)
    enough.set()
    await keeping
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_items_that_wait_for_one_function_run_as_one_batch() -> None:
    batches: list[list[int]] = []

    def doubled(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        return [2 * number for number in numbers]

    results = asyncio.run(while_busy(*(submit_batched(doubled, number) for number in range(5))))
    assert results == [0, 2, 4, 6, 8]
    assert batches == [[0, 1, 2, 3, 4]]


def test_a_failing_batch_raises_for_its_own_items_alone() -> None:
    def fails(numbers: Sequence[int]) -> list[int]:
        raise ValueError("not today")

    waiting = [submit_batched(fails, 1), submit_batched(fails, 2), run_in_database(int, "7")]
    first, second, other = asyncio.run(while_busy(*waiting))
    assert isinstance(first, ValueError) and isinstance(second, ValueError)
    assert other == 7


def test_a_checkpoint_that_fails_leaves_the_queue_working(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def fails() -> None:
        monkeypatch.undo()
        tried.set()
        raise RuntimeError("not today")

    async def ask() -> str:
        monkeypatch.setattr(sqlite_wal, "checkpoint_due", lambda: True)
        monkeypatch.setattr(sqlite_wal, "checkpoint", fails)
        await run_in_database(int, "1")
        assert await asyncio.to_thread(tried.wait, 10)
        return await asyncio.wait_for(run_in_database(str, "2"), 10)

    assert asyncio.run(ask()) == "2"


def test_a_cancelled_call_leaves_the_queue_working() -> None:
    async def give_up() -> int:
        begun, enough = threading.Event(), threading.Event()
        keeping = asyncio.ensure_future(run_in_database(busy, begun, enough))
        impatient = asyncio.ensure_future(run_in_database(int, "1"))
        await asyncio.to_thread(begun.wait, 10)
        impatient.cancel()
        enough.set()
        await keeping
        return await run_in_database(int, "2")

    assert asyncio.run(give_up()) == 2


def test_low_priority_jobs_run_after_all_others() -> None:
    order: list[str] = []
    sweeps = [submit_low_priority(order.append, f"sweep {number}") for number in range(3)]
    marks = [run_in_database(order.append, f"mark {number}") for number in range(2)]
    asyncio.run(while_busy(*sweeps, *marks))
    assert order == ["mark 0", "mark 1", "sweep 0", "sweep 1", "sweep 2"]


def test_a_low_priority_job_waits_until_the_queue_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cycleproject.database.queue.IDLE_GRACE_S", 0.5)
    order: list[str] = []

    async def marks() -> None:
        await run_in_database(order.append, "mark 0")
        sweep = asyncio.ensure_future(submit_low_priority(order.append, "sweep"))
        await asyncio.sleep(0.05)
        await run_in_database(order.append, "mark 1")
        await sweep

    asyncio.run(marks())
    assert order == ["mark 0", "mark 1", "sweep"]


def test_rechecking_access_does_not_wait_behind_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def still_valid(logins: set[Any]) -> set[Any]:
        order.append("a revocation")
        return logins

    monkeypatch.setattr("sessions.live.rooms.still_valid", still_valid)
    asyncio.run(while_busy(submit_low_priority(order.append, "a sweep"), Rooms()._recheck([])))
    assert order == ["a revocation", "a sweep"]


def test_low_priority_jobs_get_a_turn_in_an_endless_run_of_others() -> None:
    order: list[str] = []

    async def ever_more_marks() -> None:
        """Let each mark bring the next, so that there is always one that waits."""
        loop = asyncio.get_running_loop()

        def mark(number: int) -> None:
            order.append("mark")
            if number < 50:
                submit_with_callback(partial(mark, number + 1), loop, lambda _: None)

        await while_busy(submit_low_priority(order.append, "sweep"), run_in_database(mark, 1))
        while len(order) < 51:
            await run_in_database(int)

    asyncio.run(ever_more_marks())
    assert order.index("sweep") < 10


def test_what_only_reads_waits_for_nothing_that_is_written() -> None:
    async def read_beside() -> str:
        begun, enough = threading.Event(), threading.Event()
        keeping = asyncio.ensure_future(run_in_database(busy, begun, enough))
        await asyncio.to_thread(begun.wait, 10)
        try:
            return await asyncio.wait_for(submit_reading(str, "read"), 5)
        finally:
            enough.set()
            await keeping

    assert asyncio.run(read_beside()) == "read"


def test_calls_scheduled_on_the_database_thread_keep_their_order() -> None:
    async def told() -> list[str]:
        heard: list[str] = []
        loop = asyncio.get_running_loop()

        def news() -> None:
            for word in ("one", "two"):
                call_soon(loop, lambda word=word: heard.append(word))  # type: ignore[misc]

        await run_in_database(news)
        return heard

    assert asyncio.run(told()) == ["one", "two"]


@pytest.mark.django_db(transaction=True)
def test_commands_in_one_batch_see_what_earlier_ones_wrote() -> None:
    people = [User.objects.create_guest(name) for name in ("Ana", "Ben")]
    waiting = start.start_with_code(people[0])
    assert waiting.code
    session_id = join.join_by_code(people[1], waiting.code).id
    ana, ben = (login_from_token(open_login(person)) for person in people)
    assert ana and ben

    def asked(login: Any, type: str, **fields: Any) -> Submission:
        frame = {"type": type, "op": uuid.uuid4().hex, **fields}
        return Submission(login, session_id, wire.command_from(frame))

    mark = {"round": 1, "reaction": "anxious", "intensity": 3}
    answers = execute.execute_batch(
        [
            asked(ana, "mark.seal", **mark),
            asked(ana, "round.open", after=0, moment=1),
            asked(ana, "mark.seal", **mark),
            asked(ben, "mark.seal", **mark),
            asked(ben, "mark.seal", **mark),
        ]
    )
    assert [answer.code for answer in answers] == ["round.not_open", None, None, None, "round.not_open"]
    state = load.state_of(session_id)
    assert state and state.round and state.round.reveal
    assert answers[3].state == state


@pytest.mark.django_db(transaction=True)
def test_a_room_reloads_once_after_a_dead_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = start.start_with_code(User.objects.create_guest("Ana")).id
    read, answers = cache.current_state, [OperationalError("the connection is dead"), None]

    def first_dead(session_id: uuid.UUID, *, told_at: float | None = None) -> SessionState | None:
        if failure := answers.pop(0):
            raise failure
        return read(session_id, told_at=told_at)

    async def shown() -> SessionState:
        loop = asyncio.get_running_loop()
        showing: asyncio.Future[SessionState] = loop.create_future()
        monkeypatch.setattr(Room, "show", lambda _, state: showing.set_result(state))
        Room(session_id, loop).schedule_reload()
        return await asyncio.wait_for(showing, 10)

    monkeypatch.setattr(cache, "current_state", first_dead)
    assert asyncio.run(shown()) == load.state_of(session_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_sqlite")
def test_commits_after_a_sweep_wait_for_the_disk_again() -> None:
    ana = User.objects.create_guest("Ana")
    live_session = start.start_with_code(ana)
    seats = list(Seat.objects.filter(live_session=live_session).values_list("id", flat=True))
    presence.refresh(seats, timezone.now())
    presence.refresh(seats, timezone.now())
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
