"""Sealing a mark, over the socket: only its author's screen changes, until both are in."""

import pytest

from tests.support.cast.clients import Person

pytestmark = pytest.mark.both_stacks


def test_it_reveals_to_both_once_both_are_in(ana: Person, ben: Person) -> None:
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ana.until(lambda session: all(person["here"] for person in session["people"]))
    at_ben.until(lambda session: all(person["here"] for person in session["people"]))
    assert at_ana.ask("round.open", after=0, moment=1)["type"] == "ack"
    opened = at_ben.until(lambda session: session["round"])
    assert opened["round"]["moment"]["text"]

    assert at_ana.ask("mark.seal", round=1, reaction="anxious", intensity=4)["type"] == "ack"
    assert at_ana.until(lambda session: session["round"]["sealed"])["round"]["reveal"] is None
    assert at_ben.silence()

    assert at_ben.ask("mark.seal", round=1, reaction="avoidant", intensity=3)["type"] == "ack"
    for line in (at_ana, at_ben):
        revealed = line.until(lambda session: session["round"]["reveal"])
        assert revealed["round"]["reveal"]["pattern"]["code"] == "pursue_withdraw"
        assert len(line.received[-1].encode()) % 4096 == 0
