"""A therapist suggests an opening to a couple; it is agreed on by the two alone, and tells nobody more than before."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.care import scopes
from sessions.checkin.apart import told_to_host
from sessions.joining import openings
from sessions.models import LiveSession, Seat
from sessions.store import load
from tests.support.cast.acting import api
from tests.support.cast.care_cast import Three, both_agree, device, three
from tests.support.cast.suggested import agreed, comes, hour, says_yes, seals, suggested, to_tess

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Three:
    """Return Ana, Ben and Tess, to whom both have agreed."""
    cast = three()
    both_agree(cast)
    return cast


# Agreed on by the two.


def test_it_holds_once_both_have_said_yes_and_opens_for_the_two(cast: Three) -> None:
    at = hour()
    path = f"care/{cast.link.id}/opening/"
    made = api(cast.tess, "POST", path, {"opens_at": at.isoformat(), "text": "You came home late."})
    assert (made.status_code, made.json()["state"]) == (201, "asked")
    session = LiveSession.objects.apart().get()
    assert set(Seat.objects.filter(live_session=session).values_list("user", flat=True)) == {cast.ana.id, cast.ben.id}
    own = f"sessions/{session.id}/opening/"
    told = api(cast.ana, "GET", own).json()
    assert (told["agreed"], told["asked"], told["set_by"]) == (False, None, "Tess"), "neither has said anything"
    assert api(cast.ana, "POST", f"sessions/{session.id}/commands/", sealing()).status_code == 409
    assert api(cast.ben, "PUT", own, {"opens_at": at.isoformat()}).json()["asked"]["by"] == "b"
    assert to_tess(cast).json()["state"] == "asked"
    assert api(cast.ana, "PUT", own, {"opens_at": at.isoformat()}).json()["agreed"] is True
    assert to_tess(cast).json() == {"opens_at": told["opens_at"], "state": "agreed"}
    for one in (cast.ana, cast.ben):
        seals(one, session.id)
    comes(session.id)
    assert load.load(session.id).state.round.phase == "revealed"  # type: ignore[union-attr]
    assert to_tess(cast).json()["state"] == "over"


def sealing() -> dict[str, Any]:
    return {"type": "mark.seal", "op": uuid.uuid4().hex, "round": 1, "reaction": "both", "intensity": 2}


def test_each_may_say_another_hour_by_the_couples_own_rule(cast: Three) -> None:
    first, other = hour(3), hour(4)
    session = suggested(cast, first)
    openings.say_hour(cast.ana, session, other)
    assert to_tess(cast).json()["state"] == "asked"
    openings.say_hour(cast.ben, session, first)
    assert not load.load(session).state.apart.agreed, "hers is gone; this is his alone"  # type: ignore[union-attr]
    openings.say_hour(cast.ana, session, first)
    assert load.load(session).state.apart.agreed  # type: ignore[union-attr]
    openings.say_hour(cast.ana, session, other)
    assert datetime.fromisoformat(to_tess(cast).json()["opens_at"]) == first, "a question of theirs is theirs"


def test_by_the_pages(cast: Three) -> None:
    tess, ana, ben = device(cast.tess), device(cast.ana), device(cast.ben)
    page = f"/practice/{cast.link.id}/opening/"
    assert page in tess.get("/practice/").content.decode()
    assert "suggest-opening" in tess.get(page).content.decode()
    typed = {"opens_at": hour().strftime("%Y-%m-%dT%H:%M"), "text": "You came home late.", "moment": ""}
    assert tess.post(page, {**typed, "opens_at": ""}).status_code == 400
    assert tess.post(page, typed).headers["Location"] == page
    assert 'data-state="asked"' in tess.get(page).content.decode()
    assert tess.post(page, {**typed, "text": "Another."}).headers["Location"] == page
    session = LiveSession.objects.apart().get()
    own = f"/sessions/{session.id}/opening/"
    for phone in (ana, ben):
        assert "suggests a time for you both" in phone.get(own).content.decode()
    for phone in (ana, ben):
        seen = phone.get(own).content.decode()
        assert "Tess" in seen and "agree-opening" in seen
        said = re.search(r'name="opens_at" value="([^"]+)"', seen)
        assert said and phone.post(own, {"opens_at": said[1]}).headers["Location"] == own
        assert "agree-opening" not in phone.get(own).content.decode()
    assert 'data-state="agreed"' in ana.get(own).content.decode()
    seen = tess.get(page).content.decode()
    assert 'data-state="agreed"' in seen and "call-off" not in seen
    assert tess.get(f"{page}call-off/").headers["Location"] == page


# Calling off.


def test_the_therapist_calls_off_what_is_not_agreed_on_and_nothing_else(cast: Three) -> None:
    session = suggested(cast)
    path = f"care/{cast.link.id}/opening/"
    says_yes(cast.ana, session)
    for _ in range(2):
        assert api(cast.tess, "DELETE", path).json()["state"] == "over"
    assert api(cast.ana, "GET", f"sessions/{session}/opening/").json()["outcome"] == "called_off"
    session = agreed(cast)
    refused = api(cast.tess, "DELETE", path)
    assert (refused.status_code, refused.json()["code"]) == (403, "seat.not_allowed")
    assert to_tess(cast).json()["state"] == "agreed"
    openings.call_off(cast.ben, session)
    assert to_tess(cast).json()["state"] == "over"


def test_by_the_page_it_is_asked_once(cast: Three) -> None:
    suggested(cast)
    tess, page = device(cast.tess), f"/practice/{cast.link.id}/opening/call-off/"
    assert "call-off-now" in tess.get(page).content.decode()
    assert LiveSession.objects.apart().exists(), "asking has ended nothing"
    assert tess.post(page).headers["Location"] == "/practice/"
    assert not LiveSession.objects.apart().exists()


# What the therapist is told.


def test_whoever_says_yes_and_whatever_is_sealed_the_therapist_is_told_the_same(cast: Three) -> None:
    session, pages = (
        suggested(cast),
        [f"/practice/{cast.link.id}/opening/", "/practice/", f"/history/?couple={cast.couple.id}"],
    )

    def shown() -> list[Any]:
        looks = [
            re.sub(r'name="\w+" value="[^"]+"|data-shown-at="[^"]+"', "", device(cast.tess).get(page).content.decode())
            for page in pages
        ]
        return [*looks, to_tess(cast).json(), api(cast.tess, "GET", "sessions/").json()]

    asked = shown()
    says_yes(cast.ben, session)
    assert shown() == asked, "one yes is none"
    says_yes(cast.ana, session)
    both = shown()
    assert both != asked, "premise: what both have said she is told"
    for intensity in (1, 5):
        seals(cast.ana, session, intensity)
        assert shown() == both
    seals(cast.ben, session)
    assert shown() == both


@pytest.mark.parametrize("both", [True, False])
def test_whether_it_opened_she_is_told_by_their_history_and_by_nothing_else(cast: Three, both: bool) -> None:
    session = agreed(cast)
    for one in (cast.ana, cast.ben) if both else (cast.ana,):
        seals(one, session)
    comes(session)
    assert (load.load(session).state.ended_at is None) == both, "premise"
    assert to_tess(cast).json()["state"] == "over"
    tess = device(cast.tess)
    for path in ("", "opening/", "summary/", "screen/"):
        assert tess.get(f"/sessions/{session}/{path}").status_code == 404
        assert tess.get(f"/api/v1/sessions/{session}/{path}").status_code == 404
    look = f"/history/?couple={cast.couple.id}"
    assert ("You came home late." in tess.get(look).content.decode()) == both
    scopes.withdraw(cast.ben, cast.link, ["history"])
    assert tess.get(look).status_code == 404


def test_what_she_is_told_is_over_once_its_hour_has_come_whoever_has_carried_it_out() -> None:
    at = datetime(2026, 3, 1, 20, tzinfo=timezone.get_default_timezone())
    before, after = at - A_DAY, at + A_DAY
    assert [told_to_host("asked", at, None, before), told_to_host("agreed", at, None, before)] == ["asked", "agreed"]
    for stored_as, ended_at in (("asked", None), ("agreed", None), ("opened", None), ("agreed", at), ("asked", before)):
        assert told_to_host(stored_as, at, ended_at, after) == "over"  # type: ignore[arg-type]
    assert told_to_host("opened", at, None, before) == "over", "a clock that is set back tells nothing"


# One at a time.


def test_of_what_the_couple_has_of_its_own_she_is_told_nothing_and_changes_nothing(cast: Three) -> None:
    own = openings.propose(cast.ana, hour(), moment=1).live_session
    body = {"opens_at": hour(5).isoformat(), "moment": 2}
    refused = api(cast.tess, "POST", f"care/{cast.link.id}/opening/", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "opening.not_now")
    typed = {"opens_at": hour(5).strftime("%Y-%m-%dT%H:%M"), "text": "Late again.", "moment": ""}
    page = device(cast.tess).post(f"/practice/{cast.link.id}/opening/", typed)
    assert page.status_code == 409 and "Late again." in page.content.decode()
    assert to_tess(cast).json() == {"opens_at": None, "state": None}
    assert LiveSession.objects.apart().get() == own and own.set_by is None
    openings.call_off(cast.ben, own.id)
    cast.ben.is_active = False
    cast.ben.save()
    assert api(cast.tess, "POST", f"care/{cast.link.id}/opening/", body).status_code == 404, "he could not take it back"


def test_suggested_again_is_the_one_that_waits(cast: Three) -> None:
    session = suggested(cast)
    body = {"opens_at": hour(5).isoformat(), "moment": 2}
    again = api(cast.tess, "POST", f"care/{cast.link.id}/opening/", body)
    assert (again.status_code, again.json()["state"]) == (200, "asked")
    assert LiveSession.objects.apart().get().id == session
    assert openings.propose(cast.ana, hour(4), moment=1).live_session.id == session, "a couple has one that waits"
