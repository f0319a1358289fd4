"""Maintenance while idle, so that nobody who seals waits for it: WAL checkpoints and garbage collection."""

import asyncio
import gc
import time
import weakref
from pathlib import Path

import pytest

from cycleproject import serve
from tests.support.cast.clients import couple
from tests.support.servers.cycle import Server

PAGE_BYTES = 4096
PAGES_AT_WHICH_SQLITE_CHECKPOINTS = 1000
IDLE_SECONDS = 0.05


def test_the_wal_is_checkpointed_while_idle_before_a_commit_has_to(own_server: Server) -> None:
    ana, ben = (person.connect() for person in couple(own_server))
    for number in range(60):
        assert ana.ask("round.open", after=number, moment=1)["type"] == "ack"
        for line in (ana, ben):
            assert line.ask("mark.seal", round=number + 1, reaction="both", intensity=3)["type"] == "ack"
        if number % 5 == 0:
            time.sleep(IDLE_SECONDS)
    longest = Path(f"{own_server.database_path}-wal").stat().st_size
    assert 0 < longest < 0.9 * PAGES_AT_WHICH_SQLITE_CHECKPOINTS * PAGE_BYTES


class Ring:
    """What holds itself, so that only a search for garbage finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


def test_young_garbage_is_collected_even_if_as_much_is_freed_as_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "YOUNG_GARBAGE_SECONDS", 0.01)
    # Python looks by itself once there are so many more than were freed: here, as in a busy room, there never are.
    before = gc.get_threshold()

    async def left_alone() -> None:
        found = asyncio.Event()
        reference = weakref.ref(Ring(), lambda _: found.set())
        assert reference() is not None, "nobody has looked yet"
        looking = asyncio.ensure_future(serve._collect_young_garbage())
        await asyncio.wait_for(found.wait(), 10)
        looking.cancel()

    gc.set_threshold(0)
    try:
        asyncio.run(left_alone())
    finally:
        gc.set_threshold(*before)
