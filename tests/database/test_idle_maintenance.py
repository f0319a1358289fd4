"""Maintenance while idle, so that nobody who seals waits for it: WAL checkpoints."""

import time
from pathlib import Path

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
