"""One login, two roles: a therapist who is somebody's partner, with her own side never beside her clients."""

import json
import re

import pytest

from accounts.couple import pairing
from accounts.models import User
from sessions.hosting import host_rights
from sessions.joining import seats, start
from sessions.models import LiveSession
from sessions.store import system_changes
from tests.support.cast.api_world import fresh_login
from tests.support.cast.care_cast import Three, account, both_agree, device, page_of

pytestmark = pytest.mark.django_db

LINKS = re.compile(r'href="(/[^"]*)"')
# Hers, or anybody's.
OWN = ("/couple/", "/my-part/", "/history/", "/start/", "/join/")


@pytest.fixture
def theo(cast: Three) -> User:
    """Return Theo, whose partner Tess is; they have a check-in of their own."""
    theo = account("Theo")
    couple = pairing.form_couple(cast.tess, theo)
    start.start_for_couple(cast.tess, couple, title="Ours, Tess and Theo")
    return theo


@pytest.fixture
def hosted(cast: Three) -> LiveSession:
    """Return a check-in that Tess hosts for Ana and Ben, who agree to everything."""
    both_agree(cast)
    live_session = host_rights.start_hosted(cast.tess, cast.couple.id, title="With Ana and Ben")
    for partner in (cast.ana, cast.ben):
        seats.take_seat(partner.id, live_session.id)
    return live_session


def pages_of_work(cast: Three, hosted: LiveSession) -> list[str]:
    """Return the pages of a therapist's work, the couple's history among them."""
    return [
        "/practice/",
        "/practice/start/",
        "/practice/profile/",
        f"/practice/{cast.link.id}/notes/",
        f"/practice/{cast.link.id}/end/",
        f"/sessions/{hosted.id}/",
        f"/history/?couple={cast.couple.id}",
        f"/history/change/?couple={cast.couple.id}",
        f"/history/report/?couple={cast.couple.id}",
    ]


def test_pages_of_work_lead_into_the_work_alone(cast: Three, theo: User, hosted: LiveSession) -> None:
    tess = device(cast.tess)
    pages = {path: page_of(tess, path) for path in pages_of_work(cast, hosted)}
    system_changes.end([hosted.id])
    pages[f"/sessions/{hosted.id}/summary/"] = page_of(tess, f"/sessions/{hosted.id}/summary/")
    for path, page in pages.items():
        assert "Theo" not in page, path
        for link in LINKS.findall(page):
            if link.startswith(OWN):
                assert f"couple={cast.couple.id}" in link, (path, link)
        assert page.count('href="/"') == page.count('href="/" data-testid="own-side"'), path
        if "<footer>" in page:
            assert 'data-testid="own-side"' in page, path


def test_the_end_of_a_hosted_check_in_looks_back_on_those_two_or_on_nobody(cast: Three, hosted: LiveSession) -> None:
    tess = device(cast.tess)
    ending = 'data-part="look-back" href="/history/'
    assert f"{ending}?couple={cast.couple.id}" in page_of(tess, f"/sessions/{hosted.id}/").replace("&amp;", "&")
    new = host_rights.start_hosted(cast.tess)
    assert ending not in page_of(tess, f"/sessions/{new.id}/")
    assert ending in page_of(device(cast.ana), f"/sessions/{hosted.id}/")


def test_home_tells_of_clients_by_their_number_alone(cast: Three, theo: User, hosted: LiveSession) -> None:
    home = page_of(device(cast.tess), "/")
    assert "Ours, Tess and Theo" in home
    assert "1 check-in is open or planned" in home
    for word in ("Ana", "Ben", str(hosted.id)):
        assert word not in home
    assert 'data-testid="practice-half"' not in page_of(device(theo), "/")


def test_her_own_side_says_nothing_of_work(cast: Three, theo: User, hosted: LiveSession) -> None:
    tess = device(cast.tess)
    for path in ("/couple/", "/history/", "/my-part/", "/settings/"):
        page = page_of(tess, path)
        assert "Ana" not in page and "With Ana and Ben" not in page, path


@pytest.mark.parametrize(
    ("part", "own", "work"), [("all", True, True), ("own", True, False), ("practice", False, True)]
)
def test_what_is_taken_along_keeps_both_apart(
    cast: Three, theo: User, hosted: LiveSession, part: str, own: bool, work: bool
) -> None:
    token = fresh_login(cast.tess)
    told = device(cast.tess).get(f"/api/v1/me/export/?part={part}", headers={"X-Session-Token": token}).json()
    assert (told["therapist"] is not None) == work
    assert ("Theo" in json.dumps(told) or bool(told["check_ins"])) == own
    assert all(one["title"] != "With Ana and Ben" for one in told["check_ins"]), (
        "she hosts it, and sits in it as nobody"
    )
