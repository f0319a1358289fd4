"""What changes nothing on anybody's screen costs next to nothing, however many rooms are open."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from accounts.logins import Login
from sessions.checkin.snapshot import Viewer
from sessions.checkin.state import HERE_FOR, Pause, Person, SessionState
from sessions.live import room
from sessions.live.room import Listener, Room

A_MOMENT = timedelta(seconds=0.2)


class Socket:
    """A socket that keeps what it is given."""

    def __init__(self) -> None:
        self.received: list[str] = []

    async def deliver(self, text: str) -> None:
        """Take a frame."""
        self.received.append(text)

    async def hang_up(self, code: int) -> None:
        """Close; nobody is closed out here."""
        raise AssertionError(code)


class Shown:
    """Ana and Ben in one room, both seen ten seconds ago, with Ana's screen."""

    def __init__(self) -> None:
        self.socket = Socket()
        self.state = SessionState(
            uuid4(), "", now() + timedelta(hours=1), people=(self.person("a", "Ana"), self.person("b", "Ben"))
        )
        self.listener = Listener(self.socket, self.state.id, Login(uuid4(), "", ""), Viewer("a"), 1)
        self.room = Room(self.state.id, asyncio.get_running_loop(), {self.listener})

    @staticmethod
    def person(seat: room.SeatName, name: str) -> Person:
        return Person(seat, name, seen_at=now() - timedelta(seconds=10))

    async def show(self, **different: object) -> None:
        """Show the state, and wait until Ana has it."""
        self.room.show(replace(self.state, **different))  # type: ignore[arg-type]
        await self.until(1)

    async def until(self, frames: int) -> None:
        """Wait until Ana has been sent so many frames."""
        async with asyncio.timeout(5):
            while len(self.socket.received) < frames:  # noqa: ASYNC110  what is awaited is the room's doing
                await asyncio.sleep(0.01)


def in_a_loop(story: Callable[[], Awaitable[None]]) -> None:
    """Let a story happen."""
    asyncio.run(story())  # type: ignore[arg-type]


def test_being_seen_again_is_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show()
        monkeypatch.delattr(room, "snapshot_for")
        again = now()
        shown.room.seen({"a": again, "b": again})
        assert shown.room.state
        assert {person.seen_at for person in shown.room.state.people} == {again}, "and yet it is known"

    in_a_loop(story)


@pytest.mark.parametrize("seen_at", [None, now() - 2 * HERE_FOR], ids=["left", "long ago"])
def test_whoever_is_gone_or_back_is_shown(seen_at: object) -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show()
        shown.room.seen({"a": now(), "b": seen_at})  # type: ignore[dict-item]
        await shown.until(2)
        shown.room.seen({"a": now(), "b": now()})
        await shown.until(3)
        assert shown.socket.received[0] == shown.socket.received[2] != shown.socket.received[1]

    in_a_loop(story)


def test_what_is_due_in_that_very_moment_is_shown_all_the_same() -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show(pause=Pause(now() + A_MOMENT))
        while now() < shown.room.state.pause.until:  # type: ignore[union-attr]
            # Nothing else runs in this loop meanwhile: the end of the pause is due, and its timer has not been heard.
            pass
        shown.room.seen({"a": now(), "b": now()})
        await shown.until(2)
        assert '"pause":null' in shown.socket.received[1]

    in_a_loop(story)


def test_a_clock_that_leapt_ahead_of_the_timer_is_noticed_by_the_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        shown = Shown()
        until = now() + HERE_FOR / 3
        await shown.show(pause=Pause(until))
        assert shown.room.state and len(shown.room.state.here(until)) == 2, "nobody comes or goes by it"
        leapt = until + timedelta(seconds=1)
        monkeypatch.setattr(room, "now", lambda: leapt)
        shown.room.seen({"a": leapt, "b": leapt})
        await shown.until(2)
        assert '"pause":null' in shown.socket.received[1]

    in_a_loop(story)


def test_what_falls_due_while_a_state_is_being_shown_is_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        shown = Shown()
        until = now() + timedelta(hours=1)
        just_before, from_then_on = [until - timedelta(milliseconds=1)], until + timedelta(milliseconds=1)
        monkeypatch.setattr(room, "now", lambda: just_before.pop() if just_before else from_then_on)
        await shown.show(pause=Pause(until), expires_at=until + timedelta(hours=1))
        assert '"pause":null' not in shown.socket.received[0]
        await shown.until(2)
        assert '"pause":null' in shown.socket.received[1]

    in_a_loop(story)


def test_what_was_sent_last_is_not_sent_again_nor_is_anybody_set_to_send_it() -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show()
        before = len(asyncio.all_tasks())
        shown.listener.offer(shown.socket.received[0])
        assert len(asyncio.all_tasks()) == before
        shown.listener.offer("something else")
        shown.listener.offer(shown.socket.received[0])
        await asyncio.sleep(0.05)
        assert len(shown.socket.received) == 1, "and what was put before it is not sent late"

    in_a_loop(story)
