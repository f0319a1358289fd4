"""A host is there while both partners consent: withdrawing it removes the host at once, and nobody learns why."""

import re
from collections.abc import Callable

import pytest

from tests.support.cast.clients import Person, call, join_as
from tests.support.cast.host_consent import (
    NOWHERE,
    SWEEP,
    WITHIN,
    assert_nothing_more,
    goes_on_with,
    linked,
    live,
    open_round,
    sealed,
    take_back,
)
from tests.support.cast.hosted import Hosted, Therapist, hosted, therapist
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server

Reach = Callable[[Hosted], None]


@pytest.fixture(scope="module")
def server(rarely_sweeping: Server) -> Server:
    """Return the Cycle whose sweeps come rarely."""
    return rarely_sweeping


def paused(room: Hosted) -> None:
    """Pause it while one mark is sealed."""
    sealed(room)
    assert room.ben.command("pause.start", minutes=1).status == 200


def revealed(room: Hosted) -> None:
    """Reveal it; the quiet begins."""
    sealed(room)
    assert room.ben.command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200


def exchanging(room: Hosted) -> None:
    """End the quiet; one of the two has said a need."""
    revealed(room)
    for person in (room.ana, room.ben):
        assert person.command("quiet.skip", round=1).status == 200
    assert room.ana.command("need.say", round=1, text="To know.").status == 200


def in_a_turn(room: Hosted) -> None:
    """Give one of the two the word."""
    exchanging(room)
    assert room.tess.command("turn.start", speaker="a", seconds=300).status == 200


def set_aside(room: Hosted) -> None:
    """Set a round aside."""
    sealed(room)
    assert room.tess.command("round.set_aside", round=1).status == 200


STEPS: list[Reach] = [live, open_round, sealed, paused, revealed, exchanging, in_a_turn, set_aside]


def take_back_on_the_page(room: Hosted, by: str = "a") -> None:
    """Take one partner's yes back in the room."""
    visitor = Visitor(room.ana.server, room.partners[by].name)
    page = visitor.get_as(room.partners[by].token, f"/sessions/{room.ana.session}/")
    assert "Go on without a host" in page.text
    visitor.post_as(room.partners[by].token, f"/sessions/{room.ana.session}/consent/")


def end_scope(room: Hosted, by: str = "a") -> None:
    """Take one partner's consent to the care link back."""
    person = room.partners[by]
    body = {"scope": ["host"]}
    assert call(person.server, "DELETE", f"care/{room.link}/consent/", body, person.token).status in (200, 204)


def assert_shut_out(room: Hosted) -> None:
    """Check that no road leads back in."""
    for query in ("", "?screen=room"):
        assert room.tess.connect(query).closed() == 4403
    answer = call(room.tess.server, "GET", f"sessions/{room.tess.session}/", token=room.tess.token)
    assert (answer.status, answer.body["code"]) == (403, "seat.not_allowed")
    for type, fields in (("sync", {}), ("round.open", {"after": 1, "moment": 1}), ("session.end", {})):
        assert room.tess.command(type, **fields).body["code"] == "seat.not_allowed"
    visitor = Visitor(room.tess.server)
    for path in ("", "screen/", "summary/"):
        assert visitor.get_as(room.tess.token, f"/sessions/{room.tess.session}/{path}").status == 404


@pytest.mark.parametrize("reach", STEPS)
@pytest.mark.parametrize("how", [take_back, end_scope], ids=["in the room", "of the link"])
def test_withdrawing_consent_at_any_step_removes_the_host(
    server: Server, tess: Therapist, reach: Reach, how: Reach
) -> None:
    room = hosted(tess) if how is take_back else linked(server, tess)
    reach(room)
    console, screen = room.tess.connect(), room.tess.connect("?screen=room")
    for line in (console, screen):
        assert line.receive()["session"]["hosted"], "a host who sees nothing beforehand proves nothing"
    how(room)
    goes_on_with(room.ben)
    for line in (console, screen):
        assert_nothing_more(line)
    assert_shut_out(room)
    after = room.ben.snapshot()
    assert (after["hosted"], [person["seat"] for person in after["people"]]) == (False, ["a", "b"])


def test_either_partners_withdrawal_removes_the_host(server: Server, tess: Therapist) -> None:
    for room, how in (
        (hosted(tess), take_back),
        (hosted(tess), take_back_on_the_page),
        (linked(server, tess), end_scope),
    ):
        line = room.tess.connect()
        line.receive()
        how(room, "b")
        assert_nothing_more(line)


def test_withdrawing_before_the_other_has_joined_removes_the_host(tess: Therapist) -> None:
    host, code = tess.host()
    ana = join_as(tess.server, "Ana", code)
    line = host.connect("?screen=room")
    line.receive()
    assert call(tess.server, "DELETE", f"sessions/{ana.session}/consent/", token=ana.token).status == 204
    assert line.closed(WITHIN) == 4403
    # The code still brings the other one, and nobody is asked about a host who is gone.
    ben = Visitor(tess.server, "Ben")
    page = ben.get(f"/join/{code}/").text
    assert "agrees-to-host" not in page and "Tess" not in page and "Ana" in page
    assert ben.post(f"/join/{code}/", first_name="Ben").path == f"/sessions/{host.session}/"
    assert ana.snapshot()["state"] == "live"


def test_withdrawing_twice_changes_nothing_more(tess: Therapist) -> None:
    room = hosted(tess)
    take_back(room)
    before = room.ben.snapshot()
    take_back(room)
    take_back(room, "b")
    assert room.ben.snapshot() == before


def test_nobody_can_withdraw_somebody_elses_consent(tess: Therapist, otto: Person) -> None:
    room = hosted(tess)
    for token in (otto.token, room.tess.token):
        there = call(tess.server, "DELETE", f"sessions/{room.tess.session}/consent/", token=token)
        nowhere = call(tess.server, "DELETE", f"sessions/{NOWHERE}/consent/", token=token)
        assert (there.status, there.raw) == (nowhere.status, nowhere.raw) == (404, nowhere.raw)
    assert room.tess.snapshot()["hosted"]


def test_withdrawing_consent_closes_the_summary_to_the_host(server: Server, tess: Therapist) -> None:
    for room, how in ((hosted(tess), take_back), (linked(server, tess), end_scope)):
        revealed(room)
        assert room.tess.command("session.end").status == 200
        visitor = Visitor(server)
        path = f"/sessions/{room.tess.session}/summary/"
        assert "Pursue–withdraw" in visitor.get_as(room.tess.token, path).text
        how(room)
        assert visitor.get_as(room.tess.token, path).status == 404
        for person in room.partners.values():
            assert "Pursue–withdraw" in visitor.get_as(person.token, path).text


def last_of_ben(room: Hosted, lose: Callable[[], object]) -> str:
    """Return what Ben's socket receives when the host is lost, in words that are the same for any two check-ins."""
    sealed(room)
    line = room.ben.connect()
    line.until(lambda session: session["hosted"])
    lose()
    line.until(lambda session: not session["hosted"], SWEEP + WITHIN)
    assert line.silence()
    line.close()
    said = line.received[-1].replace(room.ben.session, "<session>")
    return re.sub('"open_until":"[^"]+"', '"open_until":"<a day after both were in>"', said)


def test_the_partners_screen_does_not_say_why_the_host_left(server: Server, tess: Therapist) -> None:
    rooms = [hosted(tess) for _ in range(4)]
    left = last_of_ben(rooms[0], lambda: rooms[0].tess.command("session.leave"))
    told = [
        last_of_ben(rooms[1], lambda: take_back(rooms[1])),
        last_of_ben(rooms[2], lambda: take_back(rooms[2], "b")),
    ]
    another = therapist(server)
    lost = hosted(another)
    told.append(last_of_ben(lost, another.withdraw_profile))
    assert told == [left, left, left]
