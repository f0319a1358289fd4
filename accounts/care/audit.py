"""The access log of a couple: what a therapist or staff opened, and when. Both partners can read it.

What partners read themselves is not recorded: it would be a read receipt.
"""

from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import AuditEntry, AuditKind, AuditRole, Membership, User


def record(
    reader: User, kind: AuditKind, couple_id: UUID, target: UUID | str | int = "", role: AuditRole = "therapist"
) -> None:
    """Record that a reader opens something of a couple's; call it in the transaction that loads it."""
    AuditEntry.objects.create(
        reader=reader, role=role, kind=kind, couple_id=couple_id, target=str(target), opened_at=timezone.now()
    )


def entries_for(person: User) -> QuerySet[AuditEntry]:
    """Return the access log of all couples that a person is or was in, newest first."""
    couples = Membership.objects.filter(user=person).values("couple")
    return AuditEntry.objects.filter(couple__in=couples).select_related("reader").order_by("-opened_at", "-pk")
