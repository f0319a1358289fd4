"""What a therapist is told before they close their account: what becomes of couples, and of notes."""

from dataclasses import dataclass

from accounts.care import scopes, therapists
from accounts.models import CareNotes, CheckInNotes, User


@dataclass(frozen=True, slots=True)
class Practice:
    """How much of a practice ends with its therapist's account."""

    couples: int
    notes: int


def practice_of(user: User) -> Practice | None:
    """Return what ends with a therapist's account; None for somebody who is no therapist."""
    if therapists.profile_of(user) is None:
        return None
    written = CareNotes.objects.filter(link__therapist=user).count()
    dated = CheckInNotes.objects.filter(therapist=user).count()
    return Practice(couples=scopes.links_of_therapist(user).count(), notes=written + dated)
