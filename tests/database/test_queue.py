"""The thread that asks the database for all sockets: what waits is carried out together, and nobody is forgotten."""

import asyncio
import threading
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from accounts.logins import login_from_key, open_login
from accounts.models import User
from cycleproject.database import sqlite_wal
from cycleproject.database.queue import (
    call_soon,
    in_database,
    in_database_soon,
    in_database_together,
    in_database_unhurried,
)
from sessions.checkin import wire
from sessions.checkin.state import SessionState
from sessions.joining import join, start
from sessions.live import presence
from sessions.live.room import Room
from sessions.live.rooms import Rooms
from sessions.models import Seat
from sessions.store import cache, execute, load


def busy(begun: threading.Event, enough: threading.Event) -> None:
    """Keep the thread busy until that is enough."""
    begun.set()
    assert enough.wait(10)


async def while_busy(*waiting: Any) -> list[Any]:
    """Let calls wait for the thread, then let it go on; return what each came to."""
    begun, enough = threading.Event(), threading.Event()
    keeping = asyncio.ensure_future(in_database(busy, begun, enough))
    await asyncio.to_thread(begun.wait, 10)
    tasks = [asyncio.ensure_future(one) for one in waiting]
    await asyncio.sleep(0)
    enough.set()
    await keeping
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_what_waits_for_the_same_is_carried_out_once() -> None:
    batches: list[list[int]] = []

    def doubled(numbers: Sequence[int]) -> list[int]:
        batches.append(list(numbers))
        return [2 * number for number in numbers]

    results = asyncio.run(while_busy(*(in_database_together(doubled, number) for number in range(5))))
    assert results == [0, 2, 4, 6, 8]
    assert batches == [[0, 1, 2, 3, 4]]


def test_who_waits_beside_a_failure_is_answered() -> None:
    def fails(numbers: Sequence[int]) -> list[int]:
        raise ValueError("not today")

    waiting = [in_database_together(fails, 1), in_database_together(fails, 2), in_database(int, "7")]
    first, second, other = asyncio.run(while_busy(*waiting))
    assert isinstance(first, ValueError) and isinstance(second, ValueError)
    assert other == 7


def test_what_fails_in_a_quiet_moment_is_no_failure_of_whoever_asks_next(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = threading.Event()

    def fails() -> None:
        monkeypatch.undo()
        tried.set()
        raise RuntimeError("not today")

    async def ask() -> str:
        monkeypatch.setattr(sqlite_wal, "is_long", lambda: True)
        monkeypatch.setattr(sqlite_wal, "carry_over", fails)
        await in_database(int, "1")
        assert await asyncio.to_thread(tried.wait, 10)
        return await asyncio.wait_for(in_database(str, "2"), 10)

    assert asyncio.run(ask()) == "2"


def test_whoever_gives_up_waiting_harms_nobody() -> None:
    async def give_up() -> int:
        begun, enough = threading.Event(), threading.Event()
        keeping = asyncio.ensure_future(in_database(busy, begun, enough))
        impatient = asyncio.ensure_future(in_database(int, "1"))
        await asyncio.to_thread(begun.wait, 10)
        impatient.cancel()
        enough.set()
        await keeping
        return await in_database(int, "2")

    assert asyncio.run(give_up()) == 2


def test_whoever_is_in_a_hurry_is_let_through() -> None:
    order: list[str] = []
    sweeps = [in_database_unhurried(order.append, f"sweep {number}") for number in range(3)]
    marks = [in_database(order.append, f"mark {number}") for number in range(2)]
    asyncio.run(while_busy(*sweeps, *marks))
    assert order == ["mark 0", "mark 1", "sweep 0", "sweep 1", "sweep 2"]


def test_what_nobody_waits_for_does_not_begin_while_a_mark_is_being_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cycleproject.database.queue.A_MOMENT", 0.5)
    order: list[str] = []

    async def marks() -> None:
        await in_database(order.append, "mark 0")
        sweep = asyncio.ensure_future(in_database_unhurried(order.append, "sweep"))
        await asyncio.sleep(0.05)
        await in_database(order.append, "mark 1")
        await sweep

    asyncio.run(marks())
    assert order == ["mark 0", "mark 1", "sweep"]


def test_whether_logins_are_still_good_is_not_asked_behind_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []

    def still_good(logins: set[Any]) -> set[Any]:
        order.append("a revocation")
        return logins

    monkeypatch.setattr("sessions.live.rooms.still_good", still_good)
    asyncio.run(while_busy(in_database_unhurried(order.append, "a sweep"), Rooms()._check([])))
    assert order == ["a revocation", "a sweep"]


def test_nobody_waits_for_ever_behind_those_in_a_hurry() -> None:
    order: list[str] = []

    async def ever_more_marks() -> None:
        """Let each mark bring the next, so that there is always one that waits."""
        loop = asyncio.get_running_loop()

        def mark(number: int) -> None:
            order.append("mark")
            if number < 50:
                in_database_soon(partial(mark, number + 1), loop, lambda _: None)

        await while_busy(in_database_unhurried(order.append, "sweep"), in_database(mark, 1))
        while len(order) < 51:
            await in_database(int)

    asyncio.run(ever_more_marks())
    assert order.index("sweep") < 10


def test_what_it_brings_is_told_to_the_loop_in_order() -> None:
    async def told() -> list[str]:
        heard: list[str] = []
        loop = asyncio.get_running_loop()

        def news() -> None:
            for word in ("one", "two"):
                call_soon(loop, lambda word=word: heard.append(word))  # type: ignore[misc]

        await in_database(news)
        return heard

    assert asyncio.run(told()) == ["one", "two"]


@pytest.mark.django_db(transaction=True)
def test_commands_of_one_check_in_that_wait_together_find_what_the_ones_before_have_written() -> None:
    people = [User.objects.create_guest(name) for name in ("Ana", "Ben")]
    waiting = start.start_with_code(people[0])
    assert waiting.code
    session_id = join.join_by_code(people[1], waiting.code).id
    ana, ben = (login_from_key(open_login(person)) for person in people)
    assert ana and ben

    def asked(login: Any, type: str, **fields: Any) -> execute.Asked:
        frame = {"type": type, "op": uuid.uuid4().hex, **fields}
        return execute.Asked(login, session_id, wire.command_from(frame))

    mark = {"round": 1, "reaction": "anxious", "intensity": 3}
    answers = execute.execute_together(
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
def test_what_could_not_be_read_is_read_once_more_and_needs_no_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = start.start_with_code(User.objects.create_guest("Ana")).id
    read, answers = cache.state_of, [OperationalError("the connection is dead"), None]

    def first_dead(session_id: uuid.UUID, *, told_at: float | None = None) -> SessionState | None:
        if failure := answers.pop(0):
            raise failure
        return read(session_id, told_at=told_at)

    async def shown() -> SessionState:
        loop = asyncio.get_running_loop()
        showing: asyncio.Future[SessionState] = loop.create_future()
        monkeypatch.setattr(Room, "show", lambda _, state: showing.set_result(state))
        Room(session_id, loop).load_soon()
        return await asyncio.wait_for(showing, 10)

    monkeypatch.setattr(cache, "state_of", first_dead)
    assert asyncio.run(shown()) == load.state_of(session_id)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("on_sqlite")
def test_what_follows_a_sweep_is_as_durable_as_ever() -> None:
    ana = User.objects.create_guest("Ana")
    live_session = start.start_with_code(ana)
    seats = list(Seat.objects.filter(live_session=live_session).values_list("id", flat=True))
    presence.still_here(seats, timezone.now())
    presence.still_here(seats, timezone.now())
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,), "FULL"
