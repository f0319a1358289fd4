"""Checkpoints of SQLite's write-ahead log, made while nobody waits for the database.

Otherwise SQLite makes one in the commit that brings the log to a thousand pages, about one in eighty of ours, and
whoever seals with it waits two more milliseconds for the disk (https://sqlite.org/wal.html#ckpt).
"""

from dataclasses import dataclass
from typing import Final

from django.db import DEFAULT_DB_ALIAS, connections

COMMITS_PER_CHECKPOINT: Final = 40


@dataclass(slots=True)
class _Log:
    commits: int = 0


_log = _Log()


def count_commit() -> None:
    """Count a commit towards the next checkpoint."""
    _log.commits += 1


def checkpoint_due() -> bool:
    """Tell whether enough has been committed since the last checkpoint for another to be worth it."""
    return _log.commits >= COMMITS_PER_CHECKPOINT


def checkpoint() -> None:
    """Copy the log into the database file; on PostgreSQL only start counting again."""
    _log.commits = 0
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "sqlite":
        return
    with database.wrap_database_errors:
        database.ensure_connection()
        # PASSIVE: nobody who reads or writes meanwhile is waited for, nor waits.
        database.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
