"""What is put down, for whom and when: in the transaction of what causes it, moved and removed with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.couple import invitations, pairing
from accounts.models import Notice, User
from accounts.notices import outbox
from accounts.settings.deletion import delete_person
from sessions.hosting import host_rights
from sessions.joining import appointments, join, openings, start
from sessions.models import LiveSession
from sessions.store import openings as stored
from tests.joining.test_openings import agreed, does, seals, whole
from tests.support.cast.notices import put_down
from tests.support.cast.past import Pair, pair, therapist_of

pytestmark = pytest.mark.django_db

A_DAY, AN_HOUR = timedelta(days=1), timedelta(hours=1)


def for_both(hour: datetime) -> list[tuple[str, str, datetime]]:
    """Return what is put down for Ana and Ben, of an hour that lies further ahead than one."""
    moments = (("before", hour - AN_HOUR), ("hour", hour))
    return [(name, kind, at) for kind, at in moments for name in ("Ana", "Ben")]


# Agreed openings.


def test_an_hour_is_put_down_once_both_have_said_it() -> None:
    two, hour = pair(), whole(timezone.now() + 3 * A_DAY)
    session = openings.propose(two.a, hour, text="You came home late.").live_session.id
    assert put_down() == []
    openings.say_hour(two.b, session, hour)
    assert put_down() == for_both(hour)


def test_another_hour_takes_its_place_once_both_have_said_that() -> None:
    two, hour = pair(), whole(timezone.now() + 3 * A_DAY)
    session, other = agreed(two, hour), hour + A_DAY
    openings.say_hour(two.a, session, other)
    assert put_down() == for_both(hour), "one alone moves nothing"
    openings.say_hour(two.b, session, other)
    assert put_down() == for_both(other)
    openings.say_hour(two.b, session, hour)
    openings.say_hour(two.a, session, hour)
    assert put_down() == for_both(hour)


def test_an_hour_that_is_near_has_none_before() -> None:
    two, hour = pair(), whole(timezone.now() + timedelta(minutes=50))
    agreed(two, hour)
    assert put_down() == [("Ana", "hour", hour), ("Ben", "hour", hour)]


def ends_by_its_page(two: Pair, session: UUID) -> None:
    openings.call_off(two.b, session)


def ends_by_a_command(two: Pair, session: UUID) -> None:
    does(two.a, session, "session.end")


def unpairs(two: Pair, session: UUID) -> None:
    pairing.unpair(two.b)


def deletes_herself(two: Pair, session: UUID) -> None:
    delete_person(two.a)


@pytest.mark.parametrize("how", [ends_by_its_page, ends_by_a_command, unpairs, deletes_herself])
def test_whoever_ends_it_and_however_nobody_is_told(how: Callable[[Pair, UUID], None]) -> None:
    two = pair()
    session = agreed(two)
    assert len(put_down()) == 4, "premise"
    how(two, session)
    assert not Notice.objects.exists()


def test_what_is_taken_back_puts_nothing_down_and_removes_nothing() -> None:
    two, hour = pair(), whole(timezone.now() + 3 * A_DAY)
    session = openings.propose(two.a, hour, text="You came home late.").live_session.id
    with transaction.atomic():
        openings.say_hour(two.b, session, hour)
        transaction.set_rollback(True)
    assert put_down() == []
    openings.say_hour(two.b, session, hour)
    with transaction.atomic():
        openings.call_off(two.a, session)
        transaction.set_rollback(True)
    assert put_down() == for_both(hour)


@pytest.mark.parametrize("sealed", ["nobody", "one", "both"])
@pytest.mark.parametrize("ends", [False, True])
def test_what_comes_of_the_hour_takes_nothing_back(sealed: str, ends: bool) -> None:
    two, hour = pair(), whole(timezone.now() + 2 * A_DAY)
    session = agreed(two, hour)
    for person in {"nobody": [], "one": [two.a], "both": [two.a, two.b]}[sealed]:
        seals(person, session)
    if ends:  # after its hour, and before anybody has carried it out
        LiveSession.objects.filter(id=session).update(starts_at=whole(timezone.now() - timedelta(minutes=1)))
    stored.carry_out_due(None if ends else hour)
    if ends:
        openings.call_off(two.b, session)
    assert put_down() == for_both(hour)


def test_what_was_taken_for_a_moment_is_not_put_down_for_it_again() -> None:
    two, hour = pair(), whole(timezone.now() + 2 * A_DAY)
    session = agreed(two, hour)
    for notice in Notice.objects.filter(kind="before"):
        outbox.take(notice.pk, hour - AN_HOUR)
    outbox.agreed([two.a.id, two.b.id], session, hour)
    assert put_down() == for_both(hour)[2:]


# Hosted check-ins.


def test_a_hosted_check_in_is_put_down_for_all_three_moved_and_called_off() -> None:
    two, at = pair(), timezone.now() + 3 * A_DAY
    tess = therapist_of(two, "host")
    session = host_rights.start_hosted(tess, two.couple.id, starts_at=at)
    three = ("Ana", "Ben", "Tess")
    assert put_down(kind="hour") == [(name, "hour", at) for name in three]
    later = at + A_DAY
    appointments.move(tess, session.id, later)
    assert put_down() == [(name, "before", later - AN_HOUR) for name in three] + [(n, "hour", later) for n in three]
    appointments.call_off(two.b, session.id)
    assert not Notice.objects.exists()


def test_who_sits_down_by_its_code_is_told_from_then_on() -> None:
    two, at = pair(), timezone.now() + timedelta(minutes=20)
    tess = therapist_of(two, "host")
    session = host_rights.start_hosted(tess, starts_at=at)
    assert put_down() == [("Tess", "hour", at)]
    guest = User.objects.create_guest("Cleo")
    assert session.code
    join.join_by_code(guest, session.code, agrees_to_host=True)
    assert put_down() == [("Cleo", "hour", at), ("Tess", "hour", at)]


def test_of_nothing_else_anybody_is_told() -> None:
    two = pair()
    tess = therapist_of(two, "host")
    start.start_for_couple(two.a, two.couple)
    start.start_for_couple(two.a, two.couple, starts_at=timezone.now() + A_DAY)
    host_rights.start_hosted(tess, two.couple.id)
    assert not Notice.objects.exists()


# Invitations.


def test_the_inviter_alone_is_told_that_it_was_accepted() -> None:
    ana, ben = (User.objects.create_user(f"{name}@example.org", None, first_name=name) for name in ("Ana", "Ben"))
    _, token = invitations.create(ana)
    assert not Notice.objects.exists()
    invitations.accept(token, ben)
    assert [(name, kind) for name, kind, _ in put_down()] == [("Ana", "accepted")]
    pairing.unpair(ben)
    assert not Notice.objects.exists()


# Time and load.


def test_it_is_remembered_for_two_days_that_it_was_taken() -> None:
    two, hour = pair(), whole(timezone.now() + 2 * A_DAY)
    agreed(two, hour)
    outbox.forget_old(hour + 2 * A_DAY - AN_HOUR)
    assert put_down() == for_both(hour)[2:]
    outbox.forget_old(hour + 2 * A_DAY)
    assert not Notice.objects.exists()


def test_looking_for_what_is_due_is_one_question_by_an_index() -> None:
    agreed(pair())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert outbox.due(timezone.now()) == []
    [query] = asked.captured_queries
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{query['sql']}")
        plan = str(cursor.fetchall())
    assert connection.vendor != "sqlite" or "notices_to_send" in plan, plan
