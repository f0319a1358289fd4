"""Every command over the socket, sent more than once: one effect, a true answer, and no failure.

In this process, by the application that the server serves.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any, Final
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.sessions.models import Session
from django.core.cache import cache as shared_cache
from django.db import connection

from accounts.logins import open_login
from cycleproject.asgi import application
from cycleproject.database.queue import drop_connection, run_in_database, submit_reading
from sessions.checkin import wire
from sessions.checkin.refusals import REFUSALS
from sessions.store import cache
from tests.repeats.beginning import Beginning
from tests.repeats.effects import created, differing, everything
from tests.repeats.rows import given, person_of
from tests.repeats.writes import Write, commands, gone
from tests.support.cast.api_world import World

pytestmark = pytest.mark.django_db(transaction=True)

# In PostgreSQL, where each beginning is made anew, three tell what all of them do.
SOME: Final = ("mark.seal", "need.say", "session.leave")
COMMANDS: Final = [one for one in commands() if connection.vendor == "sqlite" or one.name in SOME]
PATIENCE: Final = 20.0
# What a frame is answered with whose sender may not be here any more: the socket closes.
CLOSED: Final = "closed"
# After these who sent them has no place in the room that an answer could be told in.
LETS_NOBODY_IN: Final = ("session.leave", "session.end")

Frame = dict[str, Any]
Answer = str | None


class Line:
    """One socket."""

    def __init__(self, path: str, token: str) -> None:
        scope = {"type": "websocket", "path": path, "headers": [(b"x-session-token", token.encode())]}
        self.other_end = ApplicationCommunicator(
            application, {**scope, "query_string": b"", "scheme": "ws", "subprotocols": [], "client": ("127.0.0.1", 1)}
        )

    async def open(self) -> None:
        """Open it."""
        await self.other_end.send_input({"type": "websocket.connect"})
        assert (await self.other_end.receive_output(PATIENCE))["type"] == "websocket.accept"

    async def ask(self, frame: Frame) -> Answer:
        """Send a frame; return None where it is acknowledged, else why not."""
        await self.other_end.send_input({"type": "websocket.receive", "text": json.dumps(frame)})
        while True:
            message = await self.other_end.receive_output(PATIENCE)
            if message["type"] == "websocket.close":
                return f"{CLOSED} {message['code']}"
            told = json.loads(message["text"])
            if told["type"] in ("ack", "error") and told["op"] == frame["op"]:
                return told.get("code")

    async def lose(self) -> None:
        """Let it break."""
        await self.other_end.send_input({"type": "websocket.disconnect", "code": 1006})
        await self.other_end.wait(PATIENCE)


class Room:
    """A check-in, and whoever sends the command there."""

    def __init__(self, world: World, write: Write) -> None:
        self.world, self.write = world, write
        self.person = person_of(world, write.filled.who)
        self.path = f"/ws{write.path(world).removeprefix('/api/v1').removesuffix('commands/')}"
        self.fields = {"type": write.name, **given(write.filled.fields, world)}

    def frame(self) -> Frame:
        """Return the command as one window sends it."""
        return {**self.fields, "op": uuid4().hex}

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """Open a socket with the login that there is now."""
        assert self.person
        line = Line(self.path, await run_in_database(open_login, self.person))
        await line.open()
        try:
            yield line
        finally:
            await line.lose()


@pytest.fixture(scope="module")
def beginning() -> Iterator[Beginning]:
    """Return the world."""
    with closing(Beginning()) as beginning:
        yield beginning


@pytest.fixture
def again(beginning: Beginning, write: Write) -> Callable[[], Room]:
    """Return how to find everything as it was, where the command can be carried out."""

    def as_it_was() -> Room:
        shared_cache.clear()
        cache._cached.clear()  # by version; and versions come again
        world = beginning.again()
        write.filled.before(world)
        return Room(world, write)

    return as_it_was


def run(telling: Awaitable[Any]) -> Any:
    """Run it in a loop of its own, and let go of the database behind it."""

    async def told() -> Any:
        try:
            return await asyncio.wait_for(telling, 3 * PATIENCE)
        finally:
            await run_in_database(drop_connection)
            await submit_reading(drop_connection)

    return asyncio.run(told())


def is_true(answer: Answer) -> bool:
    """Tell whether it is acknowledged, refused by a rule, or cut off by one; never a failure."""
    return answer is None or answer in {*REFUSALS} or answer in {f"{CLOSED} {code}" for code in CLOSES}


CLOSES: Final = [wire.CLOSE_REASONS[name] for name in ("login", "unknown", "revoked", "ended")]


@pytest.mark.parametrize("write", COMMANDS, ids=str)
def test_sent_twice_at_once_from_two_sockets(again: Callable[[], Room], write: Write) -> None:
    room = again()
    before = everything()

    async def once() -> Answer:
        async with room.line() as line:
            return await line.ask(room.frame())

    assert run(once()) is None
    by_one = created(before, everything())
    room = again()
    before = everything()

    async def twice() -> list[Answer]:
        async with room.line() as one, room.line() as other:
            frame = room.frame()
            return list(await asyncio.gather(one.ask(frame), other.ask(frame)))

    answers = run(twice())
    assert created(before, everything()) == by_one
    assert None in answers
    assert set(answers) == {None} or (write.name in LETS_NOBODY_IN and all(map(is_true, answers)))


@pytest.mark.parametrize("write", COMMANDS, ids=str)
def test_sent_again_on_a_fresh_socket_after_a_lost_answer(again: Callable[[], Room], write: Write) -> None:
    room = again()
    frame = room.frame()

    async def lost() -> Answer:
        async with room.line() as line:
            return await line.ask(frame)

    assert run(lost()) is None
    once = everything()
    answer = run(lost())  # with a login of its own as well: renewed in between
    assert answer is None or (write.name in LETS_NOBODY_IN and is_true(answer))
    assert differing(once, everything()) == {}


@pytest.mark.parametrize("write", COMMANDS, ids=str)
def test_sent_from_a_second_window(again: Callable[[], Room], write: Write) -> None:
    room = again()

    async def both() -> tuple[Answer, dict[str, int], Answer, dict[str, int]]:
        async with room.line() as here, room.line() as there:
            first = await here.ask(room.frame())
            once = await run_in_database(everything)
            second = await there.ask(room.frame())
            after = await run_in_database(everything)
            return first, created(once, after), second, differing(once, after)

    first, made, second, differs = run(both())
    assert first is None
    assert made == {}
    assert is_true(second)
    assert second is None or not differs


@pytest.mark.parametrize("write", COMMANDS, ids=str)
def test_sent_after_the_check_in_is_gone(again: Callable[[], Room], write: Write) -> None:
    room = again()

    async def late() -> tuple[Answer, Answer]:
        async with room.line() as open_before:
            await run_in_database(gone, write, room.world)
            async with room.line() as opened_after:
                return await open_before.ask(room.frame()), await opened_after.ask(room.frame())

    assert run(late()) == ("session.not_found", f"{CLOSED} {wire.CLOSE_REASONS['unknown']}")


@pytest.mark.parametrize("write", COMMANDS, ids=str)
def test_sent_when_the_login_has_ended_and_again_with_another(again: Callable[[], Room], write: Write) -> None:
    room = again()
    frame = room.frame()

    async def renewed() -> tuple[Answer, Answer]:
        async with room.line() as line:
            await run_in_database(Session.objects.all().delete)
            refused = await line.ask(frame)
        async with room.line() as line:
            return refused, await line.ask(frame)

    refused, answer = run(renewed())
    assert refused in ("login.required", f"{CLOSED} {wire.CLOSE_REASONS['login']}")
    assert answer is None
