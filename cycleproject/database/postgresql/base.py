"""The backend's ``DatabaseWrapper``; Django looks for it in this module."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Error


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's PostgreSQL connection, with a check of each pooled connection before it is used.

    If one is dead, all connections of the pool are replaced (docs/decisions/0019).
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a working connection; if the pool hands out a dead one, drain the pool first."""
        connection = super().get_new_connection(conn_params)
        if self.pool:
            try:
                self.pool.check_connection(connection)
            except Error:
                # What has cut this one has cut them all. The pool's own check finds each dead in turn, with pauses that
                # double and in which somebody waits, and marks would be refused for as long as that takes.
                self.pool.putconn(connection)
                self.pool.drain()
                connection = super().get_new_connection(conn_params)
        return connection
