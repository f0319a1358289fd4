"""What a request came to that must not happen twice, kept for whoever sends it again because the answer was lost.

A receipt is written in the transaction of what it is for. So there is none for what was undone, there is one for what
was committed before a process died, and of two that come in the same moment the second waits for the first.
"""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.utils import timezone

from cycleproject.encryption import EncryptedTextField

LIFETIME: Final = timedelta(minutes=10)


class Receipt(models.Model):
    """What one request came to. Its keys are digests of secrets that only the sender has."""

    BOUND_TO: ClassVar = ("key",)

    key = models.CharField(max_length=64, unique=True)
    # The same browser at the same address, whatever it sends: it may open a link again instead of sending again.
    visit = models.CharField(max_length=64, blank=True, db_index=True)
    person = models.ForeignKey("accounts.User", on_delete=models.CASCADE, null=True, related_name="+")
    # Whether the request logged its person in, so that a lost answer has lost a login.
    logs_in = models.BooleanField(default=False)
    # The token of the login that there was after it, for who sends a form about logging in again: the answer that
    # brought it has been lost.
    login = EncryptedTextField(null=True)
    result = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)


def claim(key: str, visit: str = "") -> tuple[Receipt, bool]:
    """Return the receipt of a request and whether it is new, inside the transaction of what it is for.

    Whoever claims a new one writes down what came of it; a transaction that fails leaves none.
    """
    receipt, is_new = Receipt.objects.select_for_update().get_or_create(key=key, defaults={"visit": visit})
    if not is_new and receipt.created_at <= _begun():
        receipt.delete()
        receipt, is_new = Receipt.objects.create(key=key, visit=visit), True
    return receipt, is_new


def find(key: str | None) -> Receipt | None:
    """Return what a request came to."""
    return Receipt.objects.filter(key=key, created_at__gt=_begun()).select_related("person").first() if key else None


def find_visit(visit: str) -> Receipt | None:
    """Return what the last request came to that a browser sent to an address."""
    if not visit:
        return None
    kept = Receipt.objects.filter(visit=visit, created_at__gt=_begun())
    return kept.select_related("person").order_by("-created_at", "-pk").first()


def forget_old(now: datetime) -> None:
    """Delete receipts whose minutes are over."""
    Receipt.objects.filter(created_at__lte=now - LIFETIME).delete()


def _begun() -> datetime:
    return timezone.now() - LIFETIME
