"""Links that work once: whoever holds the token may open what it leads to, and only its digest is stored."""

import hashlib
from typing import Final

TOKEN_BYTES: Final = 16


class UnknownInvitation(Exception):
    """No invitation that this person may accept by this token; whatever the reason, nobody learns it."""


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
