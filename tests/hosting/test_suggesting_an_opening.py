"""A therapist suggests an opening to a couple; it is agreed on by the two alone, and tells nobody more than before."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import scopes
from accounts.logins import login_from_token
from accounts.models import CareLink, User
from accounts.settings.deletion import delete_person
from sessions.checkin import wire
from sessions.checkin.apart import told_to_host
from sessions.hosting import suggested_openings
from sessions.joining import openings
from sessions.models import LiveSession, Seat
from sessions.store import execute, load
from sessions.store import openings as stored
from tests.support.cast.api_world import fresh_login
from tests.support.cast.care_cast import Three, account, both_agree, device, linked, therapist, three

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


@pytest.fixture
def cast() -> Three:
    """Return Ana, Ben and Tess, to whom both have agreed."""
    cast = three()
    both_agree(cast)
    return cast


def hour(days: float = 3) -> datetime:
    """Return an hour that can be said."""
    return (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)


def api(user: User, method: str, path: str, body: Any = None) -> Any:
    """Ask the API."""
    headers = {"X-Session-Token": fresh_login(user)}
    sent = b"" if body is None else orjson.dumps(body)
    return Client().generic(method, f"/api/v1/{path}", sent, "application/json", headers=headers)


def to_tess(cast: Three, who: User | None = None) -> Any:
    """Return what Tess, or somebody else, is told of the opening that she has suggested."""
    return api(who or cast.tess, "GET", f"care/{cast.link.id}/opening/")


def suggested(cast: Three, at: datetime | None = None) -> UUID:
    """Let Tess suggest an opening."""
    assert suggested_openings.suggest(cast.tess, cast.link.id, at or hour(), text="You came home late.")
    return LiveSession.objects.apart().get().id


def says_yes(user: User, session: UUID) -> None:
    """Let somebody say the hour that stands there."""
    openings.say_hour(user, session, load.load(session).state.apart.opens_at)  # type: ignore[union-attr]


def agreed(cast: Three) -> UUID:
    """Let both say the hour that Tess suggested."""
    session = suggested(cast)
    for one in (cast.ben, cast.ana):
        says_yes(one, session)
    assert load.load(session).state.apart.agreed  # type: ignore[union-attr]
    return session


def does(user: User, session: UUID, type: str, **fields: Any) -> None:
    login = login_from_token(fresh_login(user))
    assert login
    answer = execute.execute(login, session, wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields}))
    assert answer.code is None, answer.code


def seals(user: User, session: UUID, intensity: int = 3, **moment: Any) -> None:
    does(user, session, "mark.seal", round=1, reaction="anxious", intensity=intensity, words="canary", **moment)


def comes(session: UUID) -> None:
    """Let the hour have come."""
    LiveSession.objects.filter(id=session).update(starts_at=hour(0))
    stored.carry_out_due()


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


# Who may not.


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
