"""What one partner does unseen uses up nothing of the other's: neither how often they may ask, nor for how long not."""

import json
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.logins import open_login
from accounts.models import User
from sessions.joining import seats, start
from sessions.models import Mark
from tests.support.cast.past import pair

pytestmark = pytest.mark.django_db(transaction=True)

Commands = list[dict[str, Any]]
SEAL: dict[str, Any] = {"type": "mark.seal", "round": 1, "reaction": "anxious", "intensity": 4}
WITHDRAW: dict[str, Any] = {"type": "mark.withdraw", "round": 1}
# Two in one home have one address.
HOME = "192.0.2.7"
UNSEEN: dict[str, Commands] = {
    "nothing": [],
    "sealed": [SEAL],
    "replaced": [SEAL, {**SEAL, "intensity": 1}, SEAL],
    "withdrawn": [SEAL, WITHDRAW, SEAL, WITHDRAW],
}


class Phone:
    """Somebody's phone at home."""

    def __init__(self, person: User) -> None:
        self.client = Client(REMOTE_ADDR=HOME, headers={"X-Session-Token": open_login(person)})

    def send(self, session: str, **command: Any) -> int:
        """Send one command; return how it was answered."""
        body = json.dumps({"op": uuid.uuid4().hex, **command})
        return self.client.post(f"/api/v1/sessions/{session}/commands/", body, "application/json").status_code


def asked(unseen: Commands, settings: Settings) -> list[tuple[int, str]]:
    """Let Ana do something unseen, and Ben ask for whatever he can until he may not; return how he was answered."""
    two = pair()
    session = str(start.start_for_couple(two.a, two.couple).live_session.id)
    seats.take_seat(two.b.id, uuid.UUID(session))
    ana, ben = Phone(two.a), Phone(two.b)
    cache.clear()
    settings.FRAME_RATE = 100
    assert ana.send(session, type="round.open", after=0, moment=1) == 200
    for command in unseen:
        assert ana.send(session, **command) == 200
    assert Mark.objects.filter(round__live_session=session, seat="a").exists() == bool(
        unseen and unseen[-1] != WITHDRAW
    ), "premise"
    # Few enough that his first window has not ended before it is used up.
    settings.FRAME_RATE, settings.JOIN_RATE = 1, 60
    paths = [f"/api/v1/sessions/{session}/"] * 5 + ["/join/BBBBBB/"] * 22
    answers = [ben.client.get(path) for path in paths]
    told = [(answer.status_code, answer.headers.get("Retry-After", "")) for answer in answers]
    User.objects.filter(pk__in=[two.a.pk, two.b.pk]).delete()
    return [(status, "some" if after and int(after) > 3 else after) for status, after in told]


def test_the_limits_on_one_tell_nothing_of_what_the_other_did(settings: Settings) -> None:
    answered = {name: asked(unseen, settings) for name, unseen in UNSEEN.items()}
    statuses = [status for status, _ in answered["nothing"]]
    assert statuses == [200] * 3 + [429] * 2 + [404] * 20 + [429] * 2, "both limits are reached"
    for name, answers in answered.items():
        assert [status for status, _ in answers] == statuses, name
        waits = {after for status, after in answers[:5] if status == 429}
        assert waits <= {"1", "2", "3"}, "counted from his own first request"
