"""Two processes on one SQLite file that tell each other nothing: each decides from memory, and neither is wrong."""

import uuid
from collections.abc import Iterator

import pytest

from tests.support.cast.clients import Frame, Line, couple
from tests.support.servers.cycle import Server

MARK = {"reaction": "anxious", "intensity": 3}


class Second(Server):
    """A further process on the file of another."""

    migrates = False


@pytest.fixture
def first() -> Iterator[Server]:
    """Return one process."""
    server = Server().start()
    yield server
    server.close()


@pytest.fixture
def second(first: Server) -> Iterator[Server]:
    """Return another one on the same file."""
    server = Second(DATABASE_URL=first.environment["DATABASE_URL"]).start()
    yield server
    server.close()


def done(line: Line, type: str, **fields: object) -> None:
    """Have a command carried out."""
    assert line.ask(type, **fields)["type"] == "ack"


def shown(line: Line) -> Frame:
    """Return the round as it is shown now."""
    assert line.ask("sync")["type"] == "ack"
    found: Frame = line.until(lambda session: session["round"] is not None)["round"]
    return found


def test_a_command_that_was_outrun_by_another_process_is_decided_anew(first: Server, second: Server) -> None:
    ana, ben = couple(first)
    ben.server = second
    at_ana, at_ben = ana.connect(), ben.connect()
    for number in range(1, 4):
        # What each has in memory is what itself wrote last: the other's part is missing from it.
        done(at_ana, "round.open", after=number - 1, moment=number)
        done(at_ben, "mark.seal", round=number, **MARK)
        done(at_ana, "mark.seal", round=number, **MARK)
        assert shown(at_ana)["reveal"]["marks"]["b"]["reaction"] == shown(at_ben)["reveal"]["marks"]["a"]["reaction"]
        assert shown(at_ana)["number"] == shown(at_ben)["number"] == number
        done(at_ben, "pattern.fit", round=number, fits=True)
        done(at_ana, "pattern.fit", round=number, fits=False)
        assert shown(at_ana)["reveal"]["fits"] == shown(at_ben)["reveal"]["fits"] == {"a": False, "b": True}


def test_what_was_said_to_a_process_that_was_killed_is_known_to_the_other(first: Server, second: Server) -> None:
    ana, ben = couple(first)
    ben.server = second
    at_ana, at_ben = ana.connect(), ben.connect()
    done(at_ana, "round.open", after=0, moment=1)
    op = uuid.uuid4().hex
    done(at_ben, "mark.seal", round=1, op=op, **MARK)
    second.kill()
    # The room is hot here and knows nothing of Ben's mark.
    done(at_ana, "mark.seal", round=1, **MARK)
    assert shown(at_ana)["reveal"]
    ben.server = first
    back = ben.connect()
    assert shown(back)["reveal"]["marks"]["b"]["reaction"] == MARK["reaction"]
    # He has not heard of the ack, and says it again.
    done(back, "mark.seal", round=1, op=op, **MARK)
    assert shown(back)["number"] == 1
