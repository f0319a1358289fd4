"""After an agreed opening two who are never there together go all the way: need, heard, did it arrive, step, close."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from sessions.checkin.apart import OPEN_FOR
from sessions.joining import start
from sessions.models import LiveSession, Part
from sessions.privacy import expiry
from sessions.store import openings
from tests.store.test_openings import BOTH, Opening, Partner

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def opened() -> Opening:
    """Return an opening that both had sealed, once its hour has come."""
    opening = Opening()
    opening.seal(*BOTH)
    assert openings.carry_out_due(opening.hour) == 1
    return opening


def visits(opening: Opening, seat: Partner, hours: float, *said: tuple[str, dict[str, Any]]) -> Any:
    """Let one of the two come alone, say what they would, and go; return what they read as they came."""
    at = opening.hour + hours * HOUR
    found = opening.view(seat, at)
    assert not any(one["here"] for one in found["people"]), "the other one is not there"
    for type, fields in said:
        answer = opening.ask(seat, type, at, **fields)
        assert answer.code is None, (type, answer.code)
    assert opening.ask(seat, "session.leave", at).code is None
    return found


def test_two_who_are_never_there_together_go_all_the_way_to_a_step(opened: Opening) -> None:
    def need(text: str) -> tuple[str, dict[str, Any]]:
        return ("need.say", {"round": 1, "text": text})

    def heard(words: str) -> tuple[str, dict[str, Any]]:
        return ("need.heard", {"round": 1, "words": words})

    meant: tuple[str, dict[str, Any]] = ("meant.confirm", {"round": 1})
    step = ("step.choose", {"round": 1, "text": "A walk after dinner."})

    visits(opened, "a", 1, need("Some warning."))
    found = visits(opened, "b", 25, need("Some quiet."))
    assert found["round"]["reveal"] and found["round"]["exchange"]["needs"] is None
    found = visits(opened, "a", 40, heard("You need quiet."))
    assert found["round"]["exchange"]["needs"] == {"a": "Some warning.", "b": "Some quiet."}
    visits(opened, "b", 50, heard("You need a warning."), meant)
    found = visits(opened, "a", 60, meant, step)
    assert found["round"]["exchange"]["heard"] == {"a": True, "b": True}
    found = visits(opened, "b", 71, ("step.choose", {"round": 1, "text": "I put the phone away."}))
    assert found["round"]["exchange"]["meant"] == {"a": True, "b": True}
    assert found["round"]["exchange"]["steps"]["a"]["text"] == "A walk after dinner."
    assert opened.ask("b", "session.end", opened.hour + 71 * HOUR).code is None
    assert opened.row.ended_at == opened.hour + 71 * HOUR


def test_both_read_the_same_time_until_which_it_is_open(opened: Opening) -> None:
    until = (opened.hour + OPEN_FOR).isoformat().replace("+00:00", "Z")
    for at in (opened.hour, opened.hour + OPEN_FOR - HOUR):
        assert {opened.view(seat, at)["open_until"] for seat in BOTH} == {until}
    assert opened.row.expires_at == opened.state.expires_at == opened.hour + OPEN_FOR
    for seat in BOTH:
        assert opened.view(seat, opened.hour + OPEN_FOR)["state"] == "ended"


@pytest.mark.django_db(transaction=True)
def test_it_ends_after_three_days_everywhere_and_what_lies_sealed_is_destroyed(opened: Opening) -> None:
    visits(opened, "a", 1, ("need.say", {"round": 1, "text": "Some warning."}))
    listed = LiveSession.objects.filter(id=opened.id)
    for hours, open_still in ((25, True), (71.9, True), (72, False)):
        at = opened.hour + hours * HOUR
        assert listed.going_on(at).exists() == open_still
        assert listed.run_out(at).exists() != open_still
    assert expiry.purge(opened.hour + 71 * HOUR).check_ins == 0
    assert Part.objects.exclude(need_seal=None).count() == 1
    assert expiry.purge(opened.hour + 73 * HOUR).check_ins == 1
    assert opened.row.ended_at == opened.hour + OPEN_FOR
    assert not Part.objects.exclude(need_seal=None).exists() and not Part.objects.exclude(need=None).exists()


@pytest.mark.parametrize("silent", BOTH)
def test_until_both_needs_are_in_nothing_of_one_tells_the_other(opened: Opening, silent: Partner) -> None:
    speaker: Partner = "b" if silent == "a" else "a"
    moments = [opened.hour + hours * HOUR for hours in (1, 24, 48, 71, 72, 99)]
    before = [opened.view(silent, at) for at in moments]
    for text in ("Some warning.", "Rather some quiet.", "", "Some warning."):
        visits(opened, speaker, 1, ("need.say", {"round": 1, "text": text}))
        assert [opened.view(silent, at) for at in moments] == before


def test_going_away_ends_any_other_check_in_and_not_this_one(opened: Opening) -> None:
    assert opened.ask("a", "session.leave", opened.hour + HOUR).code is None
    assert opened.row.ended_at is None
    other = start.start_for_couple(opened.two.a, opened.two.couple, timezone.now() + 9 * OPEN_FOR).live_session
    assert other.id != opened.id and other.expires_at - other.created_at < OPEN_FOR, "premise: a day"
