"""Nobody learns another's answer to a therapist: not the partner, not the therapist, not from a byte."""

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.care import scopes
from accounts.models import SCOPES
from tests.support.cast.care_cast import (
    CSRF,
    Three,
    device,
)


def not_yet(cast: Three) -> None:
    """Ana answers nothing."""


def taken_back(cast: Three) -> None:
    """Ana agrees, and takes it back."""
    scopes.agree(cast.ana, cast.link, SCOPES)
    scopes.withdraw(cast.ana, cast.link, SCOPES)


def said_no(cast: Three) -> None:
    """Ana says no, twice, over the API."""
    for _ in range(2):
        device(cast.ana).delete(f"/api/v1/care/{cast.link.id}/consent/")


def one_scope_taken_back(cast: Three) -> None:
    """Ana agrees to one thing, and takes it back."""
    scopes.agree(cast.ana, cast.link, ["history"])
    scopes.withdraw(cast.ana, cast.link, ["history"])


def seen(client: Client, cast: Three) -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """Return everything that somebody can ask for about a link, without what differs between two requests."""
    paths = [
        "/",
        "/couple/",
        "/couple/care/",
        "/couple/care/opened/",
        f"/couple/care/{cast.link.id}/",
        "/practice/",
        f"/practice/{cast.link.id}/notes/",
        f"/practice/{cast.link.id}/end/",
        "/api/v1/care/",
        f"/api/v1/care/{cast.link.id}/notes/",
        f"/api/v1/care/{cast.link.id}/consent/",
        "/api/v1/me/therapist/",
        "/api/v1/sessions/",
    ]
    return {path: _told(client.get(path)) for path in paths}


def _told(answer: HttpResponse) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in answer.headers.items() if name not in ("Date", "Set-Cookie")}
    return answer.status_code, CSRF.sub(b"", answer.content), headers


@pytest.mark.parametrize("who", ["ben", "tess"])
@pytest.mark.parametrize("ben_agrees", [True, False])
def test_not_yet_no_and_taken_back_are_the_same_bytes(cast: Three, who: str, ben_agrees: bool) -> None:
    if ben_agrees:
        scopes.agree(cast.ben, cast.link, SCOPES)
    client = device(getattr(cast, who))
    first = seen(client, cast)
    assert sum(status == 200 for status, _, _ in first.values()) >= 8
    for answering in (not_yet, said_no, one_scope_taken_back, taken_back):
        answering(cast)
        assert seen(client, cast) == first, answering.__name__


def test_consent_of_both_changes_what_partner_and_therapist_see(cast: Three) -> None:
    """Without this the test above would hold for pages that say nothing."""
    scopes.agree(cast.ben, cast.link, SCOPES)
    clients = [device(cast.ben), device(cast.tess)]
    before = [seen(client, cast) for client in clients]
    scopes.agree(cast.ana, cast.link, ["host"])
    for client, was in zip(clients, before, strict=True):
        now = seen(client, cast)
        assert now["/api/v1/care/"] != was["/api/v1/care/"]
    assert before[0]["/couple/care/"] != seen(clients[0], cast)["/couple/care/"]
    assert before[1]["/practice/"] != seen(clients[1], cast)["/practice/"]


def test_the_therapist_learns_no_name_before_both_agree(cast: Three) -> None:
    scopes.agree(cast.ana, cast.link, SCOPES)
    tess = device(cast.tess)
    for path in ("/practice/", f"/practice/{cast.link.id}/notes/", f"/practice/{cast.link.id}/end/", "/api/v1/care/"):
        page = tess.get(path).content.decode()
        assert "Ana" not in page and "Ben" not in page, path
    scopes.agree(cast.ben, cast.link, ["host"])
    for path in ("/practice/", "/api/v1/care/"):
        page = tess.get(path).content.decode()
        assert "Ana" in page and "Ben" in page, path
