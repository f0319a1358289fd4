"""The first page is for whoever asks: a stranger, a couple, one alone, a therapist; and never a second lobby."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sessions.history.own.last_step import ASKED_FOR
from sessions.hosting import host_rights
from sessions.joining import start
from sessions.models import LiveSession, Step
from sessions.store import load
from tests.support.cast.care_cast import Three, account, both_agree, device, therapist
from tests.support.cast.past import Pair, pair, phone_of

pytestmark = pytest.mark.django_db

FILLED = re.compile(r'<(?:a|button)\b[^>]*class="button[^"]*button--act[^"]*"[^>]*data-testid="([^"]+)"')
CURRENT = re.compile(r'href="([^"]+)" aria-current="(page|true)"')


def look(phone: Client, path: str = "/") -> str:
    """Return a page."""
    answer = phone.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def with_a_step(at_days_ago: float = 3) -> Pair:
    """Return Ana and Ben, who each chose a step last time."""
    two = pair()
    two.reveal(timezone.now() - timedelta(days=at_days_ago), steps=("plum step", "quince step"))
    return two


# Whose page it is, and its one filled button


def test_a_stranger_reads_what_this_is_and_finds_the_way_to_sign_up() -> None:
    page = look(Client())
    assert FILLED.findall(page) == ["start-check-in"]
    assert "Look at the cycle together" in page
    navigation = page.partition("<nav")[2].partition("</nav>")[0]
    assert "/accounts/signup/" in navigation and "/accounts/login/" in navigation


def test_a_couple_is_greeted_and_finds_everything_of_theirs_as_rows() -> None:
    two = pair()
    page = look(phone_of(two.b))
    assert "Hello, <bdi>Ben</bdi>" in page and "<bdi>Ana</bdi>" in page
    assert FILLED.findall(page) == ["start-check-in"]
    rows = re.findall(r'<a class="row" href="([^"#]+)', page)
    assert rows == ["/openings/new/", "/couple/rhythm/", "/couple/", "/history/", "/my-part/", "/my-part/practice/"]


def test_one_alone_is_shown_how_to_pair() -> None:
    page = look(device(account("Otto")))
    assert FILLED.findall(page) == ["start-check-in"]
    assert 'data-testid="pair-row"' in page


def test_a_therapist_hosts_and_finds_the_couples() -> None:
    page = look(device(therapist()))
    assert FILLED.findall(page) == ["host-new"]
    assert 'data-testid="start-check-in"' in page, "a therapist may have a partner, too"
    assert 'data-testid="to-practice"' in page


def test_a_therapist_reads_how_many_check_ins_are_open(cast: Three) -> None:
    both_agree(cast)
    host_rights.start_hosted(cast.tess, cast.couple.id)
    page = look(device(cast.tess))
    assert "1 check-in is open or planned" in page
    assert FILLED.findall(page) == ["host-new"]


# Never a second lobby by accident


@pytest.mark.parametrize("path", ["/", "/couple/"])
def test_an_open_check_in_is_gone_to_and_none_is_started_beside_it(path: str) -> None:
    two = pair()
    started = start.start_for_couple(two.a, two.couple).live_session
    for person in (two.a, two.b):
        page = look(phone_of(person), path)
        assert f"/sessions/{started.id}/" in page
        assert "/start/" not in page.partition("<main")[2]
    assert FILLED.findall(look(phone_of(two.b))) == ["open-check-in"]


def test_a_guest_who_waits_is_led_back_to_the_same_room() -> None:
    phone = Client()
    phone.get("/start/")
    phone.post("/start/", {"first_name": "Ana"})
    page = look(phone)
    assert FILLED.findall(page) == ["open-check-in"]
    assert 'href="/start/"' not in page
    assert LiveSession.objects.count() == 1


def test_what_is_planned_for_later_keeps_nobody_from_starting_now() -> None:
    two = pair()
    start.start_for_couple(two.a, two.couple, starts_at=timezone.now() + timedelta(days=2))
    page = look(phone_of(two.a))
    assert FILLED.findall(page) == ["start-check-in"]
    assert "Open or planned" in page


# The last step


def test_one_is_asked_how_ones_own_step_went_and_nobody_elses() -> None:
    two = with_a_step()
    ana = phone_of(two.a)
    page = look(ana)
    assert "plum step" in page and "quince step" not in page
    step = Step.objects.get(seat="a")
    answer = ana.post(f"/couple/steps/{step.id}/", {"tried": "partly"})
    assert answer.url == "/"  # type: ignore[attr-defined]
    step.refresh_from_db()
    assert step.tried == "partly"
    assert 'value="partly" aria-pressed="true"' in look(ana)
    assert ana.post(f"/couple/steps/{Step.objects.get(seat='b').id}/", {"tried": "yes"}).status_code == 404
    assert ana.post(f"/couple/steps/{step.id}/", {"tried": "never"}).status_code == 404


def test_a_check_in_that_is_open_shows_the_answer_at_once() -> None:
    two = with_a_step()
    started = start.start_for_couple(two.a, two.couple).live_session
    before = load.state_of(started.id)
    step = Step.objects.get(seat="a")
    phone_of(two.a).post(f"/couple/steps/{step.id}/", {"tried": "yes"})
    after = load.state_of(started.id)
    assert before and after
    assert after.version > before.version
    assert [one.tried for one in after.follow_up if one.seat == "a"] == ["yes"]


@pytest.mark.parametrize("days", [0.01, ASKED_FOR.days + 1])
def test_a_step_of_now_or_of_long_ago_is_not_asked_about(days: float) -> None:
    two = with_a_step(days)
    LiveSession.objects.filter(ended_at__gt=timezone.now()).update(ended_at=None)
    assert "plum step" not in look(phone_of(two.a))


# Where one is


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("/", [("/", "page")]),
        ("/couple/", [("/couple/", "page")]),
        ("/couple/unpair/", [("/couple/", "true")]),
        ("/my-part/practice/", [("/my-part/", "true")]),
        ("/settings/", [("/settings/", "page")]),
        ("/accounts/email/", [("/settings/", "true")]),
        ("/safety/", []),
    ],
)
def test_the_navigation_marks_where_one_is(path: str, marked: list[tuple[str, str]]) -> None:
    page = look(phone_of(pair().a), path)
    assert CURRENT.findall(page.partition("<nav")[2].partition("</nav>")[0]) == marked
