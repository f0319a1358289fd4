"""A therapist hosts: how a hosted check-in begins, who gets in, and what each may do."""

import uuid

import pytest

from tests.support.cast.clients import Person, call, couple, join_as
from tests.support.cast.hosted import Hosted, Therapist, hosted, hosted_by_link, in_shell, page_of, reveal
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server


def listed(person: Person) -> set[str]:
    """Return the check-ins that somebody finds."""
    return {one["session"] for one in call(person.server, "GET", "sessions/", token=person.token).body["results"]}


def test_only_therapists_who_may_host_can_start(server: Server, tess: Therapist) -> None:
    ana, _ = couple(server)
    refused = call(server, "POST", "sessions/", {"hosted": True}, ana.token)
    assert (refused.status, refused.body["code"]) == (403, "seat.not_allowed")
    assert Visitor(server).get_as(ana.token, "/practice/start/").status == 404
    assert tess.host()[0].snapshot()["you"] == {"seat": "host", "name": "Tess"}


def test_a_couple_without_consent_is_answered_as_an_unknown_one(server: Server, tess: Therapist) -> None:
    ana, ben = couple(server)
    unlinked = hosted_by_link(tess, ana, ben).tess  # the premise: with both their consents it works
    assert unlinked.snapshot()["hosted"]
    answers = [
        call(server, "POST", "sessions/", {"hosted": True, "couple": str(uuid.uuid4())}, tess.token),
        call(server, "POST", "sessions/", {"hosted": True, "couple": another_couple(server)}, tess.token),
    ]
    assert [answer.status for answer in answers] == [404, 404]
    assert answers[0].raw == answers[1].raw


def another_couple(server: Server) -> str:
    """Return a couple that nobody is linked to."""
    cleo, _ = couple(server, "Cleo", "Dan")
    script = "from sessions.models import LiveSession; "
    return str(in_shell(server, f"{script}answer = str(LiveSession.objects.get(id={cleo.session!r}).couple_id)"))


@pytest.mark.parametrize(
    "wanted",
    [
        {"hosted": 1},
        {"hosted": True, "couple": "nobody"},
        {"hosted": True, "couple": 7},
        {"hosted": True, "title": "x" * 81},
        {"hosted": True, "title": "two\nlines"},
        {"hosted": True, "starts_at": "2001-01-01T10:00:00Z"},
        {"hosted": True, "starts_at": "2999-01-01T10:00:00Z"},
        {"hosted": True, "starts_at": "2026-01-01T10:00:00"},
        {"hosted": True, "starts_at": 4102444800},
        {"hosted": True, "consent_by_seat": False},
        [],
        "hosted",
    ],
)
def test_invalid_bodies_are_refused(server: Server, tess: Therapist, wanted: object) -> None:
    answer = call(server, "POST", "sessions/", wanted, tess.token)
    assert (answer.status, answer.body["code"]) == (400, "frame.invalid")


def test_two_new_people_join_by_the_code_and_nobody_after_them(tess: Therapist, otto: Person) -> None:
    host, code = tess.host()
    line = host.connect("?screen=room")
    assert line.receive()["session"]["state"] == "waiting"
    ana, ben = join_as(tess.server, "Ana", code), join_as(tess.server, "Ben", code)
    assert line.until(lambda session: session["state"] == "live")["round"] is None
    assert [person["seat"] for person in ana.snapshot()["people"]] == ["a", "b", "host"]
    assert ben.snapshot()["hosted"]
    # Otto has seen the code on the shared screen.
    unknown = call(tess.server, "POST", "join/BBBBBB/", {"first_name": "Otto"})
    answer = call(tess.server, "POST", f"join/{code}/", {"first_name": "Otto"})
    assert (answer.status, answer.raw) == (unknown.status, unknown.raw) == (404, unknown.raw)
    for path in ("", "screen/", "summary/", "appointment.ics"):
        own = Visitor(otto.server).get_as(otto.token, f"/sessions/{uuid.uuid4()}/{path}")
        there = Visitor(otto.server).get_as(otto.token, f"/sessions/{host.session}/{path}")
        assert there.status == own.status == 404
        assert len(there.text) == len(own.text)
    assert Person(otto.server, "Otto", otto.token, host.session).connect("?screen=room").closed() == 4404
    line.close()


def test_the_join_page_asks_for_consent_and_seats_nobody_without_it(server: Server, tess: Therapist) -> None:
    host, code = tess.host()
    ana = Visitor(server, "Ana")
    page = ana.get(f"/join/{code}/")
    assert "Tess" in page.text and "agrees-to-host" in page.text
    asked_again = ana.post(f"/join/{code}/", first_name="Ana")
    assert asked_again.status == 400 and "only join a hosted check-in if you agree" in asked_again.text
    assert len(host.snapshot()["people"]) == 1, "who has not agreed has no seat"
    assert ana.post(f"/join/{code}/", first_name="Ana", agrees="yes").path == f"/sessions/{host.session}/"
    assert [person["name"] for person in host.snapshot()["people"]] == ["Ana", "Tess"]


def test_an_account_couple_joining_by_code_stays_the_same_couple(server: Server, tess: Therapist) -> None:
    ana, ben = (Visitor(server, name).sign_up() for name in ("Ana", "Ben"))
    path = ana.invite()
    ben.get(path)
    ben.post(path)
    host, code = tess.host()
    ana.get(f"/join/{code}/")
    assert ana.post(f"/join/{code}/", first_name="Ana", agrees="yes").path == f"/sessions/{host.session}/"
    assert call(server, "POST", f"join/{code}/", {"first_name": "Otto"}).status == 404, "the other seat is Ben's"
    # The room asks Ben as the join page does: nobody slips past the question.
    assert ben.get(f"/sessions/{host.session}/").path == f"/join/{code}/"
    assert ben.in_room(host.session).connect().closed() == 4403
    ben.get(f"/join/{code}/")
    assert ben.post(f"/join/{code}/", first_name="Ben", agrees="yes").path == f"/sessions/{host.session}/"
    assert host.snapshot()["state"] == "live"


def test_a_host_paces_and_never_marks(room: Hosted) -> None:
    for person in (room.ana, room.ben):
        assert person.command("round.open", after=0, moment=1).body["code"] == "seat.not_allowed"
    reveal(room)
    assert room.ana.command("turn.start", speaker="a", seconds=60).body["code"] == "seat.not_allowed"
    assert room.tess.command("turn.start", speaker="a", seconds=60).status == 200
    assert room.ben.snapshot()["turn"]["speaker"] == "a"
    assert room.tess.command("turn.end").status == 200
    for type, fields in (("mark.seal", {"round": 1, "reaction": "both", "intensity": 1}), ("pause.resume", {})):
        assert room.tess.command(type, **fields).body["code"] == "seat.not_allowed"
    seen = room.tess.snapshot()
    assert "mark.seal" not in seen["can"] and seen["round"]["reveal"]["pattern"]["code"] == "pursue_withdraw"
    assert seen["follow_up"] == []


def test_a_check_in_goes_on_when_its_host_leaves(room: Hosted) -> None:
    assert room.tess.command("round.open", after=0, moment=1).status == 200
    assert room.ana.command("mark.seal", round=1, reaction="anxious", intensity=4).status == 200
    line = room.tess.connect()
    line.receive()
    op = uuid.uuid4().hex
    left = room.tess.command("session.leave", op=op)
    assert (left.status, left.body["session"]["state"], left.body["session"]["round"]) == (200, "ended", None)
    assert line.closed(2 * 2.0) == 4403
    after = room.ben.snapshot()
    assert (after["hosted"], [one["seat"] for one in after["people"]]) == (False, ["a", "b"])
    assert room.ben.command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200
    assert room.ben.snapshot()["round"]["reveal"]
    # The same command once more is acknowledged, and brings nothing of what has happened since.
    again = room.tess.command("session.leave", op=op)
    assert (again.status, again.body["session"]["round"], again.body["session"]["people"]) == (200, None, [])
    for path in ("", "screen/", "summary/"):
        assert page_of(room.tess, path).status == 404


def test_a_host_who_leaves_alone_ends_the_waiting_check_in(tess: Therapist) -> None:
    host, code = tess.host()
    assert host.command("session.leave").status == 200
    assert call(tess.server, "POST", f"join/{code}/", {"first_name": "Ana"}).status == 404


def test_check_ins_of_several_couples_are_kept_apart(tess: Therapist) -> None:
    first, second = hosted(tess), hosted(tess)
    lines = [one.tess.connect() for one in (first, second)]
    for line in lines:
        line.until(lambda session: session["state"] == "live")
    assert first.tess.command("round.open", after=0, text="Only for the first").status == 200
    lines[0].until(lambda session: session["round"] is not None)
    assert second.tess.snapshot()["round"] is None
    assert lines[1].silence()
    assert not any("Only for the first" in text for text in lines[1].received)
    for line in lines:
        line.close()


def test_lists_show_hosted_check_ins_to_all_three_and_others_to_no_host(server: Server, tess: Therapist) -> None:
    ana, ben = couple(server)
    room = hosted_by_link(tess, ana, ben)
    assert room.tess.session in listed(room.tess) & listed(room.ana) & listed(room.ben)
    assert ana.session in listed(ana)
    assert ana.session not in listed(room.tess)
    private = Person(server, "Tess", tess.token, ana.session)
    assert call(server, "GET", f"sessions/{ana.session}/", token=tess.token).status == 404
    assert private.connect().closed() == 4404


def test_steps_of_an_earlier_check_in_are_shown_to_who_hosted_it(server: Server, tess: Therapist) -> None:
    ana, ben = couple(server)
    first = hosted_by_link(tess, ana, ben)
    reveal(first)
    assert first.ana.command("step.choose", round=1, text="I call at six.").status == 200
    assert first.tess.command("session.end").status == 200
    again, _ = tess.host(couple=couple_of(server, ana))
    assert [step["text"] for step in again.snapshot()["follow_up"]] == ["I call at six."]


def test_steps_of_a_partner_led_check_in_are_not_shown_to_a_host(server: Server, tess: Therapist) -> None:
    ana, ben = couple(server)
    for person, kind in ((ana, "anxious"), (ben, "avoidant")):
        if person is ana:
            assert person.command("round.open", after=0, moment=1).status == 200
        assert person.command("mark.seal", round=1, reaction=kind, intensity=3).status == 200
    for person in (ana, ben):
        assert person.command("quiet.skip", round=1).status == 200
    assert ana.command("step.choose", round=1, text="Between the two of us.").status == 200
    assert ana.command("session.end").status == 200
    room = hosted_by_link(tess, ana, ben)
    assert [step["text"] for step in room.ana.snapshot()["follow_up"]] == ["Between the two of us."]
    assert room.tess.snapshot()["follow_up"] == []


def couple_of(server: Server, person: Person) -> str:
    """Return the couple of somebody's check-in."""
    script = "from sessions.models import LiveSession; "
    return str(in_shell(server, f"{script}answer = str(LiveSession.objects.get(id={person.session!r}).couple_id)"))


# Planning
