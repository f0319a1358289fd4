"""Tokens of single-use invitation links: random, and stored as a digest only."""

import hashlib
from typing import Final

TOKEN_BYTES: Final = 16


class UnknownInvitation(Exception):
    """No invitation behind this token that this person may accept. The reason is not told to anybody."""


def digest_of(token: str) -> str:
    """Return the digest under which an invitation with this token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()
