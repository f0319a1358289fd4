"""An `op` at the doors of the API: a request whose answer was lost is answered again, to whoever knows it alone."""

import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.care import scopes
from accounts.couple import pairing
from accounts.logins import login_from_token, open_login
from accounts.models import CareInvitation, Invitation, Receipt, User
from accounts.models.receipts import LIFETIME
from sessions.joining.start import start_with_code
from sessions.models import LiveSession
from tests.support.cast.care_cast import Three, account
from tests.support.cast.clients import Answer, call, start_as
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")


def op() -> str:
    """Return an op as a client makes one."""
    return secrets.token_urlsafe(16)


def post(path: str, body: dict[str, Any], token: str = "") -> Any:
    """Ask the API once."""
    headers = {"x-session-token": token} if token else {}
    return Client().post(f"/api/v1/{path}", body, "application/json", headers=headers)


def person_behind(token: str) -> str:
    """Return who is logged in with a token."""
    login = login_from_token(token)
    assert login
    return str(login.user_id)


@pytest.mark.django_db
def test_starting_again_with_an_op_is_answered_with_the_same_check_in_and_person() -> None:
    body = {"first_name": "Ana", "op": op()}
    first, again = post("start/", body), post("start/", body)
    assert first.status_code == again.status_code == 201
    for name in ("session", "code", "link"):
        assert first.json()[name] == again.json()[name]
    assert person_behind(first.json()["token"]) == person_behind(again.json()["token"])
    assert (LiveSession.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_joining_again_with_an_op_is_answered_with_ones_own_seat() -> None:
    waiting = start_with_code(User.objects.create_guest("Ana"))
    body = {"first_name": "Ben", "op": op()}
    first, again = (post(f"join/{waiting.code}/", body) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json()["session"] == again.json()["session"]
    assert person_behind(first.json()["token"]) == person_behind(again.json()["token"])
    assert waiting.seats.count() == 2


@pytest.mark.django_db
def test_what_was_started_is_told_again_when_the_other_has_come_in() -> None:
    body = {"first_name": "Ana", "op": op()}
    first = post("start/", body).json()
    assert post(f"join/{first['code']}/", {"first_name": "Ben"}).status_code == 201
    again = post("start/", body)
    assert (again.status_code, again.json()["code"]) == (201, first["code"])


@pytest.mark.django_db
@pytest.mark.parametrize("other", ["another op", "no op"])
def test_without_it_the_answer_is_that_of_before(other: str) -> None:
    waiting = start_with_code(User.objects.create_guest("Ana"))
    path, body = f"join/{waiting.code}/", {"first_name": "Ben", "op": op()}
    assert post(path, body).status_code == 201
    body = {"first_name": "Ben"} if other == "no op" else {**body, "op": op()}
    refused = post(path, body)
    assert (refused.status_code, refused.json()["code"]) == (404, "code.not_found")
    assert refused.content == post("join/BBBBBB/", body).content


@pytest.mark.django_db
def test_one_op_at_another_code_is_another_request() -> None:
    one, other = (start_with_code(User.objects.create_guest(name)) for name in ("Ana", "Cleo"))
    body = {"first_name": "Ben", "op": op()}
    assert post(f"join/{one.code}/", body).json()["session"] == str(one.id)
    assert post(f"join/{other.code}/", body).json()["session"] == str(other.id)


@pytest.mark.django_db
@pytest.mark.parametrize("bad", ["x" * 21, "x" * 65, 7, ""])
def test_an_op_that_could_be_guessed_is_refused(bad: object) -> None:
    waiting = start_with_code(User.objects.create_guest("Ana"))
    for path in ("start/", f"join/{waiting.code}/"):
        refused = post(path, {"first_name": "Ben", "op": bad})
        assert (refused.status_code, refused.json()["code"]) == (400, "frame.invalid")


@pytest.mark.django_db
def test_it_is_kept_as_a_digest_and_for_ten_minutes() -> None:
    body = {"first_name": "Ana", "op": op()}
    first = post("start/", body)
    receipt = Receipt.objects.get()
    assert body["op"] not in f"{receipt.key} {receipt.result}"
    assert first.json()["token"] not in receipt.result
    Receipt.objects.update(created_at=timezone.now() - LIFETIME + timedelta(seconds=5))
    assert post("start/", body).json()["session"] == first.json()["session"]
    Receipt.objects.update(created_at=timezone.now() - LIFETIME)
    assert post("start/", body).json()["session"] != first.json()["session"]


@pytest.mark.django_db
def test_it_gives_no_login_to_an_account() -> None:
    body = {"first_name": "Ana", "op": op()}
    post("start/", body)
    User.objects.update(email="ana@example.org")
    again = post("start/", body)
    assert person_behind(again.json()["token"]) != str(User.objects.get(email="ana@example.org").pk)


@pytest.mark.django_db
def test_an_op_of_one_person_is_nobody_elses() -> None:
    ana, otto = account("Ana"), account("Otto")
    body = {"first_name": "x", "op": op()}
    sessions = [post("start/", body, open_login(person)).json()["session"] for person in (ana, otto)]
    assert sessions[0] != sessions[1]
    assert post("start/", body).json()["session"] not in sessions


@pytest.mark.django_db
def test_a_repeat_costs_nothing_of_what_an_address_may_start(settings: Settings) -> None:
    settings.JOIN_RATE = 1
    client, body = Client(REMOTE_ADDR="203.0.113.40"), {"first_name": "Ana", "op": op()}
    answers = [client.post("/api/v1/start/", body, "application/json").status_code for _ in range(3)]
    assert answers == [201, 201, 201]
    assert client.post("/api/v1/start/", {"first_name": "Ana"}, "application/json").status_code == 429


@pytest.mark.django_db
def test_hosting_again_with_an_op_makes_one_check_in(cast: Three) -> None:
    body = {"hosted": True, "op": op()}
    token = open_login(cast.tess)
    first, again = (post("sessions/", body, token) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert LiveSession.objects.filter(hosted=True).count() == 1
    assert post("sessions/", {"hosted": True}, token).json() != first.json()


@pytest.mark.django_db
def test_starting_together_again_with_an_op_says_201_again() -> None:
    ana = account("Ana")
    pairing.form_couple(ana, account("Ben"))
    body, token = {"op": op()}, open_login(ana)
    first, again = (post("sessions/", body, token) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())


@pytest.mark.django_db
def test_inviting_again_with_an_op_tells_the_same_invitation() -> None:
    ana, body = account("Ana"), {"op": op()}
    token = open_login(ana)
    first, again = (post("couple/invitations/", body, token) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert first.json()["code"] not in f"{Receipt.objects.get().result} {Receipt.objects.get().key}"
    accepted = post(f"couple/invitations/{first.json()['code']}/accept/", {}, open_login(account("Ben")))
    assert accepted.status_code == 200
    assert post("couple/invitations/", body, token).json() == first.json()
    assert not Invitation.objects.exists()


@pytest.mark.django_db
def test_inviting_a_therapist_again_with_an_op_tells_the_same_invitation(cast: Three) -> None:
    body = {"op": op(), "as": "partner"}
    for person, asked in ((cast.ana, body), (cast.tess, {"op": op()})):
        token = open_login(person)
        first, again = (post("care/invitations/", asked, token) for _ in range(2))
        assert first.status_code == again.status_code == 201
        assert first.json() == again.json()
        assert CareInvitation.objects.filter(inviter=person).count() == 1


@pytest.mark.django_db
def test_accepting_again_is_answered_with_the_couple() -> None:
    ana, ben = account("Ana"), account("Ben")
    code = post("couple/invitations/", {}, open_login(ana)).json()["code"]
    path, body, token = f"couple/invitations/{code}/accept/", {"op": op()}, open_login(ben)
    first, again = (post(path, body, token) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert post(path, body, open_login(account("Otto"))).status_code == 404
    pairing.unpair(ana)
    assert post(path, body, token).json()["code"] == "code.not_found"


@pytest.mark.django_db
def test_accepting_care_again_is_answered_with_the_link(cast: Three) -> None:
    code = post("care/invitations/", {}, open_login(cast.tess)).json()["code"]
    path, body, token = f"care/invitations/{code}/accept/", {"op": op()}, open_login(cast.ana)
    first, again = (post(path, body, token) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    scopes.end_link(cast.tess, cast.link)
    assert post(path, body, token).json()["code"] == "code.not_found"


@pytest.mark.both_stacks
def test_of_two_in_the_same_moment_both_are_answered_alike(server: Server) -> None:
    for _ in range(5):
        _, code = start_as(server, "Ana")
        body, barrier = {"first_name": "Ben", "op": op()}, Barrier(2)

        def ask(path: str, body: dict[str, str] = body, barrier: Barrier = barrier) -> Answer:
            barrier.wait()
            return call(server, "POST", path, body)

        with ThreadPoolExecutor(2) as both:
            for path in ("start/", f"join/{code}/"):
                answers = list(both.map(ask, (path, path)))
                assert Counter(answer.status for answer in answers) == {201: 2}
                assert len({answer.body["session"] for answer in answers}) == 1
