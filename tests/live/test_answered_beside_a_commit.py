"""What writes nothing is answered while the other's seal waits for the disk: or it would tell that there is a seal."""

import sqlite3
from contextlib import closing, suppress

import pytest

from tests.attacks.heartbeats import QUESTIONS
from tests.support.cast.clients import couple
from tests.support.servers.cycle import Server

LATER = {"type": "round.open", "after": 0, "moment": 2}


@pytest.mark.parametrize("question", [*QUESTIONS.values(), LATER], ids=[*QUESTIONS, "too late"])
def test_it_waits_for_no_commit(own_server: Server, question: dict[str, object]) -> None:
    ana, ben = (person.connect() for person in couple(own_server))
    assert ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    ben.until(lambda session: session["round"])
    before = ben.ask(**question)
    with closing(sqlite3.connect(own_server.database_path, isolation_level=None)) as disk:
        disk.execute("BEGIN IMMEDIATE")  # nobody else commits until this is over
        sealing = ana.send("mark.seal", round=1, reaction="both", intensity=3)
        answers = [ben.ask(**question) for _ in range(5)]
        with suppress(TimeoutError):
            while ana.receive(0.5).get("op") != sealing:
                pass
            pytest.fail("premise: it is still waiting")
        disk.execute("ROLLBACK")
    assert {(one["type"], one.get("code")) for one in answers} == {(before["type"], before.get("code"))}
    while (answer := ana.receive()).get("op") != sealing:
        pass
    assert answer["type"] == "ack"
