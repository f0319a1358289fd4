"""What changes nothing on anybody's screen costs next to nothing, however many rooms are open."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from accounts.logins import Login
from sessions.checkin.shown_round import Viewer
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


def test_refreshed_presence_projects_no_snapshot(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show()
        monkeypatch.delattr(room, "snapshot_for")
        again = now()
        shown.room.update_presence({"a": again, "b": again})
        assert shown.room.state
        assert {person.seen_at for person in shown.room.state.people} == {again}, "and yet it is known"

    in_a_loop(story)


@pytest.mark.parametrize("seen_at", [None, now() - 2 * HERE_FOR], ids=["left", "long ago"])
def test_presence_that_flips_is_shown(seen_at: object) -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show()
        shown.room.update_presence({"a": now(), "b": seen_at})  # type: ignore[dict-item]
        await shown.until(2)
        shown.room.update_presence({"a": now(), "b": now()})
        await shown.until(3)
        assert shown.socket.received[0] == shown.socket.received[2] != shown.socket.received[1]

    in_a_loop(story)


def test_a_change_due_at_the_same_moment_as_the_presence_is_shown() -> None:
    async def story() -> None:
        shown = Shown()
        await shown.show(pause=Pause(now() + A_MOMENT))
        while now() < shown.room.state.pause.until:  # type: ignore[union-attr]
            # Nothing else runs in this loop meanwhile: the end of the pause is due, and its timer has not been heard.
            pass
        shown.room.update_presence({"a": now(), "b": now()})
        await shown.until(2)
        assert '"pause":null' in shown.socket.received[1]

    in_a_loop(story)


def test_the_sweep_shows_what_a_late_timer_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        shown = Shown()
        until = now() + HERE_FOR / 3
        await shown.show(pause=Pause(until))
        assert shown.room.state and len(shown.room.state.here(until)) == 2, "nobody comes or goes by it"
        leapt = until + timedelta(seconds=1)
        monkeypatch.setattr(room, "now", lambda: leapt)
        shown.room.update_presence({"a": leapt, "b": leapt})
        await shown.until(2)
        assert '"pause":null' in shown.socket.received[1]

    in_a_loop(story)


def test_a_change_that_falls_due_while_showing_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_an_equal_snapshot_starts_no_sending_task() -> None:
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
