"""How much work the database does for something: no time, which depends on who else is at work."""

from collections.abc import Callable

from django.db import connection


def sqlite_steps(ask: Callable[[], object]) -> int:
    """Return how many instructions SQLite carries out for it."""
    ask()  # prepared, and its pages in memory
    counted: list[None] = []
    connection.connection.set_progress_handler(lambda: counted.append(None), 1)
    try:
        ask()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return len(counted)
