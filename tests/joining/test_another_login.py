"""A link that is right opens nothing in a browser without a login: the page says so, and says what may open it."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.care import invitations as care_invitations
from accounts.couple import invitations, pairing
from accounts.models import User
from sessions.joining import start
from tests.support.cast.care_cast import account, device, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_has_guessed")]

LOG_IN = re.compile(r'href="(/accounts/login/\?next=([^"]+))" data-testid="log-in-first"')


@pytest.fixture
def couple() -> tuple[User, User]:
    """Return Ana and Ben, who both have accounts."""
    ana, ben = account("Ana"), account("Ben")
    pairing.form_couple(ana, ben)
    return ana, ben


def leads_to(page: str) -> str:
    """Return where the offered login leads."""
    found = LOG_IN.search(page)
    assert found, "no login is offered"
    assert "Have an account?" in page
    answer = Client().get(unescape(found[1]))
    back = re.search(r'<input type="hidden" name="next" value="([^"]+)"', answer.content.decode())
    assert back
    return unescape(back[1])


@pytest.mark.parametrize("how", ["by the link", "by the letters"])
def test_an_invited_partner_without_a_login_here_logs_in_and_is_in(couple: tuple[User, User], how: str) -> None:
    ana, ben = couple
    in_couple = ana.memberships.get().couple
    started = start.start_for_couple(ana, in_couple).live_session
    phone = Client()
    answer = (
        phone.get(f"/join/{started.code}/")
        if how == "by the link"
        else phone.post("/join/", {"code": started.code}, follow=True)
    )
    assert answer.status_code == 404
    path = leads_to(answer.content.decode())
    assert path == f"/join/{started.code}/"
    opened = device(ben).get(path)
    assert opened.status_code == 200 and 'data-testid="join"' in opened.content.decode()
    assert device(ben).post(path).headers["Location"] == f"/sessions/{started.id}/"


def test_it_is_offered_for_a_code_that_nobody_has_too() -> None:
    assert leads_to(Client().get("/join/BBBBBB/").content.decode()) == "/join/BBBBBB/"


@pytest.mark.parametrize("kind", ["pair", "care"])
def test_an_invitation_that_is_not_active_here_offers_a_login(couple: tuple[User, User], kind: str) -> None:
    path = {"pair": "/couple/invitation/", "care": "/care/invitation/"}[kind] + "A" * 22 + "/"
    assert leads_to(Client().get(path).content.decode()) == path
    page = device(couple[0]).get(path).content.decode()
    assert 'data-testid="somebody-else"' in page


def test_one_that_is_right_for_another_login_opens_with_it(couple: tuple[User, User]) -> None:
    _, token = care_invitations.create(couple[0], as_therapist=False)
    path = f"/care/invitation/{token}/"
    assert device(couple[1]).get(path).status_code == 404, "it is for no partner"
    assert device(therapist()).get(path).status_code == 200
    _, pairs = invitations.create(account("Cleo"))
    assert device(couple[1]).get(f"/couple/invitation/{pairs}/").status_code == 404
    assert device(account("Dan")).get(f"/couple/invitation/{pairs}/").status_code == 200
