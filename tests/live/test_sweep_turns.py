"""The sweep looks at each room when its turn has come, and never at all of them at once."""

import asyncio
from uuid import uuid4

from sessions.live.room import Room
from sessions.live.rooms import SWEEP_EVERY, Rooms


def test_each_room_is_due_ten_seconds_after_its_last_sweep() -> None:
    async def turns() -> list[list[str]]:
        loop, all_rooms = asyncio.get_running_loop(), Rooms()
        opened = {"long ago": SWEEP_EVERY + 2, "a while ago": SWEEP_EVERY + 1, "just now": SWEEP_EVERY - 5}
        names = {}
        for name, seconds_ago in opened.items():
            room = Room(uuid4(), loop)
            room.swept_at -= seconds_ago
            all_rooms._rooms[room.session_id] = room
            names[room.session_id] = name
        taken = [all_rooms._rooms_due(), all_rooms._rooms_due(), list(all_rooms._rooms)]
        return [[names[session_id] for session_id in some] for some in taken]

    due, due_again, waiting = asyncio.run(turns())
    assert due == ["long ago", "a while ago"]
    assert due_again == []
    assert waiting == ["just now", "long ago", "a while ago"]
