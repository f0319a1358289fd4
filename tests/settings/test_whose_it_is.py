"""Deleting takes along what is one's own, and nothing that is anybody else's: asked of every table there is."""

from collections.abc import Callable, Iterator
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import CASCADE, SET_NULL

from accounts import models as people
from accounts.care import notes as care_notes
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions import models as check_ins
from tests.support.cast.api_world import World, undone

pytestmark = pytest.mark.django_db

OWN = "whoever it names"
# What a row is when what it points to goes: each says whose it is. Whoever adds a foreign key says so here.
WHOSE: dict[tuple[str, str], tuple[Any, str]] = {
    ("accounts.Membership", "couple"): (CASCADE, "the two: a couple goes when neither of them is left"),
    ("accounts.Membership", "user"): (SET_NULL, "the other one, too: their seat in what both remember"),
    ("accounts.Invitation", "inviter"): (CASCADE, OWN),
    ("accounts.PrivateNote", "user"): (CASCADE, OWN),
    ("accounts.Receipt", "person"): (CASCADE, OWN),
    ("accounts.NoticeWishes", "user"): (CASCADE, OWN),
    ("accounts.PushSubscription", "user"): (CASCADE, OWN),
    ("accounts.Notice", "user"): (CASCADE, OWN),
    ("accounts.Notice", "subscription"): (CASCADE, "whose browser it is"),
    ("accounts.TherapistProfile", "user"): (CASCADE, OWN),
    ("accounts.CareLink", "therapist"): (SET_NULL, "the partners, too: their consents hang from it"),
    ("accounts.CareLink", "couple"): (SET_NULL, "the therapist, too: their notes hang from it"),
    ("accounts.CareInvitation", "inviter"): (CASCADE, OWN),
    ("accounts.CareInvitation", "couple"): (CASCADE, "the couple that it is from"),
    ("accounts.Consent", "link"): (CASCADE, "its partner: the link goes when neither side has anything on it"),
    ("accounts.Consent", "user"): (CASCADE, OWN),
    ("accounts.CareNotes", "link"): (CASCADE, "the therapist of the link: see accounts.settings.deletion"),
    ("accounts.CheckInNotes", "therapist"): (CASCADE, OWN),
    ("accounts.CheckInNotes", "link"): (CASCADE, "the therapist who wrote them, as whose account they go"),
    ("accounts.AuditEntry", "reader"): (SET_NULL, "the couple, who may know that somebody has looked"),
    ("accounts.AuditEntry", "couple"): (CASCADE, "the couple"),
    ("live_sessions.LiveSession", "couple"): (CASCADE, "the two"),
    ("live_sessions.LiveSession", "set_by"): (SET_NULL, "the two for whom a therapist suggested it"),
    ("live_sessions.RoomDisplay", "therapist"): (CASCADE, OWN),
    ("live_sessions.RoomDisplay", "live_session"): (SET_NULL, "the therapist: it is blank when the check-in goes"),
    ("live_sessions.FavouriteMoment", "user"): (CASCADE, OWN),
    ("live_sessions.JoinCode", "live_session"): (CASCADE, "the check-in"),
    ("live_sessions.Seat", "live_session"): (CASCADE, "the check-in"),
    ("live_sessions.Seat", "user"): (SET_NULL, "the other one, too"),
    ("live_sessions.Round", "live_session"): (CASCADE, "the check-in"),
    ("live_sessions.Mark", "round"): (CASCADE, "the round"),
    ("live_sessions.Part", "round"): (CASCADE, "the round"),
    ("live_sessions.Step", "round"): (CASCADE, "the round"),
    # Of others' making.
    ("account.EmailAddress", "user"): (CASCADE, OWN),
    ("account.EmailConfirmation", "email_address"): (CASCADE, OWN),
    ("mfa.Authenticator", "user"): (CASCADE, OWN),
    ("usersessions.UserSession", "user"): (CASCADE, OWN),
    ("admin.LogEntry", "user"): (CASCADE, "whoever runs the server; it names staff and ids, and goes with the staff"),
    ("admin.LogEntry", "content_type"): (SET_NULL, "nobody"),
    ("auth.Permission", "content_type"): (CASCADE, "nobody"),
}


def test_every_foreign_key_says_whose_it_is() -> None:
    found = {
        (model._meta.label, field.name): field.remote_field.on_delete
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey)
    }
    assert found == {key: on_delete for key, (on_delete, _) in WHOSE.items()}


# Whose a row is: everybody who would miss it.

Owners = Callable[[Any], set[UUID | None]]


def of_couple(couple_id: UUID | None) -> set[UUID | None]:
    """Return who is or was in a couple."""
    return set(people.Membership.objects.filter(couple=couple_id).values_list("user", flat=True))


def of_check_in(session_id: UUID) -> set[UUID | None]:
    """Return the partners who sat in a check-in; a host is nobody whose history it is."""
    return set(check_ins.Seat.objects.filter(live_session=session_id, name__in="ab").values_list("user", flat=True))


def at_seat(session_id: UUID, name: str) -> set[UUID | None]:
    """Return who sat on one seat."""
    return set(check_ins.Seat.objects.filter(live_session=session_id, name=name).values_list("user", flat=True))


def of_link(link: people.CareLink) -> set[UUID | None]:
    """Return whose things hang from a care link."""
    kinds = (people.CareNotes, people.CheckInNotes)
    notes = {link.therapist_id} if any(kind.objects.filter(link=link).exists() for kind in kinds) else set()
    return notes | set(people.Consent.objects.filter(link=link).values_list("user", flat=True))


OWNERS: dict[type[models.Model], Owners] = {
    User: lambda row: {row.pk},
    people.Couple: lambda row: of_couple(row.pk),
    people.Membership: lambda row: of_couple(row.couple_id),
    people.Invitation: lambda row: {row.inviter_id},
    people.PrivateNote: lambda row: {row.user_id},
    people.Receipt: lambda row: {row.person_id},
    people.NoticeWishes: lambda row: {row.user_id},
    people.PushSubscription: lambda row: {row.user_id},
    people.Notice: lambda row: {row.user_id},
    people.TherapistProfile: lambda row: {row.user_id},
    people.CareLink: of_link,
    people.Consent: lambda row: {row.user_id},
    people.CareNotes: lambda row: {row.link.therapist_id},
    people.CheckInNotes: lambda row: {row.therapist_id},
    people.AuditEntry: lambda row: of_couple(row.couple_id),
    check_ins.LiveSession: lambda row: of_check_in(row.pk),
    check_ins.RoomDisplay: lambda row: {row.therapist_id},
    check_ins.JoinCode: lambda row: of_check_in(row.live_session_id),
    check_ins.Seat: lambda row: of_check_in(row.live_session_id),
    check_ins.Round: lambda row: of_check_in(row.live_session_id),
    check_ins.Mark: lambda row: of_check_in(row.round.live_session_id) if row.seal is None else set(),
    check_ins.Part: lambda row: of_check_in(row.round.live_session_id),
    check_ins.Step: lambda row: at_seat(row.round.live_session_id, row.seat),
    check_ins.FavouriteMoment: lambda row: {row.user_id},
    EmailAddress: lambda row: {row.user_id},
    EmailConfirmation: lambda row: {row.email_address.user_id},
    Authenticator: lambda row: {row.user_id},
    UserSession: lambda row: {row.user_id},
}
# An open invitation is an offer, and nobody's belonging.
OFFERS = (people.CareInvitation,)
# Whoever runs the server: which keys it has had, and when its clock was read last.
NOBODYS = (people.KeyCheck, people.ClockCheck)
# Nothing that is stored says whose they are, and they are gone after an hour.
NAMELESS = (people.UnsentWords,)


def test_every_table_of_ours_says_whose_its_rows_are() -> None:
    ours = {model for label in ("accounts", "live_sessions") for model in apps.get_app_config(label).get_models()}
    assert ours <= set(OWNERS) | set(OFFERS) | set(NOBODYS) | set(NAMELESS)


def belongings() -> dict[tuple[str, Any], set[UUID | None]]:
    """Return every row there is, and who would miss it."""
    return {
        (model._meta.label, row.pk): owners(row) - {None}
        for model, owners in OWNERS.items()
        for row in model._base_manager.all()
    }


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.mark.parametrize("order", list(permutations(("ana", "partner", "therapist"))), ids=", ".join)
def test_nobody_takes_along_what_is_anothers(world: World, order: tuple[str, ...]) -> None:
    with undone():
        for name in order:
            leaving = world.ana if name == "ana" else world.roles[name].person
            assert leaving
            before, gone = belongings(), leaving.pk
            delete_person(User.objects.get(pk=gone))
            after = belongings()
            missed = {row for row, owners in before.items() if owners - {gone} and row not in after}
            assert not missed, f"{name} has taken along what is another's"
            kept = {row for row, owners in before.items() if owners == {gone} and row in after}
            assert not kept, f"something of {name}'s alone is left"


def test_a_therapists_notes_stay_when_both_partners_have_gone(world: World) -> None:
    tess = world.roles["therapist"].person
    assert tess
    with undone():
        for partner in (world.ana, world.roles["partner"].person):
            assert partner
            delete_person(User.objects.get(pk=partner.pk))
        assert care_notes.read(tess, UUID(world.link)) == "Both slowed down."
        assert [link.pk for link in care_notes.ended_links_with_notes(tess)] == [UUID(world.link)]
        assert not people.Couple.objects.filter(pk=world.couple).exists()


def test_what_a_partner_agreed_to_stays_theirs_when_the_therapist_goes(world: World) -> None:
    from accounts.care.api_export import consents_of

    tess = world.roles["therapist"].person
    assert tess
    with undone():
        before = consents_of(world.ana)
        delete_person(User.objects.get(pk=tess.pk))
        after = consents_of(world.ana)
        assert len(after) == len(before) and {one.scope for one in after} == {"host", "history"}
        assert "Tess" not in {one.therapist for one in after}
        assert not people.CareNotes.objects.filter(link=world.link).exists()


def test_nothing_points_to_what_is_no_more(world: World) -> None:
    with undone():
        for person in (world.ana, world.roles["partner"].person, world.roles["therapist"].person):
            assert person
            delete_person(User.objects.get(pk=person.pk))
        connection.check_constraints()
        assert not people.CareLink.objects.filter(therapist=None, couple=None).exists()
