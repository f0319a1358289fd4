"""A round with a mood in its marks, played by test_extending.py in a copy of the checkout that has such a field."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.logins import BACKEND, Login, login_from_token, open_login
from accounts.models import User
from sessions.checkin import wire
from sessions.checkin.shown_round import Viewer
from sessions.contract.openapi import document
from sessions.history import rounds
from sessions.history.export import as_csv, own_round
from sessions.history.readers import reader_for
from sessions.joining import join, start
from sessions.models import Mark
from sessions.store import execute, load
from tests.support.pure.world import begun, revealed

CORE = {"reaction": "both", "intensity": 3}


def test_it_is_sealed_and_shown_to_those_who_may_see_it() -> None:
    world = revealed(begun(hosted=True), {"mood": "light"}, {"mood": "heavy", "share": ["mood"]})
    for viewer in (Viewer("a"), Viewer("b"), Viewer("host"), Viewer("a", shared=True)):
        shown = world.round(viewer)["reveal"]
        assert shown
        moods = {seat: mark.get("mood") for seat, mark in shown["marks"].items()}
        assert moods == {"a": "light" if viewer == Viewer("a") else None, "b": "heavy"}, viewer


@pytest.mark.parametrize("mood", ["grim", "", 1, ["light"]])
def test_what_is_no_mood_is_refused(mood: Any) -> None:
    with pytest.raises(wire.BadFrame):
        wire.command_from({"type": "mark.seal", "op": "1", "round": 1, **CORE, "mood": mood})


def test_clients_are_told_of_it() -> None:
    mark = document()["components"]["schemas"]["RevealedMark"]
    assert mark["properties"]["mood"] == {"type": "string", "enum": ["light", "even", "heavy"]}
    assert "mood" not in mark["required"]


@pytest.mark.django_db
def test_a_round_with_it_is_stored_looked_back_on_and_taken_along() -> None:
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    waiting = start.start_with_code(ana)
    assert waiting.code
    session_id = join.join_by_code(ben, waiting.code).id
    logins: dict[str, Login] = {}
    for seat, person in (("a", ana), ("b", ben)):
        login = login_from_token(open_login(person))
        assert login
        logins[seat] = login

    def ask(seat: str, type: str, **fields: Any) -> None:
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        assert execute.execute(logins[seat], session_id, command).code is None

    browser = Client()
    browser.force_login(ana, backend=BACKEND)
    room = browser.get(reverse("room", args=[session_id])).content.decode()
    assert 'name="mood"' in room and '<option value="heavy">heavy</option>' in room
    assert 'data-field="mood" data-labels="moods"' in room and "<dt>The mood before</dt>" in room

    ask("a", "round.open", after=0, moment=1)
    ask("a", "mark.seal", round=1, **CORE, mood="even", share=["mood"])
    ask("b", "mark.seal", round=1, **CORE, mood="heavy")
    state = load.state_of(session_id)
    assert state and state.round and state.round.reveal
    assert {seat: mark.details["mood"] for seat, mark in state.round.reveal.marks.items()} == {
        "a": "even",
        "b": "heavy",
    }
    assert Mark.objects.exclude(seal=None).count() == 0

    reader = reader_for(ana, None)
    assert reader
    [seen] = rounds.all_rounds(reader)
    page = browser.get(reverse("history_round", args=[seen.id])).content.decode().partition('id="room-words"')[0]
    assert "The mood before" in page and "even" in page and "heavy" not in page
    table = "".join(as_csv([own_round(seen, "a")]))
    assert '"mark_mood"' in table and '"even"' in table
