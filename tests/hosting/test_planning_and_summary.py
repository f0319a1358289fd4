"""Before and after a hosted check-in: planning it, its calendar file, and the summary of what was revealed."""

from datetime import UTC, datetime, timedelta

from cycleproject.web.calendar_file import Entry, calendar_file
from tests.support.cast.clients import call, couple, join_as, start_as
from tests.support.cast.hosted import Hosted, Therapist, hosted_by_link, in_shell, page_of, reveal
from tests.support.servers.cycle import Server


def test_a_planned_check_in_opens_half_an_hour_before(server: Server, tess: Therapist) -> None:
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


def test_after_a_check_in_the_calendar_file_is_for_the_same_hour_a_week_on(room: Hosted) -> None:
    began = datetime.now(UTC)
    assert page_of(room.ana, "appointment.ics").status == 404, "while it goes on nothing is said of a next time"
    assert room.tess.command("session.end").status == 200
    files = {page_of(person, "appointment.ics").raw for person in (room.ana, room.ben)}
    assert len(files) == 1
    text = files.pop().decode()
    begins = datetime.strptime(text.partition("DTSTART:")[2][:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert abs(began + timedelta(days=7) - begins) < timedelta(minutes=5)
    for word in ("Ana", "Ben", "Tess", "Cycle", "check-in"):
        assert word not in text


def test_calendar_lines_are_folded_between_characters() -> None:
    title = "żółw, " * 14 + "\\;"
    begins, made_at = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    text = calendar_file(Entry("1", title[:80], begins, timedelta(minutes=50), made_at))
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:" + title[:80].replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") in unfolded
    assert text.isprintable() is False and text.endswith("END:VCALENDAR\r\n")


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


def test_each_opening_of_a_summary_by_the_host_is_in_the_access_log(server: Server, tess: Therapist) -> None:
    ana, ben = couple(server)
    room = hosted_by_link(tess, ana, ben)
    reveal(room)
    assert room.tess.command("session.end").status == 200
    for person in (room.tess, room.ana, room.ben, room.tess):
        assert page_of(person, "summary/").status == 200
    script = f"""
from accounts.models import User
from accounts.logins import login_from_token
from accounts.care.audit import entries_for
people = [User.objects.get(id=login_from_token(key).user_id) for key in ({ana.token!r}, {ben.token!r})]
answer = [[(one.kind, one.target) for one in entries_for(person)] for person in people]
"""
    told = in_shell(server, script)
    session = room.tess.session
    assert told[0] == told[1] == [["summary", session], ["summary", session], ["check-in", session]]


def test_a_partner_led_check_in_has_a_summary_for_its_partners(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    join_as(server, "Ben", code)
    assert ana.command("session.end").status == 200
    assert "No round was revealed" in page_of(ana, "summary/").raw.decode()
