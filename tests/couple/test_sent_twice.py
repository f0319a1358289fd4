"""Invitations made or accepted twice, by a second tap or because the answer was lost."""

import re

import pytest

from accounts.couple import invitations
from accounts.logins import BACKEND
from accounts.models import CareInvitation, CareLink, Couple, Invitation, User
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import Three, account

LINK = re.compile(r'href="[^"]*(/(?:couple|care)/invitation/[^"]+)"')

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")


def browser_of(person: User) -> Browser:
    """Return a browser that somebody is logged in with."""
    browser = Browser()
    browser.client.force_login(person, backend=BACKEND)
    return browser


def link_on(page: object) -> str:
    """Return the path of the invitation that a page shows."""
    found = LINK.search(page.content.decode())  # type: ignore[attr-defined]
    assert found
    return found[1]


def test_an_invitation_that_is_asked_for_twice_is_shown_twice(db: None) -> None:
    ana = browser_of(account("Ana"))
    ana.look("/couple/")
    fields = ana.fields()
    first = link_on(ana.send("/couple/invite/", fields))
    # What has been passed on already goes on working: a reload of the page with the link is the same request too.
    assert link_on(ana.send("/couple/invite/", fields)) == first
    ana.look("/couple/")
    assert link_on(ana.send("/couple/invite/", ana.fields())) != first


def test_an_invitation_that_was_taken_back_is_not_made_again_by_a_reload(db: None) -> None:
    ana = browser_of(account("Ana"))
    ana.look("/couple/")
    fields = ana.fields()
    ana.send("/couple/invite/", fields)
    invitations.withdraw(User.objects.get())
    assert ana.send("/couple/invite/", fields).url == "/couple/"
    assert not Invitation.objects.exists()


def test_accepting_again_after_a_lost_answer_leads_to_the_couple(db: None) -> None:
    _, token = invitations.create(account("Ana"))
    ben, path = browser_of(account("Ben")), f"/couple/invitation/{token}/"
    ben.look(path)
    fields = ben.fields()
    assert ben.send_and_lose_the_answer(path, fields).url == "/couple/"
    assert ben.send(path, fields).url == "/couple/"
    assert ben.look(path).url == "/couple/"
    assert Couple.objects.count() == 1
    assert browser_of(account("Otto")).look(path).status_code == 404


@pytest.mark.parametrize("inviter", ["tess", "ana"])
def test_an_invitation_to_care_that_is_asked_for_twice_is_shown_twice(cast: Three, inviter: str) -> None:
    browser = browser_of(getattr(cast, inviter))
    page, path = {"tess": ("/practice/", "/practice/invite/"), "ana": ("/couple/care/", "/couple/care/invite/")}[
        inviter
    ]
    browser.look(page)
    fields = browser.fields()
    assert link_on(browser.send(path, fields)) == link_on(browser.send(path, fields))
    assert CareInvitation.objects.count() == 1


def test_accepting_care_again_leads_to_the_same_question(cast: Three) -> None:
    CareLink.objects.all().delete()
    tess, ana = browser_of(cast.tess), browser_of(cast.ana)
    tess.look("/practice/")
    path = link_on(tess.send("/practice/invite/", tess.fields()))
    ana.look(path)
    fields = ana.fields()
    first = ana.send_and_lose_the_answer(path, fields)
    assert ana.send(path, fields).url == ana.look(path).url == first.url
    assert CareLink.objects.count() == 1
