"""Frames that carry a mark or a need have one length, over the socket and over REST, whatever is in them."""

from itertools import product

from sessions.checkin.patterns import REACTIONS
from tests.support.canaries import canary, full_mark
from tests.support.cast.clients import Person, call
from tests.support.twins.evening import here


def test_every_frame_that_carries_a_mark_has_one_length(ana: Person, ben: Person) -> None:
    at_ana, at_ben = ana.connect(), ben.connect()
    at_ana.until(lambda session: here(session) == [True, True])
    lengths: dict[str, set[int]] = {"ack": set(), "sealed": set(), "reveal": set(), "over REST": set()}
    for number, (one, other) in enumerate(product(REACTIONS, REACTIONS), start=1):
        assert at_ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
        at_ana.until(lambda session, number=number: session["round"] and session["round"]["number"] == number)
        fields = {**full_mark("length"), "reaction": one} if number % 2 else {"reaction": one, "intensity": 1}
        assert at_ana.ask("mark.seal", round=number, **fields)["type"] == "ack"
        lengths["ack"].add(len(at_ana.received[-1]))
        at_ana.until(lambda session: session["round"]["sealed"])
        lengths["sealed"].add(len(at_ana.received[-1].replace(f'"number":{number},', "")))
        assert at_ben.ask("mark.seal", round=number, reaction=other, intensity=5)["type"] == "ack"
        for line in (at_ana, at_ben):
            line.until(
                lambda session, number=number: session["round"]["number"] == number and session["round"]["reveal"]
            )
            lengths["reveal"].add(len(line.received[-1].encode()))
        over_rest = call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token)
        lengths["over REST"].add(len(over_rest.raw))
    assert len(lengths["ack"]) == len(lengths["sealed"]) == 1
    assert lengths["reveal"] == lengths["over REST"] == {4096}


def test_every_frame_that_carries_a_need_has_one_length(ana: Person, ben: Person) -> None:
    at_ana, at_ben = ana.connect(), ben.connect()
    lengths: dict[str, set[int]] = {"ack": set(), "said": set(), "shown": set(), "over REST": set()}
    for number, need in enumerate(("I need.", canary("length") * 8, "🌱" * 280), start=1):
        assert at_ana.ask("round.open", after=number - 1, moment=1)["type"] == "ack"
        for line in (at_ana, at_ben):
            assert line.ask("mark.seal", round=number, reaction="both", intensity=3)["type"] == "ack"
        for line in (at_ana, at_ben):
            assert line.ask("quiet.skip", round=number)["type"] == "ack"
        at_ana.until(lambda session: "need.say" in session["can"])
        assert at_ana.ask("need.say", round=number, text=need)["type"] == "ack"
        lengths["ack"].add(len(at_ana.received[-1]))
        at_ana.until(lambda session: session["round"]["exchange"]["you_said"])
        lengths["said"].add(len(at_ana.received[-1].encode()))
        assert need not in at_ana.received[-1]
        assert at_ben.ask("need.say", round=number, text="Room.")["type"] == "ack"
        for line in (at_ana, at_ben):
            session = line.until(lambda session: session["round"]["exchange"] and session["round"]["exchange"]["needs"])
            assert session["round"]["exchange"]["needs"]["a"] == need
            lengths["shown"].add(len(line.received[-1].encode()))
        lengths["over REST"].add(len(call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token).raw))
    assert len(lengths["ack"]) == 1
    assert lengths["said"] == lengths["shown"] == lengths["over REST"] == {4096}
