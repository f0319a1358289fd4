"""Pages that change by time alone say when, by the server's clock; each view of them is asked, before and after."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import invitations as care_invitations
from accounts.couple import invitations
from accounts.models import User
from accounts.my_part import notes
from cycleproject.web.changes_by_time import by_time, next_midnight
from sessions.history.own.look_back import A_NIGHT
from sessions.joining import start
from tests.support.cast.past import Pair, pair, phone_of, therapist_of

TOLD = re.compile(r'name="changes-at" content="([^"]+)" data-shown-at="([^"]+)"( data-answer)?')
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
A_DAY = timedelta(days=1)


def test_it_is_the_first_moment_that_is_still_to_come() -> None:
    later, sooner = NOW + A_DAY, NOW + timedelta(hours=1)
    assert by_time(NOW, later, None, sooner, NOW, NOW - A_DAY) == {"shown_at": NOW, "changes_at": sooner}
    assert by_time(NOW, None, NOW) == by_time(NOW) == {}


@pytest.mark.parametrize(
    ("zone", "midnight"),
    [
        ("UTC", datetime(2026, 3, 2, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 2, 5, tzinfo=UTC)),
    ],
)
def test_midnight_is_the_reader_s(zone: str, midnight: datetime) -> None:
    with timezone.override(ZoneInfo(zone)):
        assert next_midnight(NOW) == midnight


def test_midnight_comes_when_the_clocks_change_too() -> None:
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert next_midnight(datetime(2026, 3, 29, 0, 30, tzinfo=UTC)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
        assert next_midnight(datetime(2026, 10, 25, 0, 30, tzinfo=UTC)) == datetime(2026, 10, 25, 23, tzinfo=UTC)


def told(phone: Client, path: str, *, post: bool = False) -> tuple[datetime | None, bool]:
    """Return when a page says that it changes, and whether it is the answer of a form."""
    answer = phone.post(path) if post else phone.get(path)
    assert answer.status_code == 200, answer
    found = TOLD.search(answer.content.decode())
    if found is None:
        return None, False
    assert abs(datetime.fromisoformat(found[2]) - timezone.now()) < timedelta(seconds=30)
    return datetime.fromisoformat(found[1]), found[3] is not None


def soon(seconds: int = 600) -> datetime:
    """Return a whole second before any midnight, unless that is near."""
    return timezone.now().replace(microsecond=0) + timedelta(seconds=seconds)


def _planned(two: Pair, opens_at: datetime) -> str:
    plan = start.start_for_couple(two.a, two.couple, starts_at=opens_at + timedelta(minutes=30))
    return str(plan.live_session.id)


def _draft(two: Pair, opens_at: datetime) -> str:
    return str(notes.add_note(two.a, "draft", {"text": "Where were you?"}, opens_at).id)


def _round(two: Pair, asked_at: datetime) -> str:
    User.objects.filter(pk=two.a.pk).update(looks_back=True)
    return str(two.reveal(asked_at - A_NIGHT).history_id)


def _waits(two: Pair, over_at: datetime) -> str:
    other = User.objects.create_user("otto@example.org", None, first_name="Otto")
    return start.start_with_code(other, over_at - A_DAY).code or ""


# A page, and what makes it change at a moment that is told to it.
PAGES: dict[str, tuple[str, Callable[[Pair, datetime], str]]] = {
    "home, an appointment": ("/", _planned),
    "home, looking back": ("/", _round),
    "us": ("/couple/", _planned),
    "an appointment": ("/sessions/{}/", _planned),
    "moving it": ("/sessions/{}/move/", _planned),
    "calling it off": ("/sessions/{}/call-off/", _planned),
    "drafts": ("/my-part/practice/drafts/", _draft),
    "a draft": ("/my-part/practice/drafts/{}/", _draft),
    "a round": ("/history/{}/", _round),
    "joining": ("/join/{}/", _waits),
}


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_when_it_changes(page: str) -> None:
    two, at = pair(), soon()
    path, make = PAGES[page]
    path = path.format(make(two, at))
    changes_at, is_answer = told(phone_of(two.a) if page != "joining" else Client(), path)
    assert changes_at and not is_answer
    assert changes_at == min(at, next_midnight(timezone.now())) if "home" in page or page == "us" else changes_at == at


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/history/", "/history/keeping/"])
def test_what_is_told_by_the_day_changes_at_midnight(path: str) -> None:
    two = pair()
    two.reveal(timezone.now() - 20 * A_DAY)
    assert told(phone_of(two.a), path)[0] == next_midnight(timezone.now())


@pytest.mark.django_db
def test_an_invitation_runs_out_on_every_page_that_shows_it() -> None:
    two = pair()
    inviting = User.objects.create_user("otto@example.org", None, first_name="Otto")
    invitation, token = invitations.create(inviting)
    comer = User.objects.create_user("cleo@example.org", None, first_name="Cleo")
    for person in (inviting, comer):
        changes_at, _ = told(phone_of(person), f"/couple/invitation/{token}/")
        assert changes_at == invitation.expires_at
    tess = therapist_of(two)
    care, care_token = care_invitations.create(two.a, as_therapist=False)
    for person, path in ((two.a, "/couple/care/"), (tess, f"/care/invitation/{care_token}/")):
        assert told(phone_of(person), path)[0] == care.expires_at
    asked, _ = care_invitations.create(tess, as_therapist=True)
    assert told(phone_of(tess), "/practice/")[0] == asked.expires_at


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["partner", "therapist"])
def test_a_link_that_is_shown_once_says_itself_that_it_has_run_out(who: str) -> None:
    """It answered a form: loaded anew it would send the form, and what was shown would be gone."""
    two = pair()
    path = "/couple/care/invite/" if who == "therapist" else "/couple/invite/"
    person = two.a if who == "therapist" else User.objects.create_user("otto@example.org", None, first_name="Otto")
    changes_at, is_answer = told(phone_of(person), path, post=True)
    assert changes_at and is_answer
    page = phone_of(person).post(path).content.decode()
    assert page.count("data-until-over") == 2 and page.count("data-once-over hidden") == 1
    assert page.index("This invitation has run out") < page.index("data-until-over")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/settings/", "/my-part/", "/privacy/", "/try/"])
def test_a_page_that_does_not_change_by_time_says_nothing(path: str) -> None:
    assert told(phone_of(pair().a), path) == (None, False)
