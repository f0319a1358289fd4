"""A world that several connections can see, and that each test finds as it was."""

import sqlite3

from django.db import connection, transaction

from tests.support.cast.api_world import World
from tests.support.emptied import KEPT


class Beginning:
    """It, and how to have it again."""

    def __init__(self) -> None:
        self._world: World | None = None
        self._copied = sqlite3.connect(":memory:", check_same_thread=False)
        self._rows: dict[str, list[bytes]] = {}

    def again(self) -> World:
        """Return it as it was, in an empty database."""
        connection.ensure_connection()
        if self._world is None:
            self._world = World()
            self._keep()
        elif connection.vendor == "sqlite":
            self._copied.backup(connection.connection)
        else:
            self._write_rows()
        return self._world

    def _keep(self) -> None:
        if connection.vendor == "sqlite":
            connection.connection.backup(self._copied)
            return
        tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
        for table in sorted(set(tables) - KEPT):
            with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copied:
                self._rows[table] = [bytes(row) for row in copied]

    def _write_rows(self) -> None:
        # Within one transaction the order does not matter: PostgreSQL looks where keys lead when it commits.
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self._rows.items():
                if rows:
                    with cursor.copy(f"COPY {table} FROM STDIN") as copied:
                        for row in rows:
                            copied.write(row)

    def close(self) -> None:
        """Forget the copy."""
        self._copied.close()
