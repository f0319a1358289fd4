"""Each chooses the moment of an agreed opening: sealed with the mark, shown to both, looked back on, taken along."""

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.care import scopes
from accounts.models import CareLink, User
from sessions.joining import openings
from sessions.models import LiveSession, Mark, Round
from sessions.privacy import erasure
from sessions.store import openings as stored
from tests.support.cast.acting import api, does, whole
from tests.support.cast.api_world import fresh_login
from tests.support.cast.past import Pair, pair, phone_of, therapist_of
from tests.support.twins.addresses import everything_shown

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
HERS, HIS = "The zebra stood at the door.", "A reply took longer than usual."
BY_LIBRARY = {"moment": 1}


def agreed(two: Pair) -> UUID:
    """Let both say an hour, and leave the moment to each."""
    hour = whole(timezone.now() + 3 * A_DAY)
    made = openings.propose(two.a, hour).live_session.id
    openings.say_hour(two.b, made, hour)
    return made


def seals(user: User, session: UUID, **moment: Any) -> None:
    core = {"round": 1, "reaction": "anxious", "intensity": 3, "words": "Mine alone, said the zebrafish."}
    does(user, session, "mark.seal", **core, **moment)


def opened() -> Iterator[tuple[Pair, User, UUID]]:
    """Yield a couple with a therapist who may look back, and what has opened for the two."""
    two = pair()
    tess = therapist_of(two, "host", "history")
    session = agreed(two)
    seals(two.a, session, moment_text=HERS)
    seals(two.b, session, **BY_LIBRARY)
    LiveSession.objects.filter(id=session).update(starts_at=whole(timezone.now()))
    assert stored.carry_out_due() == 1
    yield two, tess, session


@pytest.fixture
def world() -> Iterator[tuple[Pair, User, UUID]]:
    yield from opened()


# Proposing.


def test_it_is_proposed_without_a_moment() -> None:
    two, hour = pair(), whole(timezone.now() + A_DAY)
    body = {"opens_at": hour.isoformat(), "each_chooses": True}
    for more in ({"moment": 1}, {"text": "Late."}):
        assert api(two.a, "POST", "openings/", {**body, **more}).status_code == 400
    assert api(two.a, "POST", "openings/", {**body, "each_chooses": False}).status_code == 400
    assert api(two.a, "POST", "openings/", body).status_code == 201
    one = Round.objects.get()
    assert (one.moment, one.text, one.opened_by, one.theme) == (None, "", "", "")


def test_by_its_page_and_what_was_typed_before_is_not_proposed() -> None:
    two, hour = pair(), whole(timezone.now() + A_DAY)
    ana = phone_of(two.a)
    page = ana.get("/openings/new/").content.decode()
    assert re.search(r'id="about-one"[^>]*checked', page) and "each-chooses" in page
    typed = {"opens_at": hour.strftime("%Y-%m-%dT%H:%M"), "about": "each", "text": "x" * 400, "moment": "1"}
    again = ana.post("/openings/new/", {**typed, "opens_at": ""}).content.decode()
    assert re.search(r'id="about-each"[^>]*checked', again)
    made = ana.post("/openings/new/", typed)
    assert made.status_code == 302 and Round.objects.get().text == ""
    for phone in (ana, phone_of(two.b)):
        assert "Each of you chooses one" in phone.get(made.headers["Location"]).content.decode()


# Until the hour.


def test_without_one_it_is_refused_and_what_is_sealed_stays() -> None:
    two = pair()
    session = agreed(two)
    seals(two.a, session, moment_text=HERS)
    before = bytes(Mark.objects.get().seal or b"")
    command = {"type": "mark.seal", "op": uuid.uuid4().hex, "round": 1, "reaction": "both", "intensity": 2}
    refused = api(two.a, "POST", f"sessions/{session}/commands/", command)
    assert (refused.status_code, refused.json()["code"]) == (409, "moment.missing")
    assert bytes(Mark.objects.get().seal or b"") == before


def test_whichever_one_chooses_the_other_is_answered_the_same_bytes(settings: Settings) -> None:
    settings.FRAME_RATE = 1000  # everything is looked at, many times
    two = pair()
    tess = therapist_of(two, "host", "history")
    session = agreed(two)
    others = (two.b, tess)
    before = [everything_shown(one, session) for one in others]
    assert before[0]["/sessions/{}/"][0] == 200, "premise: he may look"
    sizes = set()
    for moment in (BY_LIBRARY, {"moment_text": "x"}, {"moment_text": "愛" * 280}):
        seals(two.a, session, **moment)
        assert [everything_shown(one, session) for one in others] == before
        sizes.add(len(bytes(Mark.objects.get().seal or b"")))
    assert len(sizes) == 1


# From then on.


def test_both_are_shown_ones_own_first(world: tuple[Pair, User, UUID]) -> None:
    two, _, session = world
    lines = {two.a.id: [f"Ana: {HERS}", f"Ben: {HIS}"], two.b.id: [f"Ben: {HIS}", f"Ana: {HERS}"]}
    for one in (two.a, two.b):
        live = api(one, "GET", f"sessions/{session}/").json()["session"]["round"]
        assert live["moment"]["text"].splitlines() == lines[one.id]
        assert {seat: mark["moment_text"] for seat, mark in live["reveal"]["marks"].items()} == {"a": HERS, "b": HIS}
        past = api(one, "GET", "history/").json()["results"][0]
        assert past["moment"]["text"].splitlines() == lines[one.id]
        for path in ("history/", f"history/{past['id']}/", "history/report/"):
            page = phone_of(one).get(f"/{path}").content.decode()
            assert HERS in page and HIS in page, path
        for word in ("zebra stood", "longer than usual"):
            assert api(one, "GET", f"history/?q={word}").json()["results"], "it is found by either"
        own = api(one, "GET", "me/export/").json()["check_ins"][0]["rounds"][0]
        assert own["moment"]["text"].splitlines() == lines[one.id]
        for kind in ("json", "csv"):
            taken = b"".join(
                phone_of(one).get(f"/api/v1/history/export/?as={kind}", headers={"X-Session-Token": fresh_login(one)})
            )
            assert HERS.encode() in taken and HIS.encode() in taken


def test_a_therapist_sees_both_with_the_history_and_nothing_without(world: tuple[Pair, User, UUID]) -> None:
    two, tess, session = world
    look = f"/history/?couple={two.couple.id}"
    page = phone_of(tess).get(look).content.decode()
    assert HERS in page and HIS in page and "zebrafish" not in page
    link = CareLink.objects.get(couple=two.couple)
    scopes.withdraw(two.b, link, ["history"])
    otto = User.objects.create_user("otto@example.org", None, first_name="Otto")
    for one in (tess, otto):
        for path in (look, f"/sessions/{session}/", f"/sessions/{session}/summary/"):
            assert phone_of(one).get(path).status_code == 404


def test_taken_back_it_is_gone_for_both_and_the_others_stays(world: tuple[Pair, User, UUID]) -> None:
    two, _, session = world
    erasure.erase_own_words(Round.objects.get().history_id, "a")
    for one in (two.a, two.b):
        assert api(one, "GET", "history/").json()["results"][0]["moment"]["text"] == f"Ben: {HIS}"
        assert HERS not in api(one, "GET", f"sessions/{session}/").content.decode()
    erasure.erase_own_words(Round.objects.get().history_id, "b")
    assert "A moment whose words are no longer kept" in phone_of(two.a).get("/history/").content.decode()
