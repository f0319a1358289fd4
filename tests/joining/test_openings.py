"""Proposing an opening, agreeing on its hour, calling it off; and that nobody learns whether the other has sealed."""

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.couple import pairing
from accounts.models import User
from sessions.checkin.apart import WITHIN
from sessions.joining import openings
from sessions.models import LiveSession, Mark
from sessions.store import load
from sessions.store import openings as stored
from tests.support.cast.acting import api, does, whole
from tests.support.cast.past import Pair, pair, phone_of, therapist_of
from tests.support.twins.addresses import ADDRESSES, everything_shown, normal

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)


def agreed(two: Pair, hour: datetime | None = None) -> UUID:
    """Let both say an hour; by default in three days."""
    hour = hour or whole(timezone.now() + 3 * A_DAY)
    made = openings.propose(two.a, hour, text="You came home late.").live_session.id
    openings.say_hour(two.b, made, hour)
    return made


def seals(user: User, session_id: UUID, intensity: int = 3) -> None:
    does(user, session_id, "mark.seal", round=1, reaction="anxious", intensity=intensity, words="canary")


# By the API.


def test_it_is_proposed_agreed_on_moved_and_called_off() -> None:
    two, first = pair(), whole(timezone.now() + A_DAY)
    other = first + timedelta(hours=1)
    made = api(two.a, "POST", "openings/", {"opens_at": first.isoformat(), "moment": 1})
    assert made.status_code == 201
    session = made.json()["session"]
    again = api(two.b, "POST", "openings/", {"opens_at": other.isoformat(), "text": "Another."})
    assert (again.status_code, again.json()["session"]) == (200, session), "a couple has one that waits"
    for who, hour, agreed_on, opens_at, asked_by in (
        (two.a, first, False, first, "a"),
        (two.b, other, False, other, "b"),
        (two.a, other, True, other, None),
        (two.b, first, True, other, "b"),
        (two.b, other, True, other, None),
        (two.a, first, True, other, "a"),
        (two.b, first, True, first, None),
    ):
        told = api(who, "PUT", f"sessions/{session}/opening/", {"opens_at": hour.isoformat()}).json()
        assert (told["agreed"], datetime.fromisoformat(told["opens_at"])) == (agreed_on, opens_at)
        assert (told["asked"] and told["asked"]["by"]) == asked_by
        assert [api(one, "GET", f"sessions/{session}/opening/").json() for one in (two.a, two.b)] == [told, told]
    for one in (two.b, two.a):
        off = api(one, "DELETE", f"sessions/{session}/opening/")
        assert (off.status_code, off.json()["outcome"]) == (200, "called_off")
    assert api(two.a, "PUT", f"sessions/{session}/opening/", {"opens_at": first.isoformat()}).status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"moment": 1},
        {"opens_at": "tomorrow", "moment": 1},
        {"opens_at": 0},
        {"opens_at": "past", "moment": 1},
        {"opens_at": "far", "moment": 1},
        {"opens_at": "fraction", "moment": 1},
        {"opens_at": "good"},
        {"opens_at": "good", "moment": 1, "text": "Both."},
        {"opens_at": "good", "moment": 10_000},
        {"opens_at": "good", "text": " "},
        {"opens_at": "good", "text": "x" * 281},
    ],
    ids=str,
)
def test_what_nobody_can_agree_on_is_refused(body: dict[str, Any]) -> None:
    now = whole(timezone.now())
    hours = {"past": now, "far": now + WITHIN + timedelta(minutes=2), "good": now + A_DAY}
    hours["fraction"] = now + A_DAY + timedelta(microseconds=1)
    sent = {**body, "opens_at": hours[body["opens_at"]].isoformat()} if body.get("opens_at") in hours else body
    answer = api(pair().a, "POST", "openings/", sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "frame.invalid")
    assert not LiveSession.objects.exists()


def test_who_has_no_partner_proposes_nothing() -> None:
    alone = User.objects.create_user("cleo@example.org", None, first_name="Cleo")
    body = {"opens_at": whole(timezone.now() + A_DAY).isoformat(), "moment": 1}
    assert api(alone, "POST", "openings/", body).status_code == 403
    assert phone_of(alone).get("/openings/new/").headers["Location"] == "/"


# By the pages.


def test_two_agree_by_their_pages() -> None:
    two, hour = pair(), whole(timezone.now() + A_DAY)
    ana, ben = phone_of(two.a), phone_of(two.b)
    typed = {"opens_at": hour.strftime("%Y-%m-%dT%H:%M"), "text": "You came home late.", "moment": ""}
    page = ana.post("/openings/new/", typed).headers["Location"]
    assert "Ben" in ana.get(page).content.decode() and "You suggested a time" in ana.get(page).content.decode()
    assert "agree-opening" not in ana.get(page).content.decode(), "nobody agrees with oneself"
    seen = ben.get(page).content.decode()
    said = re.search(r'name="opens_at" value="([^"]+)"', seen)
    assert said and "You came home late." in seen
    room = page.removesuffix("opening/")
    assert ben.get(room).headers["Location"] == page, "there is no room before both have said the hour"
    ben.post(page, {"opens_at": said[1]})
    assert 'data-state="agreed"' in ana.get(page).content.decode()
    assert "data-socket-path" in ana.get(room).content.decode()


@pytest.mark.parametrize("typed", ["", "yesterday", "2020-01-01T10:00", "2999-01-01T10:00"])
def test_an_hour_that_is_none_is_said_so_beside_the_field(typed: str) -> None:
    ana = phone_of(pair().a)
    page = ana.post("/openings/new/", {"opens_at": typed, "text": "Late again.", "moment": ""})
    assert page.status_code == 400 and 'id="opens-at-error"' in page.content.decode()
    assert "Late again." in page.content.decode(), "nothing that was typed is lost"
    assert not LiveSession.objects.exists()


def test_both_read_the_same_page_of_one_that_came_to_nothing() -> None:
    two = pair()
    session = agreed(two)
    seals(two.a, session)
    LiveSession.objects.filter(id=session).update(starts_at=whole(timezone.now() - A_DAY))
    pages = [normal(phone_of(one).get(f"/sessions/{session}/").content) for one in (two.b, two.a)]
    assert pages[0] == pages[1] and b"It stays closed this time" in pages[0]
    assert not Mark.objects.exists()


def test_of_strangers_and_former_partners_nobody_gets_anywhere() -> None:
    two = pair()
    session, stranger = agreed(two), User.objects.create_user("otto@example.org", None, first_name="Otto")
    for path in ("", "opening/", "opening/call-off/"):
        assert phone_of(stranger).get(f"/sessions/{session}/{path}").status_code == 404
        assert phone_of(stranger).post(f"/sessions/{session}/{path}").status_code in (404, 405)
    pairing.unpair(two.a)
    assert api(two.b, "GET", f"sessions/{session}/opening/").json()["outcome"] == "called_off"
    assert phone_of(two.b).get("/").content.decode().count("opening-row") == 0


# Sealed or not, for the other.


def test_whatever_one_does_the_other_is_answered_the_same_bytes(settings: Settings) -> None:
    settings.FRAME_RATE = 1000  # everything is looked at, many times
    two = pair()
    tess = therapist_of(two, "host", "history")
    staff = User.objects.create_superuser("staff@example.org", None, first_name="Otto", is_staff=True)
    session = agreed(two)
    others = (two.b, tess, staff)
    before = [everything_shown(one, session) for one in others]
    assert before[0]["/sessions/{}/"][0] == before[0]["/api/v1/sessions/{}/"][0] == 200, "premise: he may look"
    for intensity in (3, 5, 0, 1):
        if intensity:
            seals(two.a, session, intensity)
        else:
            does(two.a, session, "mark.withdraw", round=1)
        for person, was in zip(others, before, strict=True):
            assert everything_shown(person, session) == was
    assert load.load(session).state.latest_round.sealed == {"a"}
    seals(two.b, session)
    own = api(two.b, "GET", f"sessions/{session}/").json()["session"]
    does(two.a, session, "mark.withdraw", round=1)
    assert api(two.b, "GET", f"sessions/{session}/").json()["session"] == own and own["round"]["sealed"]
    assert stored.carry_out_due() == 0


def test_what_the_other_is_answered_does_change_by_what_is_said_aloud() -> None:
    """Else the test above would pass for answers that never change."""
    two = pair()
    session = agreed(two)
    before = everything_shown(two.b, session)
    openings.say_hour(two.a, session, whole(timezone.now() + 4 * A_DAY))
    after = everything_shown(two.b, session)
    assert {path for path in ADDRESSES if before[path] != after[path]} >= {
        "/sessions/{}/opening/",
        "/api/v1/sessions/{}/",
        "/api/v1/sessions/{}/opening/",
    }
