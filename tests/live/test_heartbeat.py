"""What a heartbeat or a look in between brings: all that has changed is shown, whether or not it raised a version."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from accounts.logins import Login
from cycleproject.serving import metrics
from sessions.checkin.shown_round import Viewer
from sessions.checkin.state import Person, SessionState
from sessions.live.room import Listener, Room
from sessions.live.rooms import Rooms


class Nowhere:
    """A socket that nobody reads."""

    async def deliver(self, text: str) -> None:
        """Send nothing."""

    async def hang_up(self, code: int) -> None:
        """Stay."""


def hosted() -> SessionState:
    """Return a check-in that Tess hosts, who may see the steps of the last one."""
    now = timezone.now()
    people = (Person("a", "Ana", now), Person("b", "Ben", now), Person("host", "Tess", now))
    return SessionState(
        id=uuid4(),
        title="",
        expires_at=now + timedelta(hours=1),
        version=7,
        hosted=True,
        people=people,
        host_sees_follow_up=True,
    )


def test_a_host_loses_follow_ups_at_the_next_heartbeat() -> None:
    async def shown() -> bool:
        state, rooms = hosted(), Rooms()
        room = rooms._rooms[state.id] = Room(state.id, asyncio.get_running_loop(), state=state)
        tess = Listener(Nowhere(), state.id, Login(uuid4(), "key", "password"), Viewer("host"), 3)
        rooms.sync(tess, replace(state, host_sees_follow_up=False))
        assert room.state
        return room.state.host_sees_follow_up

    assert not asyncio.run(shown())


def test_a_reload_without_news_counts_no_caught_hint_later() -> None:
    def caught() -> float:
        return metrics.REGISTRY.get_sample_value("cycle_hints_caught_total") or 0.0

    async def look_and_be_told() -> None:
        state, loop = hosted(), asyncio.get_running_loop()
        room = Room(state.id, loop, state=state, missed_hint=True)
        for found in (state, replace(state, version=8)):
            reading: asyncio.Future[SessionState | None] = loop.create_future()
            reading.set_result(found)
            room._on_loaded(reading, once_more=True)

    before = caught()
    asyncio.run(look_and_be_told())
    assert caught() == before
