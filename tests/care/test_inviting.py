"""Inviting into care, both ways: a therapist invites a couple, a couple a therapist; a stranger learns no name."""

import base64
import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import partners
from accounts.care import invitations, scopes
from accounts.couple import pairing
from accounts.invitation_tokens import UnknownInvitation
from accounts.models import SCOPES, CareInvitation, CareLink, User
from tests.support.cast.care_cast import (
    WORDS,
    Three,
    account,
    both_agree,
    device,
    linked,
    no_second_factor,
    page_of,
    therapist,
    told,
)
from tests.support.cast.visitors import Visitor, add_an_app, paired
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")

EMPTY: dict[str, Any] = {"data": "{}", "content_type": "application/json"}


def invitation_by(client: Client, path: str) -> str:
    """Make an invitation on a page; return the path of its link."""
    found = re.search(r'href="http://testserver(/care/invitation/[^"]+)"', client.post(path).content.decode())
    assert found
    return found[1]


def test_a_therapist_invites_a_couple(cleo: User) -> None:
    tess = therapist()
    path = invitation_by(device(tess), "/practice/invite/")
    page = page_of(device(cleo), path)
    assert "<bdi>Tess</bdi> has invited the two of you" in page and "Slow rounds." in page
    answer = device(cleo).post(path)
    (link,) = scopes.links_of_partner(cleo)
    assert answer.headers["Location"] == f"/couple/care/{link.id}/"
    assert link.therapist == tess
    assert scopes.active_scopes(link) == frozenset(), "accepting agrees to nothing"


def test_a_couple_invites_a_therapist(cleo: User) -> None:
    tess = therapist()
    path = invitation_by(device(cleo), "/couple/care/invite/")
    page = page_of(device(tess), path)
    assert "<bdi>Cleo</bdi> has invited you as their therapist" in page and "Dan" not in page
    assert device(tess).post(path).headers["Location"] == "/practice/"
    (link,) = scopes.links_of_therapist(tess)
    assert link.couple == partners.couple_of(cleo)
    assert scopes.active_scopes(link) == frozenset()


@pytest.mark.parametrize("as_therapist", [True, False])
def test_looking_uses_nothing_up_and_tells_a_stranger_no_name(cleo: User, as_therapist: bool) -> None:
    tess = therapist()
    inviter, other = (tess, cleo) if as_therapist else (cleo, tess)
    _, token = invitations.create(inviter, as_therapist=as_therapist)
    path = f"/care/invitation/{token}/"
    for somebody in (Client(), device(User.objects.create_guest("Otto"))):
        page = page_of(somebody, path)
        assert not re.search(r"Tess|Cleo|Dan|Slow rounds", page)
        assert somebody.post(path).status_code == 200  # leads to a log-in, too
    for _ in range(2):
        device(other).head(path)
        assert device(other).get(path).status_code == 200
    assert CareLink.objects.count() == 0
    assert device(other).post(path).status_code == 302
    assert CareLink.objects.count() == 1


def test_an_account_on_its_own_is_told_to_pair_first(db: None) -> None:
    tess, otto = therapist(), account("Otto")
    _, token = invitations.create(tess, as_therapist=True)
    path = f"/care/invitation/{token}/"
    assert "Pair with your partner first" in page_of(device(otto), path)
    assert device(otto).post(path).status_code == 200
    pairing.form_couple(otto, account("Cleo"))
    assert device(otto).post(path).status_code == 302


def test_one_who_may_not_host_yet_is_told_what_it_takes(cleo: User) -> None:
    otto = account("Otto")
    _, token = invitations.create(cleo, as_therapist=False)
    path = f"/care/invitation/{token}/"
    assert "confirmed, and a second step" in page_of(device(otto), path)
    assert device(otto).post(path).status_code == 200
    assert CareInvitation.objects.exists() and not CareLink.objects.exists()


def test_every_invitation_that_cannot_be_accepted_is_answered_alike(cast: Three, cleo: User) -> None:
    colleague = therapist("Colleague")
    _, used = invitations.create(colleague, as_therapist=True)
    invitations.accept(used, cleo)
    _, replaced = invitations.create(cleo, as_therapist=False)
    _, own = invitations.create(cleo, as_therapist=False)
    _, of_the_partner = invitations.create(cast.ana, as_therapist=False)
    _, taken_back = invitations.create(colleague, as_therapist=True)
    invitations.withdraw(colleague, as_therapist=True)
    made, old = invitations.create(colleague, as_therapist=True)
    CareInvitation.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=1))
    lost = therapist("Therapist")
    _, of_nobody = invitations.create(lost, as_therapist=True)
    no_second_factor(lost)

    asked = [
        (cleo, "AAAAAAAAAAAAAAAAAAAAAA"),
        (cleo, used),
        (cast.ana, used),
        (cast.tess, replaced),
        (cleo, own),
        (cast.ben, of_the_partner),
        (cleo, taken_back),
        (cleo, old),
        (cleo, of_nobody),
    ]
    for person, token in asked:
        client, unknown = device(person), "B" * 22
        for path, method in (
            ("/care/invitation/{}/", "get"),
            ("/care/invitation/{}/", "post"),
            ("/api/v1/care/invitations/{}/accept/", "post"),
        ):
            if token == own and not path.startswith("/api/"):
                continue  # says so: see below
            answer = told(client, path.format(token), method)
            assert answer == told(client, path.format(unknown), method)
            assert answer[0] == 404
    assert json.loads(answer[1])["code"] == "code.not_found"


def test_ones_own_invitation_says_whom_it_is_for(cast: Three) -> None:
    for person, as_therapist, whom in ((cast.ana, False, "your therapist"), (cast.tess, True, "a couple")):
        _, token = invitations.create(person, as_therapist=as_therapist)
        phone, path = device(person), f"/care/invitation/{token}/"
        page = page_of(phone, path)
        assert "This is your own invitation" in page and f"It is for {whom}" in page
        assert phone.post(path).status_code == 409
    assert CareInvitation.objects.count() == 2, "nothing is used up"


def test_an_invitation_of_a_couple_that_is_no_more_is_nobodys(cleo: User) -> None:
    tess = therapist()
    _, token = invitations.create(cleo, as_therapist=False)
    pairing.unpair(cleo)
    pairing.form_couple(cleo, account("Otto"))
    with pytest.raises(UnknownInvitation):
        invitations.accept(token, tess)


def test_nobody_is_their_own_therapist_or_their_partners(db: None) -> None:
    tess, otto = therapist(), account("Otto")
    pairing.form_couple(tess, otto)
    for as_therapist, accepts in ((True, tess), (True, otto), (False, tess)):
        _, token = invitations.create(tess, as_therapist=as_therapist)
        with pytest.raises(UnknownInvitation):
            invitations.accept(token, accepts)


def test_a_second_invitation_of_the_same_two_sides_is_the_same_link(cast: Three) -> None:
    both_agree(cast)
    assert linked(cast.tess, cast.ben) == cast.link
    assert scopes.active_scopes(cast.link) == set(SCOPES)


def test_only_the_digest_of_a_token_is_stored(cleo: User) -> None:
    _, token = invitations.create(cleo, as_therapist=False)
    assert len(base64.urlsafe_b64decode(f"{token}==")) == 16
    kept = CareInvitation.objects.get()
    assert token not in str(vars(kept))


def test_a_couple_has_one_open_and_a_therapist_many(cleo: User) -> None:
    tess = therapist()
    for _ in range(3):
        invitations.create(cleo, as_therapist=False)
        invitations.create(tess, as_therapist=True)
    assert invitations.open_invitations(cleo, as_therapist=False).count() == 1
    assert invitations.open_invitations(tess, as_therapist=True).count() == 3
    assert page_of(device(tess), "/practice/").count("Take it back") == 3
    device(tess).post("/practice/withdraw/")
    device(cleo).post("/couple/care/withdraw/")
    assert not CareInvitation.objects.exists()


def test_inviting_over_the_api(cast: Three, cleo: User) -> None:
    for person, other in ((cast.tess, cleo), (cleo, therapist("Colleague"))):
        made = device(person).post("/api/v1/care/invitations/", **EMPTY)
        shown = json.loads(made.content)
        assert (made.status_code, set(shown)) == (201, {"url", "code", "expires"})
        assert shown["url"].endswith(f"/care/invitation/{shown['code']}/")
        accepted = device(other).post(f"/api/v1/care/invitations/{shown['code']}/accept/", **EMPTY)
        assert accepted.status_code == 200
        assert json.loads(accepted.content)["you"] == ("partner" if other == cleo else "therapist")
    refused = device(account("Otto")).post("/api/v1/care/invitations/", **EMPTY)
    assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "seat.not_allowed")
    odd = device(cleo).post("/api/v1/care/invitations/", '{"couple": "x"}', content_type="application/json")
    assert odd.status_code == 400
    as_therapist = device(cleo).post(
        "/api/v1/care/invitations/", '{"as": "therapist"}', content_type="application/json"
    )
    assert as_therapist.status_code == 403


def test_guessing_is_slowed_down_for_who_guesses_and_for_nobody_else() -> None:
    strict = Server(JOIN_RATE="60").start()
    try:
        otto = Visitor(strict, "Otto", address="127.0.0.77")
        bodies = {otto.get(f"/care/invitation/{'A' * 20}{number:02}/").body for number in range(20)}
        assert len(bodies) == 1
        answer = otto.get("/care/invitation/AAAAAAAAAAAAAAAAAAAAAA/")
        assert answer.status == 429 and int(answer.headers["retry-after"]) > 0
        assert otto.get("/couple/invitation/AAAAAAAAAAAAAAAAAAAAAA/").status == 429, "they are counted together"
        assert Visitor(strict, "Ana").get("/care/invitation/AAAAAAAAAAAAAAAAAAAAAA/").status == 404
    finally:
        strict.close()


def test_of_two_couples_who_accept_at_once_one_is_linked(server: Server) -> None:
    tess = Visitor(server, "Tess").sign_up()
    tess.get("/practice/profile/")
    tess.post("/practice/profile/", **WORDS)
    add_an_app(tess)
    found = f"p = TherapistProfile.objects.get(user__email={tess.email!r})"
    server.manage(
        "shell",
        "-v0",
        "-c",
        "from accounts.care import therapists; from accounts.models import TherapistProfile; "
        f"{found}; therapists.confirm(p, therapists.words_digest(p))",
    )
    tess.get("/practice/")
    path = re.search(r'href="[^"]*(/care/invitation/[^"]+)"', tess.post("/practice/invite/").text)
    assert path
    both = [paired(server)[0], paired(server)[0]]
    for person in both:
        assert 'data-testid="accept"' in person.get(path[1]).text
    with ThreadPoolExecutor(len(both)) as pool:
        answers = list(pool.map(lambda person: person.post(path[1]), both))
    assert sorted(answer.status for answer in answers) == [200, 404]
    assert sum("Tess" in person.get("/couple/care/").text for person in both) == 1
    assert tess.get("/practice/").text.count('data-testid="couple"') == 1
