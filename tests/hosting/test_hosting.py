"""A therapist hosts: how a hosted check-in begins, who gets in, and what each may do."""

import uuid

import pytest

from cycleproject.web.calendar_file import Entry, calendar_file
from tests.support.cast.clients import Answer, Person, call, couple, join_as, start_as
from tests.support.cast.hosted import Hosted, Therapist, hosted, hosted_by_link, in_shell, therapist
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
    assert asked_again.status == 400 and "Without your yes" in asked_again.text
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


def test_a_planned_one_opens_half_an_hour_before(server: Server, tess: Therapist) -> None:
    later = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    host, code = tess.host(starts_at=later, title="Thursday, 17:00")
    assert call(server, "POST", f"join/{code}/", {"first_name": "Ana"}).status == 404
    assert code not in page_of(host, "").raw.decode()
    soon = (datetime.now(UTC) + timedelta(minutes=20)).isoformat()
    host, code = tess.host(starts_at=soon)
    assert call(server, "POST", f"join/{code}/", {"first_name": "Ana"}).status == 201
    assert code in page_of(host, "").raw.decode()


def test_the_calendar_file_names_nobody(tess: Therapist) -> None:
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
    host, _ = tess.host(starts_at=at.isoformat(), title="Thursday, 17:00")
    answer = page_of(host, "appointment.ics")
    text = answer.raw.decode()
    assert answer.headers["content-type"].startswith("text/calendar")
    assert f"DTSTART:{at:%Y%m%dT%H%M%SZ}\r\n" in text
    assert "SUMMARY:Thursday\\, 17:00\r\n" in text
    for word in ("Tess", "Cycle", "check-in", "couple", "http", "therap"):
        assert word.lower() not in text.lower(), word
    unplanned, _ = tess.host()
    assert page_of(unplanned, "appointment.ics").status == 404


def test_a_calendar_file_is_cut_between_characters() -> None:
    title = "żółw, " * 14 + "\\;"
    begins, made_at = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    text = calendar_file(Entry("1", title[:80], begins, timedelta(minutes=50), made_at))
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:" + title[:80].replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") in unfolded
    assert text.isprintable() is False and text.endswith("END:VCALENDAR\r\n")


# What remains


def test_the_summary_is_for_both_and_for_the_host(room: Hosted) -> None:
    assert room.tess.command("round.open", after=0, text="The door stayed closed").status == 200
    mine = {"thought": "They are tired of me", "words": "kept for myself", "share": ["thought"]}
    assert room.ana.command("mark.seal", round=1, reaction="anxious", intensity=4, **mine).status == 200
    assert room.ben.command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200
    assert room.tess.command("round.open", after=1, text="Never opened").status == 200
    assert room.ana.command("mark.seal", round=2, reaction="both", intensity=5).status == 200
    assert b"kept for myself" not in page_of(room.ana, "summary/").raw, "while it goes on there is only the room"
    assert room.tess.command("session.end").status == 200
    for person in (room.ana, room.ben, room.tess):
        page = page_of(person, "summary/")
        assert page.status == 200
        text = page.raw.decode()
        assert "The door stayed closed" in text and "They are tired of me" in text and "Pursue–withdraw" in text
        assert "kept for myself" not in text and "Never opened" not in text


def test_each_opening_of_a_summary_by_the_host_is_told_to_both(server: Server, tess: Therapist) -> None:
    ana, ben = couple(server)
    room = hosted_by_link(tess, ana, ben)
    reveal(room)
    assert room.tess.command("session.end").status == 200
    for person in (room.tess, room.ana, room.ben, room.tess):
        assert page_of(person, "summary/").status == 200
    script = f"""
from accounts.models import User
from accounts.logins import login_from_key
from accounts.care.audit import entries_for
people = [User.objects.get(id=login_from_key(key).user_id) for key in ({ana.token!r}, {ben.token!r})]
answer = [[(one.kind, one.target) for one in entries_for(person)] for person in people]
"""
    told = in_shell(server, script)
    session = room.tess.session
    assert told[0] == told[1] == [["summary", session], ["summary", session], ["check-in", session]]


def test_a_summary_of_their_own_needs_no_host(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    join_as(server, "Ben", code)
    assert ana.command("session.end").status == 200
    assert "No round was revealed" in page_of(ana, "summary/").raw.decode()
