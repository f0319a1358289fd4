"""Times are those of the clock that the reader looks at; where nobody knows it, they are in UTC and say so."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.care import audit, scopes
from accounts.couple import retention
from accounts.models import AuditEntry
from sessions.models import LiveSession
from tests.support.cast.care_cast import Three, device, three
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db

AUCKLAND = "Pacific/Auckland"  # eleven hours before UTC at least


@pytest.fixture
def late() -> datetime:
    """Return an hour before this month began in UTC, when it had begun in Auckland."""
    return timezone.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0) - timedelta(hours=1)


@pytest.fixture
def two(late: datetime) -> Pair:
    """Return Ana and Ben, who looked at one moment then."""
    two = pair()
    two.reveal(late)
    return two


@pytest.fixture
def care_of_three() -> Three:
    """Return Ana, Ben and their therapist, who may do everything."""
    them = three()
    for partner in (them.ana, them.ben):
        scopes.agree(partner, them.link, ["host", "history"])
    return them


def there(moment: datetime) -> str:
    """Return how a time reads in Auckland."""
    return f"{moment.astimezone(ZoneInfo(AUCKLAND)):%A %-d %B %Y, %H:%M}"


def in_utc(moment: datetime) -> str:
    """Return how a time reads where nobody knows whose clock counts."""
    return f"{moment.astimezone(UTC):%A %-d %B %Y, %H:%M} UTC"


def text_of(answer: HttpResponse) -> str:
    """Return a page."""
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def in_auckland(browser: Client, cookie: str = "zone") -> Client:
    """Return a browser whose clock says what clocks in Auckland say."""
    browser.cookies[cookie] = AUCKLAND
    return browser


@pytest.mark.parametrize("cookie", ["zone", "__Host-zone"])
def test_times_are_shown_in_the_readers_zone(two: Pair, late: datetime, cookie: str) -> None:
    page = reverse("history_round", args=[two.rounds[0].history_id])
    assert f"{there(late)}</time>" in text_of(in_auckland(phone_of(two.a), cookie).get(page))
    assert f"{in_utc(late)}</time>" in text_of(phone_of(two.b).get(page))


@pytest.mark.parametrize("nonsense", ["", "Nowhere/At-All", "../../etc/passwd", "/etc/localtime", "x" * 4000])
def test_times_are_in_utc_without_a_valid_zone(two: Pair, late: datetime, nonsense: str) -> None:
    phone = phone_of(two.a)
    phone.cookies["zone"] = nonsense
    assert in_utc(late) in text_of(phone.get(reverse("history_round", args=[two.rounds[0].history_id])))


def test_the_history_filters_by_the_readers_days(two: Pair, late: datetime) -> None:
    found = reverse("history_round", args=[two.rounds[0].history_id])
    last, first = late.date(), late.date() + timedelta(days=1)
    for phone, day, other in ((phone_of(two.a), last, first), (in_auckland(phone_of(two.b)), first, last)):
        assert found in text_of(phone.get("/history/", {"from": day, "to": day}))
        assert found not in text_of(phone.get("/history/", {"from": other, "to": other}))


def test_charts_count_by_the_readers_months(two: Pair, late: datetime) -> None:
    last, this = (f">{day:%b %Y}</th>" for day in (late, late + timedelta(days=1)))
    assert last in text_of(phone_of(two.a).get("/history/change/"))
    elsewhere = text_of(in_auckland(phone_of(two.b)).get("/history/change/"))
    assert this in elsewhere and last not in elsewhere


def test_the_access_log_shows_the_readers_time(care_of_three: Three, late: datetime) -> None:
    audit.record(care_of_three.tess, "history", care_of_three.couple.id)
    AuditEntry.objects.update(opened_at=late)
    assert there(late) in text_of(in_auckland(device(care_of_three.ana)).get("/couple/care/opened/"))
    assert in_utc(late) in text_of(device(care_of_three.ben).get("/couple/care/opened/"))


def test_a_check_in_is_planned_in_the_therapists_zone(care_of_three: Three) -> None:
    browser = in_auckland(device(care_of_three.tess))
    day = timezone.now().date() + timedelta(days=30)
    asked = {"couple": str(care_of_three.couple.id), "when": "later", "starts_at": f"{day}T08:15", "title": ""}
    assert browser.post("/practice/start/", asked).status_code == 302
    planned = LiveSession.objects.get(starts_at__isnull=False).starts_at
    assert planned and planned == datetime(day.year, day.month, day.day, 8, 15, tzinfo=ZoneInfo(AUCKLAND))
    assert there(planned) in text_of(browser.get("/practice/"))
    assert in_utc(planned) in text_of(device(care_of_three.ana).get("/"))


def test_the_form_names_the_zone_that_a_time_is_planned_in(care_of_three: Three) -> None:
    assert "Day and time (UTC)" in text_of(device(care_of_three.tess).get("/practice/start/"))
    assert "(UTC)" not in text_of(in_auckland(device(care_of_three.tess)).get("/practice/start/"))


# Programs say by whose days they ask.


def answer_of(browser: Client, path: str, **asked: str) -> dict[str, Any]:
    """Return what the API answers about the history."""
    answer = browser.get(f"/api/v1/history/{path}", asked)
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("cookie", ["zone", "__Host-zone"])
def test_a_program_asks_in_utc_whatever_a_cookie_says(two: Pair, late: datetime, cookie: str) -> None:
    last = str(late.date())
    for phone in (phone_of(two.a), in_auckland(phone_of(two.a), cookie)):
        assert len(answer_of(phone, "", **{"from": last, "to": last})["results"]) == 1
        assert answer_of(phone, "summary/")["months"][0]["month"] == f"{late:%Y-%m}"


def test_a_program_names_the_zone_whose_days_it_means(two: Pair, late: datetime) -> None:
    last, first = str(late.date()), str(late.date() + timedelta(days=1))
    phone = phone_of(two.a)
    for day, found in ((first, 1), (last, 0)):
        assert len(answer_of(phone, "", **{"from": day, "to": day, "tz": AUCKLAND})["results"]) == found
    assert answer_of(phone, "summary/", tz=AUCKLAND)["months"][0]["month"] == first[:7]


def test_the_zone_goes_on_to_the_next_page(late: datetime) -> None:
    two = pair()
    for minute in range(25):
        two.reveal(late + timedelta(minutes=minute))
    first = str(late.date() + timedelta(days=1))
    page = answer_of(phone_of(two.a), "", **{"from": first, "tz": AUCKLAND})
    assert len(page["results"]) == 20
    following = phone_of(two.a).get(page["next"]).json()
    assert len(following["results"]) == 5 and f"tz={AUCKLAND.replace('/', '%2F')}" in following["previous"]


@pytest.mark.parametrize("nonsense", ["", "utc ", "Nowhere/At-All", "../../etc/passwd", "+02:00", "x" * 5000])
def test_a_zone_that_is_none_cannot_be_read(two: Pair, nonsense: str) -> None:
    for path in ("", "summary/"):
        answer = phone_of(two.a).get(f"/api/v1/history/{path}", {"tz": nonsense})
        assert (answer.status_code, answer.json()["code"]) == (400, "frame.invalid")


@pytest.mark.parametrize(
    ("zone", "day", "first", "before"),
    [
        # The clock is put forward at midnight, and this day begins at one.
        (
            "Africa/Cairo",
            "2026-04-24",
            datetime(2026, 4, 23, 22, tzinfo=UTC),
            datetime(2026, 4, 23, 21, 59, tzinfo=UTC),
        ),
        # It is put back at one: the first of two midnights begins the day.
        (
            "America/Havana",
            "2026-11-01",
            datetime(2026, 11, 1, 4, tzinfo=UTC),
            datetime(2026, 11, 1, 3, 59, tzinfo=UTC),
        ),
    ],
)
def test_a_day_begins_once_though_midnight_is_skipped_or_doubled(
    zone: str, day: str, first: datetime, before: datetime
) -> None:
    two = pair()
    retention.set_retention(two.a, two.couple, retention.MAX_MONTHS)
    retention.set_retention(two.b, two.couple, retention.MAX_MONTHS)
    inside, outside = two.reveal(first), two.reveal(before)
    found = answer_of(phone_of(two.a), "", **{"from": day, "tz": zone})["results"]
    assert [one["id"] for one in found] == [str(inside.history_id)] and outside.history_id != inside.history_id


@pytest.mark.parametrize(
    ("zone", "at"),
    [("Europe/Berlin", datetime(2027, 3, 28, 2, 30)), ("Europe/Berlin", datetime(2027, 10, 31, 2, 30))],
    ids=["skipped", "doubled"],
)
def test_it_asks_again_for_an_hour_that_is_not_there_or_comes_twice(
    care_of_three: Three, zone: str, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 29, 12, tzinfo=UTC))
    browser = device(care_of_three.tess)
    browser.cookies["zone"] = zone
    asked = {"couple": "", "when": "later", "starts_at": f"{at:%Y-%m-%dT%H:%M}", "title": "Thursday"}
    answer = browser.post("/practice/start/", asked)
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 400 and "The clocks change during that hour" in page
    assert 'value="Thursday"' in page, "what was typed is still there"
    assert not LiveSession.objects.exists()
