"""A therapist names a couple for themselves: with the invitation, afterwards, and on no page of anybody else's."""

import json
import re
import uuid

import pytest
from django.test import Client

from accounts.care import invitations, labels, scopes
from accounts.models import CareInvitation, CareLink, User
from tests.support.cast.api_world import ABSENT
from tests.support.cast.care_cast import Three, account, both_agree, device, linked, page_of, therapist, told

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

LABEL = f"Tuesdays {uuid.uuid4().hex}"


def invite(browser: Client, label: str) -> str:
    """Make an invitation on the roster; return its address."""
    page = browser.post("/practice/invite/", {"label": label}).content.decode()
    found = re.search(r'href="[^"]*(/care/invitation/[^"]+)"', page)
    assert found
    return found[1]


def test_a_name_given_with_the_invitation_stands_on_the_link(cleo: User) -> None:
    tess = therapist()
    browser = device(tess)
    path = invite(browser, LABEL)
    assert LABEL in page_of(browser, "/practice/"), "told apart while it is open"
    assert LABEL not in page_of(device(cleo), path)
    assert device(cleo).post(path).status_code == 302
    link = CareLink.objects.get(therapist=tess)
    assert labels.of_link(link) == LABEL
    assert LABEL in page_of(browser, "/practice/")
    title = re.search(r"<title>(.*?)</title>", page_of(browser, f"/practice/{link.id}/notes/"), re.DOTALL)
    assert title and LABEL in title[1]


def test_a_name_can_be_changed_and_emptied(cast: Three) -> None:
    browser, page = device(cast.tess), f"/practice/{cast.link.id}/notes/"
    for label in (LABEL, "  Wednesdays ", ""):
        assert browser.post(f"/practice/{cast.link.id}/name/", {"label": label}).status_code == 302
        assert f'value="{label.strip()}"' in page_of(browser, page)
    assert labels.of_link(CareLink.objects.get()) == ""
    scopes.end_link(cast.tess, cast.link)
    assert browser.post(f"/practice/{cast.link.id}/name/", {"label": LABEL}).status_code == 302
    assert LABEL in page_of(browser, page), "an ended link is told from others too"


@pytest.mark.parametrize("label", ["x" * 61, "two\nlines", "a\x00"])
def test_what_is_no_name_is_refused_in_words_and_changes_nothing(cast: Three, label: str) -> None:
    labels.call(cast.tess, cast.link.id, LABEL)
    browser = device(cast.tess)
    answer = browser.post(f"/practice/{cast.link.id}/name/", {"label": label}, follow=True)
    assert "up to 60 characters" in answer.content.decode() or "Null characters" in answer.content.decode()
    assert labels.of_link(CareLink.objects.get()) == LABEL
    browser.post("/practice/invite/", {"label": label})
    assert not CareInvitation.objects.exists()


def test_invitations_are_taken_back_one_by_one(cast: Three) -> None:
    browser = device(cast.tess)
    gone, kept = invite(browser, "Mondays"), invite(browser, LABEL)
    first = CareInvitation.objects.order_by("pk")[0]
    for _ in range(2):  # again is the same
        assert browser.post(f"/practice/invitations/{first.pk}/withdraw/").status_code == 302
    page = page_of(browser, "/practice/")
    assert LABEL in page and "Mondays" not in page
    dora = device(account("Dora"))
    assert [dora.get(path).status_code for path in (gone, kept)] == [404, 200]


def test_nobody_takes_back_an_invitation_of_anothers(cast: Three) -> None:
    made, _ = invitations.create(cast.tess, as_therapist=True, label=LABEL)
    colleague = therapist("Colleague")
    theirs = device(colleague).post(f"/practice/invitations/{made.pk}/withdraw/")
    none = device(colleague).post("/practice/invitations/999999/withdraw/")
    assert (theirs.status_code, theirs.url) == (none.status_code, none.url)
    assert CareInvitation.objects.filter(pk=made.pk).exists()


def test_an_invitation_form_sent_again_makes_no_second_one(cast: Three) -> None:
    browser = device(cast.tess)
    nonce = re.search(r'name="nonce" value="([^"]+)"', page_of(browser, "/practice/"))
    assert nonce
    sent = {"label": LABEL, "nonce": nonce[1]}
    first, again = (browser.post("/practice/invite/", sent).content for _ in range(2))
    link = re.compile(rb"/care/invitation/[^\"<]+")
    assert link.findall(first)[0] == link.findall(again)[0]
    assert CareInvitation.objects.count() == 1


@pytest.mark.parametrize("who", ["ana", "ben", "colleague", "cleo", "staff", "anonymous"])
def test_nobody_else_reads_or_changes_a_name(cast: Three, cleo: User, who: str) -> None:
    both_agree(cast)
    labels.call(cast.tess, cast.link.id, LABEL)
    assert LABEL in page_of(device(cast.tess), "/practice/")
    people = {"ana": cast.ana, "ben": cast.ben, "colleague": therapist("Colleague"), "cleo": cleo}
    people["staff"] = account("Staff", is_staff=True, is_superuser=True)
    linked(people["colleague"], cast.ana)
    client = device(people[who]) if who in people else Client()
    for path in ("/practice/{}/name/", "/practice/{}/notes/"):
        theirs, missing = (told(client, path.format(link), "post") for link in (cast.link.id, ABSENT))
        assert theirs[0] == missing[0] and theirs[0] in (302, 404)
    assert labels.of_link(CareLink.objects.get(pk=cast.link.pk)) == LABEL
    for path in ("/", "/couple/", "/couple/care/", f"/couple/care/{cast.link.id}/", "/practice/", "/api/v1/care/"):
        assert LABEL.encode() not in client.get(path).content, path
    if who in people:
        assert LABEL not in json.dumps(client.get("/api/v1/me/export/").json())


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_what_a_partner_sees_is_the_same_with_a_name_and_without(cast: Three, who: str) -> None:
    both_agree(cast)
    client = device({"ana": cast.ana, "ben": cast.ben}[who])
    paths = ("/", "/couple/", "/couple/care/", f"/couple/care/{cast.link.id}/", "/api/v1/care/")
    before = [told(client, path) for path in paths]
    labels.call(cast.tess, cast.link.id, LABEL)
    assert [told(client, path) for path in paths] == before
