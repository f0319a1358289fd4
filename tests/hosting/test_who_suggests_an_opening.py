"""Who may suggest an opening to a couple, who may not, and what stays of it once a therapist has gone."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.care import scopes
from accounts.models import CareLink, User
from accounts.settings.deletion import delete_person
from sessions.joining import openings
from sessions.models import LiveSession
from sessions.store import load
from tests.support.cast.acting import api
from tests.support.cast.care_cast import Three, account, both_agree, device, linked, therapist, three
from tests.support.cast.suggested import agreed, comes, hour, says_yes, seals, suggested, to_tess

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Three:
    """Return Ana, Ben and Tess, to whom both have agreed."""
    cast = three()
    both_agree(cast)
    return cast


def test_for_everybody_else_there_is_nothing(cast: Three) -> None:
    session = suggested(cast)
    colleague = therapist("Colleague")
    linked(colleague, cast.ana)
    page = f"/practice/{cast.link.id}/opening/"
    for one in (colleague, account("Otto"), account("Cleo"), cast.ana, cast.ben):
        assert to_tess(cast, one).status_code == 404
        body = {"opens_at": hour().isoformat(), "moment": 1}
        assert api(one, "POST", f"care/{cast.link.id}/opening/", body).status_code == 404
        assert api(one, "DELETE", f"care/{cast.link.id}/opening/").status_code == 404
        for path in (page, f"{page}call-off/"):
            assert device(one).get(path).status_code == device(one).post(path).status_code == 404
    assert load.load(session).state.ended_at is None


@pytest.mark.parametrize("given", [((), ("host",)), (("history",), ("history",)), (("host",), ("history",))], ids=str)
def test_without_the_yes_of_both_to_hosting_nobody_suggests(given: Any) -> None:
    cast = three()
    for one, agreed_to in zip((cast.ana, cast.ben), given, strict=True):
        scopes.agree(one, cast.link, agreed_to)
    body = {"opens_at": hour().isoformat(), "moment": 1}
    assert api(cast.tess, "POST", f"care/{cast.link.id}/opening/", body).status_code == 404
    assert not LiveSession.objects.exists()


def to_nobody(cast: Three) -> None:
    scopes.withdraw(cast.ben, cast.link, ["host"])


def ends_the_link(cast: Three) -> None:
    scopes.end_link(cast.tess, CareLink.objects.get(id=cast.link.id))


def closes_her_account(cast: Three) -> None:
    delete_person(cast.tess)


@pytest.mark.parametrize("goes", [to_nobody, ends_the_link, closes_her_account])
@pytest.mark.parametrize("begun", [suggested, agreed])
def test_she_goes_and_it_goes_on_for_the_two(cast: Three, begun: Any, goes: Any) -> None:
    session = begun(cast)
    goes(cast)
    if goes is not closes_her_account:
        assert to_tess(cast).status_code == 404
        page = f"/practice/{cast.link.id}/opening/"
        assert device(cast.tess).get(page).status_code == 404
        assert page not in device(cast.tess).get("/practice/").content.decode()
    for one in (cast.ana, cast.ben):
        says_yes(one, session)
        assert device(one).get(f"/sessions/{session}/opening/").status_code == 200
    # Her own words go with her account: what waits is then about what each of the two chooses.
    theirs = {"moment_text": "Ours."} if goes is closes_her_account else {}
    for one in (cast.ana, cast.ben):
        seals(one, session, **theirs)
    comes(session)
    assert load.load(session).state.round.phase == "revealed"  # type: ignore[union-attr]
    shown = api(cast.ana, "GET", f"sessions/{session}/").json()["session"]["round"]["moment"]["text"]
    assert shown == ("Ana: Ours.\nBen: Ours." if theirs else "You came home late.")


def test_a_mark_that_was_sealed_before_her_words_were_erased_opens_without_them(cast: Three) -> None:
    session = agreed(cast)
    seals(cast.ana, session)
    closes_her_account(cast)
    seals(cast.ben, session, moment_text="Ours.")
    comes(session)
    assert api(cast.ana, "GET", f"sessions/{session}/").json()["session"]["round"]["moment"]["text"] == "Ben: Ours."


def test_she_takes_along_what_she_is_told_of_and_no_more(cast: Three) -> None:
    session = suggested(cast)

    def taken(who: User) -> Any:
        return api(who, "GET", "me/export/").json()["suggested_openings"]

    assert [one["state"] for one in taken(cast.tess)] == ["asked"] and taken(cast.ana) == []
    openings.call_off(cast.ana, session)
    assert [one["state"] for one in taken(cast.tess)] == ["over"]
    scopes.withdraw(cast.ben, cast.link, ["host"])
    assert taken(cast.tess) == []
