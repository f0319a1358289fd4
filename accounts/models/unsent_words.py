"""What somebody typed and sent when their login had ended: kept for an hour, until they have logged in again."""

from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.utils import timezone

from cycleproject.encryption import EncryptedJSONField

KEPT_FOR: Final = timedelta(hours=1)


class UnsentWords(models.Model):
    """The fields of one form from one browser. It says nothing of who they are from: the form's nonce does, to them."""

    BOUND_TO: ClassVar = ("key",)

    # A digest of what only the browser knows, and of the address.
    key = models.CharField(max_length=64, unique=True)
    fields = EncryptedJSONField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)


def keep(key: str, fields: dict[str, str]) -> None:
    """Keep what was typed, instead of what was typed there before."""
    UnsentWords.objects.update_or_create(key=key, defaults={"fields": fields, "created_at": timezone.now()})


def find(key: str) -> dict[str, str] | None:
    """Return what was typed, unless its hour is over or its key is gone."""
    kept = UnsentWords.objects.filter(key=key, created_at__gt=timezone.now() - KEPT_FOR).first()
    return kept.fields if kept and isinstance(kept.fields, dict) else None


def forget(key: str) -> None:
    """Delete what was typed: it has been sent."""
    UnsentWords.objects.filter(key=key).delete()


def forget_old(now: datetime) -> None:
    """Delete what nobody has come back for."""
    UnsentWords.objects.filter(created_at__lte=now - KEPT_FOR).delete()
