"""Leaving: alone, at once, from every state, over every way in.

It reveals nothing, destroys what was sealed, and names no cause.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.support.cast.clients import Frame, Line, Person, call, couple, join_as, start_as
from tests.support.servers.cycle import Server
from tests.support.servers.stored import rows

pytestmark = pytest.mark.both_stacks

CANARY = "canary-7c1f0a9be3d24856"

Act = Callable[[Person, Person], None]


def done(person: Person, type: str, **fields: Any) -> None:
    """Carry out one command."""
    answer = person.command(type, **fields)
    assert answer.status == 200, answer.body


def nothing_yet(ana: Person, ben: Person) -> None:
    """Leave everything as it is after joining."""


def round_open(ana: Person, ben: Person) -> None:
    """Open a round."""
    done(ben, "round.open", after=0, text="Late replies")


def ana_sealed(ana: Person, ben: Person) -> None:
    """Let only Ana have sealed."""
    round_open(ana, ben)
    done(ana, "mark.seal", round=1, reaction="anxious", intensity=5, words=CANARY, share=["words"])


def ben_sealed(ana: Person, ben: Person) -> None:
    """Let only Ben have sealed."""
    round_open(ana, ben)
    done(ben, "mark.seal", round=1, reaction="avoidant", intensity=5, words=CANARY, share=["words"])


def paused_with_a_seal(ana: Person, ben: Person) -> None:
    """Pause while Ana has sealed."""
    ana_sealed(ana, ben)
    done(ben, "pause.start", minutes=20)


def set_aside(ana: Person, ben: Person) -> None:
    """Set a round aside."""
    ana_sealed(ana, ben)
    done(ben, "round.set_aside", round=1)


def in_the_quiet(ana: Person, ben: Person) -> None:
    """Reveal a round."""
    round_open(ana, ben)
    for person in (ana, ben):
        done(person, "mark.seal", round=1, reaction="both", intensity=2)


def in_the_exchange(ana: Person, ben: Person) -> None:
    """Reveal a round, and end its quiet."""
    in_the_quiet(ana, ben)
    for person in (ana, ben):
        done(person, "quiet.skip", round=1)


def ana_said_a_need(ana: Person, ben: Person) -> None:
    """Let only Ana have said a need."""
    in_the_exchange(ana, ben)
    done(ana, "need.say", round=1, text=CANARY)


def in_a_turn(ana: Person, ben: Person) -> None:
    """Give Ben a turn."""
    in_the_exchange(ana, ben)
    done(ana, "turn.start", speaker="b", seconds=300)


STATES = [
    nothing_yet,
    round_open,
    ana_sealed,
    ben_sealed,
    paused_with_a_seal,
    set_aside,
    in_the_quiet,
    in_the_exchange,
    ana_said_a_need,
    in_a_turn,
]


def by_socket(line: Line, person: Person, type: str) -> None:
    """Leave over the socket."""
    assert line.ask(type, op="gone") == {"type": "ack", "op": "gone"}


def by_rest(line: Line, person: Person, type: str) -> None:
    """Leave over REST."""
    answer = person.command(type, op="gone")
    assert answer.status == 200
    assert answer.body["reply"] == {"type": "ack", "op": "gone"}
    assert answer.body["session"]["state"] == "ended"


def last_snapshot(line: Line) -> Frame:
    """Read until the check-in has ended; return what was shown last."""
    assert line.closed() == 4410
    frames = [json.loads(text) for text in line.received]
    last: Frame = [frame for frame in frames if frame["type"] == "snapshot"][-1]["session"]
    return last


def sealed_things(person: Person) -> tuple[int, int, int]:
    """Return how many sealed marks, sealed needs and open rounds are stored."""
    rounds = "SELECT id FROM live_sessions_round WHERE live_session_id = ?"
    queries = [
        f"SELECT COUNT(*) FROM live_sessions_mark WHERE seal IS NOT NULL AND round_id IN ({rounds})",
        f"SELECT COUNT(*) FROM live_sessions_part WHERE need_seal IS NOT NULL AND round_id IN ({rounds})",
        f"SELECT COUNT(*) FROM ({rounds} AND phase = 'open') AS open_rounds",
    ]
    marks, needs, open_rounds = (rows(person.server, query, UUID(person.session))[0][0] for query in queries)
    return marks, needs, open_rounds


@pytest.mark.parametrize("leaver", ["a", "b"])
@pytest.mark.parametrize("way", [by_socket, by_rest])
@pytest.mark.parametrize("act", STATES)
def test_it_ends_for_both_and_shows_neither_anything(
    ana: Person, ben: Person, act: Act, way: Callable[[Line, Person, str], None], leaver: str
) -> None:
    act(ana, ben)
    at_ana, at_ben = ana.connect(), ben.connect()
    for line in (at_ana, at_ben):
        line.until(lambda session: [person["here"] for person in session["people"]] == [True, True])
    line, person = (at_ana, ana) if leaver == "a" else (at_ben, ben)
    way(line, person, "session.leave")
    for one, seat, name in ((at_ana, "a", "Ana"), (at_ben, "b", "Ben")):
        assert last_snapshot(one) == {
            "id": ana.session,
            "state": "ended",
            "hosted": False,
            "title": "",
            "you": {"seat": seat, "name": name},
            "people": [{"seat": "a", "name": "Ana", "here": False}, {"seat": "b", "name": "Ben", "here": False}],
            "pause": None,
            "turn": None,
            "ending": None,
            "open_until": None,
            "apart": None,
            "follow_up": [],
            "last_time": None,
            "round": None,
            "can": [],
        }
    assert sealed_things(ana) == (0, 0, 0)
    assert not any(CANARY in text for text in (*at_ana.received, *at_ben.received))
    assert person.command("session.leave", op="gone").status == 200, "a retry is an ack"
    for one in (ana, ben):
        assert one.command("round.open", after=0, moment=1).body["code"] == "session.ended"
        assert one.command("session.leave").body["code"] == "session.ended"


@pytest.mark.parametrize("act", [ana_sealed, in_the_quiet])
def test_leaving_and_ending_look_the_same_to_the_other(server: Server, act: Act) -> None:
    endings = []
    for type in ("session.leave", "session.end"):
        ana, ben = couple(server)
        act(ana, ben)
        at_ben = ben.connect()
        at_ben.receive()
        before = len(at_ben.received)
        done(ana, type)
        assert at_ben.closed() == 4410
        endings.append([text.replace(ana.session, "this check-in") for text in at_ben.received[before:]])
    assert endings[0] == endings[1]


def test_leaving_while_waiting_alone_ends_the_check_in(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    at_ana = ana.connect()
    at_ana.receive()
    assert at_ana.ask("session.leave")["type"] == "ack"
    assert last_snapshot(at_ana)["state"] == "ended"
    answer = call(server, "POST", f"join/{code}/", {"first_name": "Ben"})
    assert (answer.status, answer.body["code"]) == (404, "code.not_found")


def test_what_was_revealed_before_stays(ana: Person, ben: Person) -> None:
    in_the_quiet(ana, ben)
    done(ana, "round.open", after=1, text="Another one")
    done(ben, "mark.seal", round=2, reaction="steady", intensity=1)
    done(ana, "session.leave")
    query = """SELECT round.number, phase, pattern, COUNT(mark.id) FROM live_sessions_round AS round
        LEFT JOIN live_sessions_mark AS mark ON mark.round_id = round.id
        WHERE live_session_id = ? GROUP BY round.id ORDER BY round.number"""
    assert rows(ana.server, query, UUID(ana.session)) == [(1, "revealed", "unsettled", 2), (2, "set_aside", "", 0)]


def test_the_couple_can_begin_again_at_once(ana: Person, ben: Person) -> None:
    done(ben, "session.leave")
    again = call(ana.server, "POST", "sessions/", {}, ana.token)
    assert again.status == 201
    assert again.body["session"] != ana.session


def test_leaving_one_check_in_touches_no_other(ana: Person, cleo_and_dan: tuple[Person, Person]) -> None:
    cleo, dan = cleo_and_dan
    ana_sealed(cleo, dan)
    at_dan = dan.connect()
    at_dan.receive()
    done(ana, "session.leave")
    assert at_dan.silence()
    assert sealed_things(cleo) == (1, 0, 1)
    done(dan, "mark.seal", round=1, reaction="steady", intensity=1)
    assert at_dan.until(lambda session: session["round"]["reveal"])


def test_nobody_can_take_a_seat_that_was_left(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    ben = join_as(server, "Ben", code)
    done(ben, "session.leave")
    assert call(server, "POST", f"join/{code}/", {"first_name": "Otto"}).status == 404
    assert ben.connect().closed() == 4410
    assert ana.connect().closed() == 4410
