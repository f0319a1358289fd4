"""The store of logins: found by the digest of what is presented, and lasting two weeks from the last use.

A browser's cookie and a program's ``X-Session-Token`` are the *token*. What is stored, and called the key, is its
digest: whoever has a copy of the database has no login in it. A login is written anew once a day at most; whatever is
asked in between only reads it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final, Self

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.utils import timezone
from django.utils.crypto import get_random_string

WRITTEN_ANEW_AFTER: Final = timedelta(days=1)
TOKEN_LENGTH: Final = 32
# As wide as the column. A token has 165 bits of chance in it: its digest needs neither salt nor stretching.
KEY_LENGTH: Final = 40


def stored_key(token: str) -> str:
    """Return the key under which the login of a token is stored."""
    return hashlib.sha256(f"cycle.login:{token}".encode()).hexdigest()[:KEY_LENGTH]


class SessionStore(db.SessionStore):
    """A session that knows its token, if it was presented or is new, and until when it is stored."""

    token: str | None = None
    _stored_until: datetime | None = None

    @classmethod
    def presented(cls, token: str | None) -> Self:
        """Return the session of a token that came with a request; a new one if that opens nothing."""
        store = cls(stored_key(token) if token else None)
        store.token = token
        return store

    def is_due(self) -> bool:
        """Tell whether this is a login in use that was prolonged a day ago or earlier."""
        if self._stored_until is None or SESSION_KEY not in self:
            return False
        lasts = timedelta(seconds=self.get_expiry_age())
        return self._stored_until < timezone.now() + lasts - WRITTEN_ANEW_AFTER

    def prolong(self) -> None:
        """Let it last from now on; nothing else of it is written, for a page may be writing in it, or ending it."""
        self._stored_until = timezone.now() + timedelta(seconds=self.get_expiry_age())
        self.model.objects.filter(session_key=self.session_key).update(expire_date=self._stored_until)

    def _new_key(self) -> str:
        self.token = get_random_string(TOKEN_LENGTH, VALID_KEY_CHARS)
        return stored_key(self.token)

    def _get_new_session_key(self) -> str:
        while self.exists(key := self._new_key()):
            pass
        return key

    async def _aget_new_session_key(self) -> str:
        while await self.aexists(key := self._new_key()):
            pass
        return key

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self._stored_until = row.expire_date if row else None
        return row

    async def _aget_session_from_db(self) -> Any:
        row = await super()._aget_session_from_db()  # type: ignore[misc]
        self._stored_until = row.expire_date if row else None
        return row
