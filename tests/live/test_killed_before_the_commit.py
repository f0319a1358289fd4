"""A process is killed between what it has written and the commit, on SQLite: nothing is there by half.

On PostgreSQL a command is one statement, between whose write and commit nobody can come (see ``tests/faults``).
"""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server

# Python runs it before anything else. It hangs on the driver alone, and kills while a file says so.
KILLS = """
import os, pathlib, signal, sqlite3, sqlite3.dbapi2

armed = pathlib.Path(__file__).with_name("armed")


class Connection(sqlite3.Connection):
    written = ""

    def execute(self, text, *values):
        self.written += text
        return super().execute(text, *values)

    def commit(self):
        if "live_sessions_mark" in self.written and self.in_transaction and armed.exists():
            armed.unlink()
            os.kill(os.getpid(), signal.SIGKILL)
        self.written = ""
        super().commit()


connect = sqlite3.dbapi2.connect
sqlite3.dbapi2.connect = sqlite3.connect = lambda *given, **named: connect(*given, **{"factory": Connection, **named})
"""
MARK = {"round": 1, "reaction": "both", "intensity": 4}


class Killed(Server):
    """A process that can be killed there."""

    def __init__(self) -> None:
        super().__init__()
        self.hook = Path(self.directory.name) / "hook"
        self.hook.mkdir()
        (self.hook / "sitecustomize.py").write_text(KILLS)
        self.environment["PYTHONPATH"] = str(self.hook)

    def arm(self) -> None:
        """Let the next commit of a mark kill it."""
        (self.hook / "armed").touch()

    def counted(self) -> dict[str, int]:
        """Return what of a round is stored, and at which version."""
        questions = {
            "version": "SELECT version FROM live_sessions_livesession",
            "rounds": "SELECT count(*) FROM live_sessions_round",
            "sealed": "SELECT count(*) FROM live_sessions_mark WHERE seal IS NOT NULL",
            "opened": "SELECT count(*) FROM live_sessions_mark WHERE seal IS NULL",
            "parts": "SELECT count(*) FROM live_sessions_part",
            "ops": "SELECT sum(json_array_length(acknowledged)) FROM live_sessions_seat",
        }
        with closing(sqlite3.connect(self.database_path)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return {name: database.execute(question).fetchone()[0] for name, question in questions.items()}


@pytest.fixture
def server() -> Iterator[Killed]:
    """Return one."""
    killed = Killed()
    killed.start()
    yield killed
    killed.close()


def done(person: Person, type: str, **fields: object) -> None:
    """Have a command carried out."""
    answer = person.command(type, **fields)
    assert answer.status == 200, answer


@pytest.mark.parametrize("over", ["a socket", "REST"])
def test_a_second_mark_is_there_as_a_whole_or_not_at_all(over: str, server: Killed) -> None:
    ana, ben = couple(server)
    done(ana, "round.open", after=0, moment=1)
    done(ana, "mark.seal", **MARK)
    line = ben.connect()
    line.until(lambda session: all(one["here"] for one in session["people"] if one["seat"] == "b"))
    before = server.counted()
    assert (before["sealed"], before["opened"], before["parts"]) == (1, 0, 0)
    op = uuid.uuid4().hex
    server.arm()
    with pytest.raises((ConnectionError, ConnectionClosed)):
        line.ask("mark.seal", op=op, **MARK) if over == "a socket" else done(ben, "mark.seal", op=op, **MARK)
    assert server.process and server.process.wait(10) == -9, "it was killed, and not before it was asked"
    assert server.counted() == before
    server.start_again()
    assert not ana.snapshot()["round"]["reveal"]
    done(ben, "mark.seal", op=op, **MARK)
    for person in (ana, ben):
        assert person.snapshot()["round"]["reveal"]["marks"]["b"]["intensity"] == MARK["intensity"]
    after = server.counted()
    assert (after["sealed"], after["opened"], after["parts"]) == (0, 2, 2)
    assert after["version"] == before["version"] + 1 and after["ops"] == before["ops"] + 1
