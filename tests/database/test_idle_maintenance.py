"""What is done in quiet moments, so that nobody who seals has to wait for it: SQLite's log, and garbage."""

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
PAGES_BEFORE_A_COMMIT_DOES_SO = 1000
A_QUIET_MOMENT_SECONDS = 0.05


def test_the_log_is_carried_over_long_before_a_commit_would_have_to(own_server: Server) -> None:
    ana, ben = (person.connect() for person in couple(own_server))
    for number in range(60):
        assert ana.ask("round.open", after=number, moment=1)["type"] == "ack"
        for line in (ana, ben):
            assert line.ask("mark.seal", round=number + 1, reaction="both", intensity=3)["type"] == "ack"
        if number % 5 == 0:
            time.sleep(A_QUIET_MOMENT_SECONDS)
    longest = Path(f"{own_server.database_path}-wal").stat().st_size
    assert 0 < longest < 0.9 * PAGES_BEFORE_A_COMMIT_DOES_SO * PAGE_BYTES


class Ring:
    """What holds itself, so that only a search for garbage finds that nobody else does."""

    def __init__(self) -> None:
        self.itself = self


def test_new_garbage_is_found_soon_even_where_as_much_is_freed_as_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "NEW_GARBAGE_EVERY_SECONDS", 0.01)
    # Python looks by itself once there are so many more than were freed: here, as in a busy room, there never are.
    before = gc.get_threshold()

    async def left_alone() -> None:
        found = asyncio.Event()
        reference = weakref.ref(Ring(), lambda _: found.set())
        assert reference() is not None, "nobody has looked yet"
        looking = asyncio.ensure_future(serve._look_for_new_garbage())
        await asyncio.wait_for(found.wait(), 10)
        looking.cancel()

    gc.set_threshold(0)
    try:
        asyncio.run(left_alone())
    finally:
        gc.set_threshold(*before)
