"""A therapist's month: three couples, twelve appointments, devices that are handed on, and her own side elsewhere.

At every step each page on every device is read: no word, name, mark or label of another couple, or of the therapist's
own side, stands there, seen or hidden; and all who read of an appointment are told one story.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.month import Month
from tests.browser.month_pages import ALL
from tests.support.cast.clients import Person
from tests.support.servers.clocks import Timed, start_timed

pytestmark = pytest.mark.browser

ALL_THREE = ("Tess", "Ana", "Ben")
OWN = ("Tess", "Theo")


def at_home(month: Month) -> None:
    """Let Tess and Theo check in with each other, and plan another evening."""
    own, logins = month.practice.tess_and_theo, month.practice.logins
    started = month.api("POST", "sessions/", "Tess", {"title": own.word("title")})
    assert started.status == 201, started
    session = started.body["session"]
    own.sessions.append(session)
    assert month.api("POST", f"sessions/{session}/join/", "Theo", {}).status == 200
    two = [Person(month.server, name, logins[name], session) for name in OWN]
    assert two[0].command("round.open", after=0, text=own.word("moment")).status == 200
    for one in two:
        mark = {"reaction": "steady", "intensity": 2, "thought": own.word("thought"), "share": ["thought"]}
        assert one.command("mark.seal", round=1, **mark).status == 200
    assert two[0].command("session.end").status == 200
    planned = month.api("POST", "sessions/", "Theo", {"title": own.word("title"), "starts_at": month.at(5, 20)})
    assert planned.status == 201
    own.sessions.append(planned.body["session"])


def tablet_is_handed_on(month: Month, finn_too: bool = True) -> None:
    """Let Cleo use the practice's tablet and put it away as it is, and Finn take it for the next hour."""
    practice = month.practice
    second, code = month.plan(practice.cleo_and_dan, 1, 11)
    third, next_code = month.plan(practice.ella_and_finn, 1, 12)
    month.until(1, 10, 55)
    month.open_console(second)
    month.look("two wait for each other")
    two = month.cleo_and_dan_come(second, code)
    month.round(second, two, (month.laptop, month.wall, month.tablet))
    month.end(two)
    month.look("the hour is over")
    month.put_the_tablet_away(closed=True)
    month.until(1, 11, 45)
    month.go(month.tablet, month.server.url)
    month.look("nobody is in the room")
    if not finn_too:
        return
    month.until(1, 11, 58)
    month.open_console(third)
    two = month.ella_and_finn_come(third, next_code)
    month.round(third, two, (month.laptop, month.wall, month.tablet))
    month.end(two)
    month.finish_on_the_tablet()
    month.look("the tablet is given back", ALL)


def test_no_couple_is_before_another_in_a_whole_month(own_timed: Timed, open_device: OpenDevice) -> None:
    month = Month(own_timed, open_device)
    two_of_them, ella_and_finn = month.practice.ana_and_ben, month.practice.ella_and_finn
    month.until(0, 9)
    at_home(month)
    hours = {day: month.plan(two_of_them, day, 10)[0] for day in (1, 2, 8, 15, 16, 22, 29)}
    for session in hours.values():
        month.all_read(session, "planned", *ALL_THREE)
    month.look("all is planned")

    # The first day: an hour with each couple, the tablet handed from one to the next.
    month.until(1, 9, 58)
    month.open_console(hours[1])
    two = month.ana_and_ben_come(hours[1])
    month.round(hours[1], two, (month.laptop, month.wall, month.phone))
    month.all_read(hours[1], "check_in", *ALL_THREE)
    month.end(two)
    tablet_is_handed_on(month)

    # One is moved: the old hour passes without anybody, and it takes place at the new one.
    month.go(month.laptop, f"{month.server.url}/practice/")
    month.go(month.phone, month.server.url)
    moved = month.api("PUT", f"sessions/{hours[2]}/appointment/", "Tess", {"starts_at": month.at(3, 15)})
    assert moved.status == 200, moved
    month.all_read(hours[2], "moved", *ALL_THREE)
    month.until(2, 10)
    month.all_read(hours[2], "moved", *ALL_THREE)
    month.look("an hour was moved")
    month.until(3, 14, 58)
    month.open_console(hours[2])
    two = month.ana_and_ben_come(hours[2])
    month.round(hours[2], two, (month.laptop, month.wall, month.phone))
    month.end(two)

    # Nobody comes; and Tess comes late to the next two, who wait.
    late, code = month.plan(ella_and_finn, 8, 12)
    month.until(8, 9, 45)
    month.go(month.phone, month.server.url)
    month.all_read(hours[8], "open", *ALL_THREE)
    month.until(8, 11)
    month.all_read(hours[8], "missed", *ALL_THREE)
    month.go(month.laptop, f"{month.server.url}/practice/")
    month.look("nobody came")
    month.until(8, 12)
    two = month.ella_and_finn_come(late, code)
    month.look("two wait for their host")
    month.until(8, 12, 10)
    month.open_console(late)
    month.round(late, two, (month.laptop, month.wall, month.tablet))
    month.end(two)
    month.finish_on_the_tablet()

    # Ben calls one off.
    month.until(10, 9)
    assert month.api("DELETE", f"sessions/{hours[15]}/appointment/", "Ben").status == 200
    month.all_read(hours[15], "called_off", *ALL_THREE)
    month.look("one is called off")

    # The laptop sleeps in the middle of an hour; it wakes covered.
    slept, code = month.plan(month.practice.cleo_and_dan, 15, 11)
    month.until(15, 10, 58)
    month.all_read(hours[15], "called_off", *ALL_THREE)
    month.open_console(slept)
    two = month.cleo_and_dan_come(slept, code)
    with month.laptop_asleep():
        month.round(slept, two, (month.wall, month.tablet))
        month.until(15, 11, 15)
    expect(hook(month.laptop, "uncover")).to_be_visible()
    assert month.practice.cleo_and_dan.word("label") not in month.laptop.title()
    month.look("the laptop wakes")
    hook(month.laptop, "uncover").click()
    month.end(two)
    month.finish_on_the_tablet()

    # Two come early, and wait.
    month.until(16, 9, 35)
    two = month.ana_and_ben_come(hours[16])
    month.look("two are early")
    month.until(16, 10)
    month.open_console(hours[16])
    month.round(hours[16], two, (month.laptop, month.wall, month.phone))
    month.end(two)

    # Ana takes her yes back in the middle of an hour: it ends for Tess, and the one that was planned is off for all.
    month.until(22, 9, 58)
    month.open_console(hours[22])
    two = month.ana_and_ben_come(hours[22])
    month.round(hours[22], two, (month.laptop, month.wall, month.phone))
    month.all_read(hours[29], "planned", *ALL_THREE)
    month.take_back("Ana")
    expect(month.laptop.get_by_role("heading", name="You no longer host this check-in.")).to_be_visible()
    month.all_read(hours[29], "called_off", *ALL_THREE)
    assert month.api("GET", f"sessions/{hours[22]}/appointment/", "Tess").status == 404
    month.all_read(hours[22], "check_in", "Ana", "Ben")
    month.look("a yes was taken back")
    month.end(two)

    # The hour after that.
    last, code = month.plan(month.practice.cleo_and_dan, 22, 11)
    month.until(22, 10, 58)
    month.open_console(last)
    two = month.cleo_and_dan_come(last, code)
    month.round(last, two, (month.laptop, month.wall, month.tablet))
    month.end(two)
    month.put_the_tablet_away(closed=False)
    month.until(29, 11)
    month.all_read(hours[29], "called_off", *ALL_THREE)
    expect(month.tablet.get_by_role("heading", name="Finished on this device")).to_be_visible()
    month.look("the month is over", month.reader.everywhere())

    assert month.reader.found == [], "\n".join(month.reader.found)
    planned = sum(len(couple.sessions) for couple in month.practice.clients)
    assert planned == 12 and month.reader.pages > 500, "the premise"


@pytest.fixture
def unguarded() -> Iterator[Timed]:
    """Return a Cycle that takes a browser for a person: whoever used it before is who is there."""
    running = start_timed(DJANGO_SETTINGS_MODULE="tests.support.servers.unguarded_settings")
    yield running
    running.server.close()


def test_a_tablet_that_forgets_nobody_is_found(unguarded: Timed, open_device: OpenDevice) -> None:
    month = Month(unguarded, open_device)
    month.until(0, 9)
    tablet_is_handed_on(month, finn_too=False)
    assert {one.rpartition(": ")[2] for one in month.reader.found} >= {"Dan"}
    assert all("nobody is in the room: the tablet" in one for one in month.reader.found), month.reader.found
