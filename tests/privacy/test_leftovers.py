"""What no retention of rounds reaches goes by itself, too; docs/privacy.md says of every column until when it stays."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.care import scopes
from accounts.couple import invitations, pairing
from accounts.logins import open_login
from accounts.models import (
    AuditEntry,
    CareInvitation,
    CareLink,
    CareNotes,
    Consent,
    Couple,
    Invitation,
    Membership,
    User,
)
from sessions.models import LiveSession, Round, Seat
from sessions.privacy import expiry
from tests.support.cast.past import pair, therapist_of

DAY = timedelta(days=1)
PRIVACY = Path(__file__).resolve().parents[2] / "docs/privacy.md"


@pytest.mark.django_db(transaction=True)
def test_in_2041_nothing_is_left_but_people_and_what_they_keep_themselves() -> None:
    two, now = pair(), timezone.now()
    tess = therapist_of(two, "host", "history")
    two.reveal(now)
    LiveSession.objects.create(couple=two.couple, title="Sunday", created_at=now)
    LiveSession.objects.create(couple=two.couple, title="Planned", created_at=now, starts_at=now + 3 * DAY)
    hosted = LiveSession.objects.create(hosted=True, started_hosted=True, title="Nobody came", created_at=now)
    Seat.objects.create(live_session=hosted, name="host", user=tess, first_name="Tess")
    invitations.create(User.objects.create_user("otto@example.org", None, first_name="Otto"))
    CareInvitation.objects.create(inviter=tess, digest="d" * 64)
    AuditEntry.objects.create(reader=tess, role="therapist", kind="history", couple=two.couple)
    scopes.withdraw(two.a, CareLink.objects.get(), ["host"])
    pairing.unpair(two.a)
    for _ in range(2):  # ending comes before going
        expiry.purge(now + 15 * 365 * DAY)
    for model in (
        LiveSession,
        Seat,
        Round,
        Invitation,
        CareInvitation,
        AuditEntry,
        Consent,
        CareLink,
        Couple,
        Membership,
    ):
        assert not model.objects.exists(), model
    assert set(User.objects.values_list("first_name", flat=True)) == {"Ana", "Ben", "Otto", "Tess"}


@pytest.mark.django_db(transaction=True)
def test_what_is_still_of_use_stays() -> None:
    two, now = pair(), timezone.now()
    therapist_of(two, "host", "history")
    two.reveal(now - 20 * DAY)
    empty = LiveSession.objects.create(couple=two.couple, created_at=now - 40 * DAY, ended_at=now - 39 * DAY)
    AuditEntry.objects.create(reader=None, role="therapist", kind="history", couple=two.couple)
    invitations.create(User.objects.create_user("otto@example.org", None, first_name="Otto"))
    expiry.purge(now + timedelta(hours=1))
    assert LiveSession.objects.filter(pk=empty.pk).exists()
    for model, left in ((Consent, 4), (CareLink, 1), (AuditEntry, 1), (Invitation, 1), (Round, 1), (Couple, 1)):
        assert model.objects.count() == left, model
    expiry.purge(now + 5 * 365 * DAY)
    assert Consent.objects.count() == 4, "a yes that counts stays as long as it counts"


@pytest.mark.django_db(transaction=True)
def test_a_therapists_notes_outlive_what_they_are_about() -> None:
    two, now = pair(), timezone.now()
    therapist_of(two, "host")
    CareNotes.objects.create(link=CareLink.objects.get(), text="Slower.")
    pairing.unpair(two.a)
    expiry.purge(now + 3 * 365 * DAY)
    assert CareNotes.objects.exists()
    assert not Consent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_logins_of_an_erased_guest_go_with_them() -> None:
    now = timezone.now()
    guest, ana = User.objects.create_guest("Guest"), User.objects.create_user("ana@example.org", None, first_name="Ana")
    for person in (guest, ana):
        open_login(person)
    User.objects.filter(pk=guest.pk).update(created_at=now - 2 * DAY)
    assert expiry.purge(now).guests == 1
    [left] = Session.objects.all()
    assert left.get_decoded()["_auth_user_id"] == str(ana.pk)


# The list.


def listed() -> dict[str, list[tuple[set[str], list[str]]]]:
    """Return by table what docs/privacy.md says of which columns."""
    found: dict[str, list[tuple[set[str], list[str]]]] = {}
    for section in PRIVACY.read_text(encoding="utf-8").split("\n### ")[1:]:
        table = section.splitlines()[0].strip("`")
        rows = re.findall(r"^\| (`.+?`) \| (.+) \|$", section, re.MULTILINE)
        found[table] = [(set(re.findall(r"`(\w+)`", columns)), rest.split(" | ")) for columns, rest in rows]
    return found


def test_every_table_and_column_has_its_line() -> None:
    there = {
        model._meta.db_table: {field.column for field in model._meta.local_concrete_fields}
        for model in apps.get_models(include_auto_created=True)
    }
    said = listed()
    assert set(said) == set(there)
    for table, columns in there.items():
        named = [name for names, _ in said[table] for name in names]
        assert sorted(named) == sorted(columns), table
        assert all(len(rest) == 4 and all(rest) for _, rest in said[table]), f"{table}: whose, until, by whom, why"


def test_a_table_without_its_line_is_found() -> None:
    assert "accounts_nothing" not in listed()
    assert listed()["live_sessions_mark"], "this test means nothing if none are read"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("ended_after", "kept_days"), [(DAY, 33), (None, 33)])
def test_an_appointment_that_came_to_nothing_goes_a_month_after_its_time(
    ended_after: timedelta | None, kept_days: int
) -> None:
    """Called off or missed alike; one that both came to is kept as long as the history is."""
    two, now = pair(), timezone.now()
    plan = LiveSession.objects.create(
        couple=two.couple, created_at=now, starts_at=now + 3 * DAY, ended_at=ended_after and now + ended_after
    )
    held = LiveSession.objects.create(couple=two.couple, created_at=now, starts_at=now + 3 * DAY + DAY / 2)
    for seat, person in (("a", two.a), ("b", two.b)):
        Seat.objects.create(live_session=held, name=seat, user=person, first_name=person.first_name)
    for days, is_kept in ((kept_days - 1, True), (kept_days + 1, False)):
        for _ in range(2):
            expiry.purge(now + days * DAY)
        assert LiveSession.objects.filter(pk=plan.pk).exists() == is_kept, days
    assert LiveSession.objects.filter(pk=held.pk).exists()
