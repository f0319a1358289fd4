"""Wrong looks at codes keep nobody out who has not guessed, and a limit says truly when it opens again."""

import re
import time
from typing import Any

import pytest
from django.test import Client, RequestFactory
from pytest_django import Settings

from accounts.care import invitations as care_invitations
from accounts.couple import invitations
from accounts.logins import open_login
from accounts.models import User
from cycleproject.web.limits import Limit, RateLimited
from sessions.joining import join, start
from sessions.models import LiveSession
from tests.support.cast.care_cast import account, device, therapist

pytestmark = pytest.mark.django_db

HOME = "203.0.113.40"  # where somebody guesses, and everybody else of this story is
LOOKS = 20


@pytest.fixture
def ana() -> User:
    """Return Ana, who has started."""
    return User.objects.create_guest("Ana")


@pytest.fixture
def waiting(ana: User) -> LiveSession:
    """Return the check-in that waits for Ben."""
    return start.start_with_code(ana)


@pytest.fixture
def guessed(settings: Settings) -> Client:
    """Return a browser where all looks of this address are used up."""
    settings.JOIN_RATE = 60
    otto = Client(REMOTE_ADDR=HOME)
    assert [otto.get("/join/BBBBBB/").status_code for _ in range(LOOKS + 1)] == [404] * LOOKS + [429]
    return otto


def link_of(ana: User, room: LiveSession) -> str:
    """Return the link that Ana's page hands her."""
    page = device(ana).get(f"/sessions/{room.id}/").content.decode()
    found = re.search(r'href="http://testserver([^"]+)" data-testid="join-link"', page)
    assert found
    return found[1].replace("&amp;", "&")


def test_the_link_opens_however_often_others_have_guessed_there(
    ana: User, waiting: LiveSession, guessed: Client
) -> None:
    link = link_of(ana, waiting)
    ben = Client(REMOTE_ADDR=HOME)
    assert ben.get(link).status_code == 200
    assert ben.post("/join/", {"code": f"Come in: http://testserver{link}."}).url == link  # type: ignore[attr-defined]
    assert ben.post(link, {"first_name": "Ben"}).status_code == 302
    assert waiting.seats.count() == 2
    assert guessed.get("/join/BBBBBB/").status_code == 429


def test_who_is_not_who_is_known_there_comes_by_the_same_link(ana: User, waiting: LiveSession, guessed: Client) -> None:
    link = link_of(ana, waiting)
    phone = device(User.objects.create_guest("Cleo"))
    phone.defaults["REMOTE_ADDR"] = HOME
    found = re.search(r'href="([^"]+)" data-testid="somebody-else"', phone.get(link).content.decode())
    assert found
    page = phone.get(link.partition("?")[0] + found[1].replace("&amp;", "&"))
    assert page.status_code == 200 and 'data-testid="first-name"' in page.content.decode()


def test_the_link_that_a_program_is_given_opens_as_well(guessed: Client) -> None:
    ana, ben, tess = Client(), Client(REMOTE_ADDR=HOME), device(therapist())
    started = ana.post("/api/v1/start/", {"first_name": "Ana"}, content_type="application/json").json()
    hosted = tess.post("/api/v1/sessions/", {"hosted": True}, content_type="application/json").json()
    for link in (started["link_with_key"], hosted["link_with_key"]):
        assert ben.get(link.removeprefix("http://testserver")).status_code == 200
    place, _, key = started["link_with_key"].removeprefix("http://testserver").partition("?key=")

    def joined(query: str) -> int:
        return ben.post(f"/api/v1{place}{query}", {"first_name": "Ben"}, content_type="application/json").status_code

    assert joined("") == joined("?key=") == joined(f"?key={'0' * len(key)}") == 429
    assert joined(f"?key={key}") == 201
    assert joined(f"?key={key}") == 404, "it is used up, and nobody is told more"


def test_a_link_is_no_way_to_guess(ana: User, waiting: LiveSession, guessed: Client) -> None:
    link = link_of(ana, waiting)
    assert waiting.code and waiting.code in link
    other = "BCDFGH" if waiting.code != "BCDFGH" else "BCDFGJ"
    key = link.partition("?key=")[2]
    for path in (
        f"/join/{waiting.code}/",
        f"/join/{waiting.code}/?key=",
        f"/join/{waiting.code}/?key={key[:-1]}",
        f"/join/{waiting.code}/?key={'0' * len(key)}",
        f"/join/{other}/?key={key}",
    ):
        assert guessed.get(path).status_code == 429, path


def test_an_old_link_in_a_chat_uses_nothing_up(ana: User, waiting: LiveSession, settings: Settings) -> None:
    settings.JOIN_RATE = 60
    link = link_of(ana, waiting)
    assert waiting.code
    join.join_by_code(User.objects.create_guest("Ben"), waiting.code)
    otto = Client(REMOTE_ADDR=HOME)
    assert {otto.get(link).status_code for _ in range(LOOKS + 5)} == {404}
    assert otto.get("/join/BBBBBB/").status_code == 404, "that was the first guess"


def test_who_sits_there_is_led_back(ana: User, waiting: LiveSession, guessed: Client) -> None:
    code = waiting.code
    phone = device(ana)
    phone.defaults["REMOTE_ADDR"] = HOME
    room = f"/sessions/{waiting.id}/"
    assert phone.get(f"/join/{code}/").url == room  # type: ignore[attr-defined]
    assert phone.post("/join/", {"code": code}).url == room  # type: ignore[attr-defined]
    joined: Any = Client(REMOTE_ADDR=HOME).post(
        f"/api/v1/join/{code}/", {"first_name": "Ana"}, "application/json", headers={"X-Session-Token": open_login(ana)}
    )
    assert (joined.status_code, joined.json()["session"]) == (201, str(waiting.id))


def test_who_has_no_seat_learns_nothing_by_having_a_login(waiting: LiveSession, guessed: Client) -> None:
    headers = {"X-Session-Token": open_login(User.objects.create_guest("Otto"))}
    asked = [
        guessed.post(f"/api/v1/join/{code}/", {"first_name": "Otto"}, "application/json", headers=headers)
        for code in (waiting.code, "BBBBBB")
    ]
    assert [answer.status_code for answer in asked] == [429, 429]
    assert asked[0].content == asked[1].content


def test_an_invitation_opens_however_often_others_have_guessed_there(guessed: Client) -> None:
    ana, ben = account("Ana"), account("Ben")
    phone = device(ben)
    phone.defaults["REMOTE_ADDR"] = HOME
    to_pair, to_care = invitations.create(ana)[1], care_invitations.create(therapist("Tess"), as_therapist=True)[1]
    assert phone.get(f"/couple/invitation/{to_pair}/").status_code == 200
    assert phone.get(f"/care/invitation/{to_care}/").status_code == 200
    headers = {"X-Session-Token": open_login(ben)}
    accepted = phone.post(f"/api/v1/couple/invitations/{to_pair}/accept/", {}, "application/json", headers=headers)
    assert accepted.status_code == 200
    for path in ("/couple/invitation/", "/care/invitation/"):
        assert guessed.get(f"{path}{'A' * 22}/").status_code == 429


# When it opens again.


class Wait:
    """Time, as everybody who asks is told it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = time.time()
        monkeypatch.setattr(time, "time", lambda: self.now)


def test_a_limit_says_when_it_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    wait, request, limit = Wait(monkeypatch), RequestFactory().get("/"), Limit("test", 2, 600)
    limit.spend(request)
    wait.now += 200.5
    limit.spend(request)
    for passed, left in ((0, 400), (100, 300), (299, 1), (0.4, 1)):
        wait.now += passed
        with pytest.raises(RateLimited) as refused:
            limit.check(request)
        assert refused.value.retry_after == left
    wait.now += 0.2
    limit.spend(request)


def test_a_refusal_says_so_on_a_page_and_over_rest(guessed: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    wait = Wait(monkeypatch)
    wait.now += 400
    page: Any = guessed.get("/join/BBBBBB/")
    rest = guessed.post("/api/v1/join/BBBBBB/", {"first_name": "Otto"}, "application/json")
    assert 190 < int(page.headers["Retry-After"]) <= 200
    assert page.headers["Retry-After"] == rest.headers["Retry-After"]
    assert "Please wait 4 minutes" in page.content.decode()
    wait.now += int(page.headers["Retry-After"])
    assert guessed.get("/join/BBBBBB/").status_code == 404


def test_what_allauth_limits_says_when_it_opens_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wait, otto = Wait(monkeypatch), Client(REMOTE_ADDR=HOME)
    asked = {"email": "nobody@example.org", "password": "not the password at all"}
    answers: list[Any] = []
    for _ in range(6):
        answers.append(otto.post("/api/v1/auth/login/", asked, "application/json"))
        wait.now += 10
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) == 300 - 50
    for _ in range(20):
        otto.post("/accounts/signup/", {})
    refused = otto.post("/accounts/signup/", {})
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert "Please wait a minute" in refused.content.decode()
