"""The couple's rhythm, by its page: agreed on by both, skipped and paused by either, ended by one."""

import re
from datetime import date, datetime, time, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.couple import pairing, rhythm
from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm_times import Rhythm
from accounts.models import Couple, User
from accounts.settings.deletion import delete_person
from cycleproject.web.calendar_file import NOBODY
from sessions.joining import openings, start
from sessions.models import LiveSession
from tests.support.cast.acting import api
from tests.support.cast.past import Pair, pair, phone_of
from tests.support.cast.rhythms import in_three_days, standing

pytestmark = pytest.mark.django_db

PAGE = "/couple/rhythm/"
FROM_BEFORE = "/history/keeping/weekly/"
CALENDAR = "/history/keeping/our-time.ics"
SUNDAYS = {"day": "6", "time": "19:00", "every": "1", "zone": "Europe/Berlin"}
FORM = re.compile(r'<form[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.DOTALL)
INPUT = re.compile(r'<(?:input|button)[^>]*?name="([^"]+)" value="([^"]*)"')
TIME = re.compile(r'<time datetime="([^"]+)">([^<]+)</time>')


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben."""
    return pair()


def look(person: User, path: str = PAGE, zone: str = "") -> str:
    """Return a page, as a browser in some zone shows it."""
    phone = phone_of(person)
    if zone:
        phone.cookies["zone"] = zone
    answer = phone.get(path)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def tap(person: User, path: str, button: str) -> Any:
    """Send the form on a page in which a button stands, as a browser without scripts does."""
    for action, inside in FORM.findall(look(person, path)):
        if f'data-testid="{button}"' in inside:
            sent = {name: value for name, value in INPUT.findall(inside) if name != "csrfmiddlewaretoken"}
            if button.startswith("rhythm-pause"):
                sent["weeks"] = button[-1]  # two buttons of one form
            return phone_of(person).post(action, sent)
    pytest.fail(f"there is no {button} on {path}")


# Saying one


@pytest.mark.parametrize("path", [PAGE, FROM_BEFORE])
def test_it_holds_once_both_have_said_it_and_either_ends_it(two: Pair, path: str) -> None:
    anas, bens = phone_of(two.a), phone_of(two.b)
    assert anas.post(path, SUNDAYS).status_code == 302
    assert standing(two).held is None and anas.get(CALENDAR).status_code == 404, "one alone has only suggested it"
    assert "You suggested:" in look(two.a) and "Ana suggests:" in re.sub(r"</?bdi>", "", look(two.b))
    assert tap(two.b, PAGE, "rhythm-agree").status_code == 302
    assert standing(two).held == Rhythm(6, time(19), "Europe/Berlin")
    assert "RRULE:FREQ=WEEKLY\r\n" in bens.get(CALENDAR).content.decode()
    assert bens.post(path, {"day": "", "time": "19:00"}).status_code == 302
    assert standing(two) == rules.Standing() and anas.get(CALENDAR).status_code == 404


def test_a_page_from_before_zones_says_every_week_by_the_clock_it_is_read_by(two: Pair) -> None:
    phone = phone_of(two.a)
    phone.cookies["zone"] = "America/New_York"
    phone.post(FROM_BEFORE, {"day": "2", "time": "19:30"})
    asked = standing(two).asked
    assert asked and asked.rhythm == Rhythm(2, time(19, 30), "America/New_York")


def test_the_one_that_holds_stays_until_both_have_said_another(two: Pair) -> None:
    in_three_days(two)
    held = standing(two).held
    for button in ("rhythm-keep", "rhythm-agree"):
        phone_of(two.b).post(PAGE, {**SUNDAYS, "time": "07:15", "zone": " america/new york "})
        assert standing(two).held == held, "a question leaves it as it is"
        assert 'data-testid="rhythm-agree"' not in look(two.b), "nobody agrees with themselves"
        tap(two.a, PAGE, button)
        assert standing(two).asked is None
        assert (standing(two).held == held) == (button == "rhythm-keep")
    assert standing(two).held == Rhythm(6, time(7, 15), "America/New_York")


def test_one_from_before_zones_stays_as_it_is_and_asks_for_a_zone(two: Pair) -> None:
    Couple.objects.update(weekly_day=6, weekly_time=time(19))
    for person in (two.a, two.b):
        page = look(person)
        assert "Every Sunday, 19:00" in page and "no time zone yet" in page
        assert 'data-testid="rhythm-card"' not in page
    assert api(two.a, "GET", "couple/rhythm/").json()["rhythm"]["zone"] is None
    assert "T190000\r\n" in phone_of(two.a).get(CALENDAR).content.decode()
    phone_of(two.a).post(PAGE, SUNDAYS)
    tap(two.b, PAGE, "rhythm-agree")
    assert standing(two).held == Rhythm(6, time(19), "Europe/Berlin")


@pytest.mark.parametrize(
    "fields",
    [{"day": "7"}, {"time": "25:00"}, {"day": "x", "time": ""}, {"zone": "Nowhere/Else"}, {"zone": "../etc/passwd"},
     {"every": "3"}, {"every": "2 2026-13-01"}, {"every": "2"}],
    ids=str,
)  # fmt: skip
def test_what_is_no_rhythm_changes_nothing_and_stays_typed(two: Pair, fields: dict[str, str]) -> None:
    in_three_days(two)
    before = standing(two)
    answer = phone_of(two.a).post(PAGE, {**SUNDAYS, "time": "06:45", **fields})
    assert answer.status_code == 400 and "field__error" in answer.content.decode()
    assert fields.get("time", "06:45") in answer.content.decode()
    assert standing(two) == before


# Its next time


def test_both_see_the_same_instant_each_by_their_own_clock(two: Pair) -> None:
    on = in_three_days(two)
    pages = [look(two.a, zone="Europe/Berlin"), look(two.b, zone="America/New_York")]
    at = rules.instant(on, time(19), "Europe/Berlin")
    for page, hour in zip(pages, ("19:00", at.astimezone(ZoneInfo("America/New_York")).strftime("%H:%M")), strict=True):
        instants = [(datetime.fromisoformat(said), shown[-5:]) for said, shown in TIME.findall(page)]
        assert instants == [(at, hour)]
        assert "By the clock of Europe/Berlin" in page, "whose clock it is, is shown to both"


def test_home_proposes_it_as_an_opening_with_that_hour_filled_in(two: Pair) -> None:
    on = in_three_days(two)
    for zone, person in (("Europe/Berlin", two.a), ("Asia/Tokyo", two.b)):
        link = re.search(r'href="(/openings/new/\?opens_at=[^"]+)"', look(person, "/", zone))
        assert link
        field = re.search(r'id="opens-at" name="opens_at" value="([^"]+)"', look(person, link[1], zone))
        assert field
        at = rules.instant(on, time(19), "Europe/Berlin").astimezone(ZoneInfo(zone))
        assert field[1] == at.strftime("%Y-%m-%dT%H:%M")


def test_a_check_in_is_planned_for_it_once_and_then_nothing_is_proposed(two: Pair) -> None:
    on = in_three_days(two)
    places = {tap(two.a, "/", "rhythm-plan").headers["Location"]}
    places.add(phone_of(two.b).post(f"{PAGE}plan/", {"on": on.isoformat()}).headers["Location"])
    planned = LiveSession.objects.get()
    assert places == {f"/sessions/{planned.id}/"}
    assert planned.starts_at == rules.instant(on, time(19), "Europe/Berlin")
    for person in (two.a, two.b):
        assert 'data-testid="rhythm-card"' not in look(person, "/")


def test_where_an_opening_waits_no_other_is_proposed(two: Pair) -> None:
    on = in_three_days(two)
    assert 'data-testid="rhythm-suggest"' in look(two.b, "/")
    hour = rules.instant(on, time(19), "Europe/Berlin")
    openings.propose(two.a, hour - timedelta(hours=3), moment=1)
    assert 'data-testid="rhythm-suggest"' not in look(two.b, "/") and 'data-testid="rhythm-plan"' in look(two.b, "/")
    openings.say_hour(two.a, LiveSession.objects.get().id, hour)
    assert 'data-testid="rhythm-card"' not in look(two.b, "/"), "its hour is the rhythm's: there is nothing to propose"


def test_a_day_that_is_not_the_next_plans_nothing(two: Pair) -> None:
    on = in_three_days(two)
    for other in (on + timedelta(days=7), on - timedelta(days=1), date.min, date.max):
        assert phone_of(two.a).post(f"{PAGE}plan/", {"on": other.isoformat()}).status_code == 302
    for nonsense in ("", "soon", "2026-02-30"):
        assert phone_of(two.a).post(f"{PAGE}plan/", {"on": nonsense}).status_code == 404
    assert not LiveSession.objects.exists()


# Skipping and pausing


@pytest.mark.parametrize("path", ["/", PAGE])
def test_either_skips_and_either_brings_it_back_and_no_name_is_told(two: Pair, path: str) -> None:
    on = in_three_days(two)
    assert tap(two.a, path, "rhythm-skip").headers["Location"] == path
    after = standing(two)
    pages = [look(one, path) for one in (two.a, two.b)]
    cards = [page.partition('data-testid="rhythm-card"')[2].partition("</section>")[0] for page in pages]
    assert "Left out:" in cards[0]
    assert [TIME.findall(card) for card in cards] == [TIME.findall(cards[0])] * 2, "to both the same"
    assert not any(name in card for card in cards for name in ("Ana", "Ben"))
    following = rules.next_time(after, timezone.now())
    assert following and following.on == on + timedelta(days=7)
    assert phone_of(two.b).post(f"{PAGE}skip/", {"on": on.isoformat()}).status_code == 302
    assert standing(two) == after, "again is the same"
    tap(two.b, path, "rhythm-bring-back")
    assert standing(two).skipped is None


@pytest.mark.parametrize("weeks", [2, 4])
@pytest.mark.parametrize("path", ["/", PAGE])
def test_a_pause_is_one_tap_and_undone_in_one(two: Pair, path: str, weeks: int) -> None:
    on = in_three_days(two)
    assert tap(two.b, path, f"rhythm-pause-{weeks}").headers["Location"] == path
    following = rules.next_time(standing(two), timezone.now())
    assert following and following.on == on + timedelta(weeks=weeks)
    for person in (two.a, two.b):
        page = look(person, path)
        assert "Our rhythm is paused" in page and 'data-testid="rhythm-suggest"' not in page
    tap(two.a, path, "rhythm-resume")
    assert standing(two).paused_until is None


def test_nothing_counts_what_was_left_out(two: Pair) -> None:
    """After each week of a year the row is as after the first, but for the two dates."""
    in_three_days(two)
    now, rows = timezone.now(), set()
    for _ in range(52):
        following = rules.next_time(standing(two), now)
        assert following
        rhythm.skip(two.a, following.on, now)
        now = following.at + timedelta(hours=1)
        rhythm.pause(two.b, 1, now)
        rhythm.resume(two.a)
        row = Couple.objects.filter(pk=two.couple.pk).values().get()
        assert row.pop("weekly_skipped") == following.on and row.pop("weekly_paused_until") is None
        rows.add(frozenset(row.items()))
    assert len(rows) == 1


# The end of it


def test_unpairing_ends_it_for_both(two: Pair) -> None:
    in_three_days(two)
    rhythm.say(two.a, Rhythm(1, time(8), "Asia/Tokyo"))
    rhythm.skip(two.a, timezone.now().date() + timedelta(days=3))
    pairing.unpair(two.b)
    assert Couple.objects.filter(pk=two.couple.pk).values(*rhythm.NOTHING).get() == rhythm.NOTHING
    for person in (two.a, two.b):
        assert phone_of(person).get(PAGE).headers["Location"] == "/couple/"
        assert phone_of(person).post(PAGE, SUNDAYS).status_code == 404
        assert phone_of(person).get(CALENDAR).status_code == 404


def test_with_an_account_it_ends_too(two: Pair) -> None:
    in_three_days(two)
    delete_person(two.a)
    assert standing(two) == rules.Standing()


# The calendar


def test_the_calendar_names_nobody_and_nothing(two: Pair) -> None:
    in_three_days(two)
    answer = phone_of(two.a).get(CALENDAR)
    said = (answer.content.decode() + answer["Content-Disposition"]).replace(NOBODY, "")
    for word in (
        "cycle",
        "ana",
        "ben",
        "check",
        "partner",
        "couple",
        "therap",
        "http",
        "@",
        "berlin",
        str(two.couple.id),
    ):
        assert word not in said.replace("VCALENDAR", "").replace("Calendar", "").replace("calendar", "").lower(), word


def test_a_guest_and_who_is_alone_are_led_on() -> None:
    alone = User.objects.create_user("otto@example.org", None, first_name="Otto")
    assert phone_of(alone).get(PAGE).headers["Location"] == "/couple/"
    guest = start.start_with_code(User.objects.create_guest("Cleo")).seats.get().user
    assert guest and phone_of(guest).get(PAGE).headers["Location"] == "/couple/"
    assert Client().get(PAGE).headers["Location"] == "/"
