"""A person's own consents, and a therapist's own profile and notes, as they stand in the export of one's data."""

from uuid import UUID

from accounts.api.shapes import Instant
from accounts.care import check_in_notes, labels, therapists
from accounts.care import notes as care_notes
from accounts.care.api_therapist import TherapistShown, own_profile
from accounts.models import Consent, Scope, User
from cycleproject.api.bodies import Given


class OwnConsent(Given):
    """What one agreed to oneself. The partner's answers are theirs; a therapist who has gone has no name here."""

    link: UUID
    therapist: str
    scope: Scope
    wording: str
    agreed_at: Instant
    taken_back_at: Instant | None


class OwnCareNotes(Given):
    """A therapist's notes on one couple, without the couple's names."""

    link: UUID
    text: str


class OwnCheckInNotes(Given):
    """A therapist's notes on one check-in that they host; no link: two guests, and what the therapist calls them."""

    check_in: UUID
    began_at: Instant
    link: UUID | None
    label: str
    text: str


class OwnLabel(Given):
    """What a therapist calls a couple, linked now or earlier."""

    link: UUID
    label: str


class OwnPractice(Given):
    """A therapist's profile, all their notes on couples and check-ins, and what they call each couple."""

    profile: TherapistShown
    notes: list[OwnCareNotes]
    check_in_notes: list[OwnCheckInNotes]
    labels: list[OwnLabel]


def consents_of(person: User) -> list[OwnConsent]:
    """Return all consents that a person has given, withdrawn ones too, oldest first."""
    kept = Consent.objects.filter(user=person).select_related("link__therapist").order_by("agreed_at", "pk")
    return [
        OwnConsent(
            link=consent.link_id,
            therapist=consent.link.therapist.first_name if consent.link.therapist else "",
            scope=consent.scope,  # type: ignore[arg-type]  # a database constraint names them
            wording=consent.wording,
            agreed_at=consent.agreed_at,
            taken_back_at=consent.withdrawn_at,
        )
        for consent in kept
    ]


def practice_of(person: User) -> OwnPractice | None:
    """Return a therapist's profile and notes, or None for somebody who wrote neither."""
    if therapists.profile_of(person) is None:
        return None
    notes = [OwnCareNotes(link=one.link_id, text=one.text) for one in care_notes.notes_by(person)]
    dated = [
        OwnCheckInNotes(
            check_in=one.check_in, began_at=one.began_at, link=one.link_id, label=one.label or "", text=one.text
        )
        for one in check_in_notes.all_by(person)
    ]
    named = [OwnLabel(link=link.pk, label=labels.of_link(link)) for link in labels.labelled(person)]
    return OwnPractice(profile=own_profile(person), notes=notes, check_in_notes=dated, labels=named)
