"""Codes of six letters: what one is, how it may be typed, and the waiting check-in that it opens."""

import secrets
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions.models import LiveSession

# Consonants that cannot be taken for one another or for a digit, so that no word can be spelt by chance.
CODE_LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ"


CODE_LENGTH: Final = 6


def by_code(code: str, now: datetime | None = None) -> LiveSession | None:
    """Return the waiting check-in that a code opens; looking changes nothing."""
    now = now or timezone.now()
    return LiveSession.objects.going_on(now).open_by(now).filter(code=normal_code(code)).first()


def normal_code(code: str) -> str:
    """Return a code as stored, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def with_code(live_session: LiveSession) -> LiveSession:
    """Store a new check-in under a code that opens nothing else."""
    while True:
        live_session.code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                live_session.save(force_insert=True)
        except IntegrityError:
            if not LiveSession.objects.filter(code=live_session.code).exists():
                raise
        else:
            return live_session
