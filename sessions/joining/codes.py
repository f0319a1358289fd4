"""Join codes: six letters that lead to a check-in that waits for a partner."""

import secrets
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions.models import LiveSession

# Consonants that cannot be taken for one another or for a digit, so that no word can be spelt by chance.
CODE_LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH: Final = 6


def find_by_code(code: str, now: datetime | None = None) -> LiveSession | None:
    """Return the waiting check-in of a code, or None. It changes nothing."""
    now = now or timezone.now()
    return LiveSession.objects.going_on(now).open_by(now).filter(code=normalized(code)).first()


def normalized(code: str) -> str:
    """Return a code as it is stored, without blanks and in capitals."""
    return "".join(code.split()).replace("-", "").upper()


def save_with_new_code(live_session: LiveSession) -> LiveSession:
    """Save a new check-in with a random code that no other one has."""
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
