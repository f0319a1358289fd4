"""A world that several connections can see, and that each test finds as it was."""

import sqlite3

from django.db import connection

from tests.support.cast.api_world import World


class Beginning:
    """It, and how to have it again."""

    def __init__(self) -> None:
        self._copied: tuple[World, sqlite3.Connection] | None = None

    def again(self) -> World:
        """Return it as it was, in an empty database."""
        if connection.vendor != "sqlite":
            return World()
        connection.ensure_connection()
        if self._copied is None:
            self._copied = World(), sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self._copied[1])
        else:
            self._copied[1].backup(connection.connection)
        return self._copied[0]

    def close(self) -> None:
        """Forget the copy."""
        if self._copied:
            self._copied[1].close()
