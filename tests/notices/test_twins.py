"""Whatever one of the two does unseen, the notices of both are the same bytes, as long, and at the same moments."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone

from accounts.notices import worker
from sessions.store import openings as stored
from tests.joining.test_openings import agreed, does, seals, whole
from tests.support.cast.api_world import undone
from tests.support.cast.notices import put_down, set_up, wish
from tests.support.cast.past import Pair, pair
from tests.support.servers.push_service import PushService

pytestmark = pytest.mark.django_db

HOUR = whole(timezone.now() + timedelta(minutes=100))
MINUTES = (-61, -60, -59, -30, -1, 0, 1, 15, 59, 60, 61, 1500)
# What a mail has of its own: when it was made, and its name.
VARIES = re.compile(rb"^(Date|Message-ID): .*\n", re.MULTILINE)

Leaves = tuple[int, str, str, int, int, bytes]


def leave(two: Pair, service: PushService, secret: Callable[[Pair, UUID], None], carried_out: str) -> list[Leaves]:
    """Let one of them do something unseen, then the hour come; return what left, when, for whom, and its bytes."""
    session = agreed(two, HOUR)
    for person in (two.a, two.b):
        wish(person, hour_before=True)
        set_up(person, service.browser(person.first_name))
    secret(two, session)
    rows = put_down()
    left: list[Leaves] = []
    for minute in MINUTES:
        now = HOUR + timedelta(minutes=minute)
        if carried_out == "first" and minute >= 0:
            stored.carry_out_due(now)
        worker.send_due(now, service.transport())
        if carried_out == "later" and minute >= 0:
            stored.carry_out_due(now)
        for letter in mail.outbox:
            said = VARIES.sub(b"", letter.message().as_bytes())
            left.append((minute, "mail", letter.to[0], 0, len(said), said))
        left += [(minute, "push", one.path, one.ttl, one.bytes, one.said) for one in service.taken]
        mail.outbox.clear()
        service.taken.clear()
    assert len(rows) == 4 and len(left) == 8, "premise: both are told twice by each way"
    return sorted(left)


def nothing(two: Pair, session: UUID) -> None:
    """Seal nothing."""


def ana_seals(two: Pair, session: UUID) -> None:
    seals(two.a, session, 5)


def ben_seals(two: Pair, session: UUID) -> None:
    seals(two.b, session, 1)


def both_seal(two: Pair, session: UUID) -> None:
    seals(two.a, session)
    seals(two.b, session)


def ana_changes_her_mind(two: Pair, session: UUID) -> None:
    both_seal(two, session)
    does(two.a, session, "mark.withdraw", round=1)


SECRETS = [nothing, ana_seals, ben_seals, both_seal, ana_changes_her_mind]


def test_nothing_that_is_done_unseen_changes_a_byte_or_a_moment(service: PushService) -> None:
    told = []
    for secret in SECRETS:
        for carried_out in ("first", "later", "never"):
            with undone():
                told.append(leave(pair(), service, secret, carried_out))
    assert [minute for minute, way, to, *_ in told[0] if way == "mail" and to[:3] == "ana"] == [-60, 0]
    assert all(one == told[0] for one in told)
