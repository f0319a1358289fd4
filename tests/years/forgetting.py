"""The control: a purge that forgets a table is found, whichever table that is."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import DatabaseError, connection

from sessions.privacy import expiry
from tests.years import judge

HOLDS_ON: Final = """CREATE TRIGGER holds_on BEFORE DELETE ON "{table}" BEGIN SELECT RAISE(IGNORE); END"""

# More than any purge here needs.
MOST_STATEMENTS: Final = 3000


def unnoticed(now: datetime) -> list[str]:
    """Purge once for each table that something has to go from, without that table; say of which nobody noticed."""
    with _copied() as put_back:
        before = judge.verdicts(now)
        _purge(now)
        there = {one.row for one in judge.verdicts(now)}
        going = {one.row[0] for one in before if one.row not in there}
        found: list[str] = []
        judged, stopped = set[str](), set[str]()
        for table in sorted(going):
            put_back()
            with connection.cursor() as cursor:
                cursor.execute(HOLDS_ON.format(table=table))
            try:
                with connection.execute_wrapper(_Bound()):
                    _purge(now)
            except DatabaseError:
                # Something hangs from a row that stays, or the purge looks until it has gone: nobody misses that.
                stopped.add(table)
            else:
                judged.add(table)
                if all(one.allowed for one in judge.verdicts(now)):
                    found.append(f"nobody noticed that {table} was forgotten")
    print(f"forgetting one is noticed by the judge: {sorted(judged)}; it stops the purge: {sorted(stopped)}")
    return found


class _Bound:
    """Stops a purge that goes on for ever."""

    def __init__(self) -> None:
        self.left = MOST_STATEMENTS

    def __call__(self, execute: Callable[..., Any], *statement: Any) -> Any:
        """Carry out a statement. Raises DatabaseError if that was too many of them."""
        self.left -= 1
        if self.left < 0:
            raise DatabaseError(MOST_STATEMENTS)
        return execute(*statement)


def _purge(now: datetime) -> None:
    # Ending comes before going.
    for _ in range(2):
        expiry.purge_if_the_clock_is_right(now, at_once=True)


@contextmanager
def _copied() -> Iterator[Callable[[], None]]:
    """Yield what puts the database back to what it is now; in the end it is put back, too."""
    with closing(sqlite3.connect(":memory:")) as copy:
        with closing(_open()) as stored:
            stored.backup(copy)

        def put_back() -> None:
            # Django's own connection would go on with what it has read.
            connection.close()
            with closing(_open()) as stored:
                copy.backup(stored)

        yield put_back
        put_back()


def _open() -> sqlite3.Connection:
    return sqlite3.connect(connection.settings_dict["NAME"])
