"""The backend's connection; Django looks for it under this name."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Error


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that is looked at before it is used, and takes the others with it if it is dead."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection from the pool that PostgreSQL has not cut."""
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
