"""SQLite's write-ahead log, carried over into the database when nobody waits.

Left alone, the commit that makes the log a thousand pages long does so, one in eighty of ours, and whoever seals with
it waits two more milliseconds for the disk (https://sqlite.org/wal.html#ckpt).
"""

from dataclasses import dataclass
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

ENOUGH_COMMITS: Final = 40


@dataclass(slots=True)
class _Log:
    commits: int = 0


_log = _Log()


def committed() -> None:
    """Note that something was written."""
    _log.commits += 1


def is_long() -> bool:
    """Tell whether there is enough in it to carry it over."""
    return _log.commits >= ENOUGH_COMMITS


def carry_over() -> None:
    """Carry it over."""
    _log.commits = 0
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "sqlite":
        return
    with database.wrap_database_errors:
        database.ensure_connection()
        # PASSIVE: nobody who reads or writes meanwhile is waited for, nor waits.
        database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
