"""A form that is sent twice, by a second tap or because its answer was lost: one effect, and the same answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.utils import timezone

from accounts.logins import BACKEND
from accounts.models import Receipt, User
from accounts.models.receipts import LIFETIME
from sessions.joining.start import start_with_code
from sessions.models import LiveSession, Seat
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import Three
from tests.support.cast.clients import start_as
from tests.support.cast.visitors import PageAnswer, Visitor
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")


@pytest.fixture
def waiting(db: None) -> LiveSession:
    """Return a check-in in which Ana waits."""
    return start_with_code(User.objects.create_guest("Ana"))


@pytest.fixture
def ben(db: None) -> Browser:
    """Return Ben's phone."""
    return Browser()


@pytest.mark.django_db
def test_starting_again_after_a_lost_answer_leads_to_what_was_started(ben: Browser) -> None:
    ben.look("/start/")
    fields = ben.fields(first_name="Ben")
    lost = ben.send_and_lose_the_answer("/start/", fields)
    again = ben.send("/start/", fields)
    assert (again.status_code, again.url) == (302, lost.url)
    assert (LiveSession.objects.count(), Seat.objects.count(), User.objects.count()) == (1, 1, 1)
    assert ben.person == str(User.objects.get().pk)
    assert ben.look(again.url).status_code == 200


def test_joining_again_after_a_lost_answer_leads_to_ones_own_seat(waiting: LiveSession, ben: Browser) -> None:
    path = f"/join/{waiting.code}/"
    ben.look(path)
    fields = ben.fields(first_name="Ben")
    lost = ben.send_and_lose_the_answer(path, fields)
    again = ben.send(path, fields)
    assert (again.status_code, again.url) == (302, lost.url)
    assert sorted(waiting.seats.values_list("name", "first_name")) == [("a", "Ana"), ("b", "Ben")]
    assert User.objects.count() == 2
    assert ben.look(again.url).status_code == 200


def test_the_link_leads_to_the_seat_that_this_browser_took_when_the_answer_was_lost(
    waiting: LiveSession, ben: Browser
) -> None:
    path = f"/join/{waiting.code}/"
    ben.look(path)
    lost = ben.send_and_lose_the_answer(path, ben.fields(first_name="Ben"))
    assert ben.look(path).url == lost.url
    assert ben.person == str(waiting.seats.get(name="b").user_id)


def test_the_page_to_start_leads_to_what_this_browser_started_when_the_answer_was_lost(db: None, ben: Browser) -> None:
    ben.look("/start/")
    lost = ben.send_and_lose_the_answer("/start/", ben.fields(first_name="Ben"))
    assert ben.look("/start/").url == lost.url
    assert LiveSession.objects.count() == 1


@pytest.mark.parametrize("door", ["start", "join"])
def test_a_second_tap_that_is_sent_after_the_first_answer_is_not_called_too_old(
    waiting: LiveSession, ben: Browser, door: str
) -> None:
    path = {"start": "/start/", "join": f"/join/{waiting.code}/"}[door]
    ben.look(path)
    fields = ben.fields(first_name="Ben")
    first = ben.send(path, fields)
    # The login has brought a new token against forgery, and the page of the second tap holds the one before.
    again = ben.send(path, fields)
    assert (again.status_code, again.url) == (302, first.url)
    assert User.objects.filter(first_name="Ben").count() == 1


def test_nobody_else_is_led_there(waiting: LiveSession, ben: Browser) -> None:
    path, otto = f"/join/{waiting.code}/", Browser()
    ben.look(path)
    otto.look(path)
    fields = ben.fields(first_name="Ben")
    ben.send(path, fields)
    # Seen over a shoulder: Otto's browser is another one all the same.
    answer = otto.send(path, {**otto.fields(first_name="Otto"), "nonce": fields["nonce"]})
    assert answer.status_code == otto.look(path).status_code == 404
    assert otto.person is None


def test_it_is_forgotten_after_some_minutes(waiting: LiveSession, ben: Browser) -> None:
    path = f"/join/{waiting.code}/"
    ben.look(path)
    fields = ben.fields(first_name="Ben")
    ben.send_and_lose_the_answer(path, fields)
    Receipt.objects.update(created_at=timezone.now() - LIFETIME + timedelta(seconds=5))
    assert ben.send_and_lose_the_answer(path, fields).status_code == 302
    Receipt.objects.update(created_at=timezone.now() - LIFETIME)
    assert ben.send(path, fields).status_code == 404
    assert ben.look(path).status_code == 404


def test_who_takes_the_phone_after_a_log_out_is_led_nowhere(waiting: LiveSession, ben: Browser) -> None:
    path = f"/join/{waiting.code}/"
    ben.look(path)
    fields = ben.fields(first_name="Ben")
    ben.send(path, fields)
    ben.look("/")
    token = ben.fields()["csrfmiddlewaretoken"]
    out = ben.client.post("/api/v1/auth/logout/", "{}", "application/json", headers={"x-csrftoken": token})
    assert out.status_code == 204
    assert ben.send(path, {**fields, "csrfmiddlewaretoken": token}).status_code == 404
    assert ben.look(path).status_code == 404


def test_an_account_is_never_logged_in_by_a_form_that_comes_again(waiting: LiveSession, ben: Browser) -> None:
    path = f"/join/{waiting.code}/"
    ben.look(path)
    fields = ben.fields(first_name="Ben")
    ben.send_and_lose_the_answer(path, fields)
    User.objects.filter(first_name="Ben").update(email="ben@example.org")
    assert ben.send(path, fields).status_code == 404
    assert ben.person is None


def test_a_form_that_was_refused_can_be_sent_again(waiting: LiveSession, ben: Browser) -> None:
    path = f"/join/{waiting.code}/"
    ben.look(path)
    fields = ben.fields(first_name=" ")
    assert ben.send(path, fields).status_code == 400
    assert not Receipt.objects.exists()
    assert ben.send(path, {**fields, "first_name": "Ben"}).status_code == 302


def test_nobody_is_made_for_a_code_that_is_not_open(db: None, ben: Browser) -> None:
    ben.look("/start/")
    assert ben.send("/join/BBBBBB/", ben.fields(first_name="Ben")).status_code == 404
    assert not User.objects.exists()
    assert ben.person is None


@pytest.mark.both_stacks
def test_two_taps_in_the_same_moment_make_one_check_in(server: Server) -> None:
    for _ in range(5):
        ana = Visitor(server, "Ana")
        answers = _both(ana, "/start/", first_name="Ana", nonce=ana.nonce_on("/start/"))
        assert answers[0].status == answers[1].status == 200
        assert answers[0].path == answers[1].path
        assert answers[0].path.startswith("/sessions/")


@pytest.mark.both_stacks
def test_two_taps_in_the_same_moment_take_one_seat(server: Server) -> None:
    for _ in range(5):
        ana, code = start_as(server, "Ana")
        ben = Visitor(server, "Ben")
        path = f"/join/{code}/"
        answers = _both(ben, path, first_name="Ben", nonce=ben.nonce_on(path))
        assert {answer.path for answer in answers} == {f"/sessions/{ana.session}/"}
        assert [one["name"] for one in ana.snapshot()["people"]] == ["Ana", "Ben"]


@pytest.mark.django_db
def test_hosting_again_after_a_lost_answer_leads_to_what_was_started(cast: Three) -> None:
    browser = Browser()
    browser.client.force_login(cast.tess, backend=BACKEND)
    browser.look("/practice/start/")
    fields = browser.fields(couple="", when="now", title="")
    lost = browser.send_and_lose_the_answer("/practice/start/", fields)
    assert browser.send("/practice/start/", fields).url == lost.url
    assert LiveSession.objects.filter(hosted=True).count() == 1


def _both(visitor: Visitor, path: str, **fields: str) -> list[PageAnswer]:
    """Send one form twice in the same moment, with the cookies that stood there before either was answered."""
    taps, barrier = (visitor.copied(), visitor.copied()), Barrier(2)

    def tap(one: Visitor) -> PageAnswer:
        barrier.wait()
        return one.post(path, **fields)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(tap, taps))
    # Whichever answer the browser keeps: its login is good for what was made.
    for one in taps:
        assert one.get(answers[0].path).status == 200
    return answers
