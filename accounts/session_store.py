"""The store of logins: a login that is used lasts two weeks from its last use, and not from its first.

It is written anew once a day at most: whatever is asked in between only reads it.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

WRITTEN_ANEW_AFTER: Final = timedelta(days=1)


class SessionStore(db.SessionStore):
    """A session that knows until when it is stored."""

    _stored_until: datetime | None = None

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

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self._stored_until = row.expire_date if row else None
        return row

    async def _aget_session_from_db(self) -> Any:
        row = await super()._aget_session_from_db()  # type: ignore[misc]
        self._stored_until = row.expire_date if row else None
        return row
