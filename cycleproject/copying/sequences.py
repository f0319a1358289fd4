"""The numbers that were given out last, carried along: one that was deleted is not given out again.

A seal is bound to the number of its round, so a number that came back could give an old seal a second life.
"""

from django.db import connections, models

from cycleproject.copying.tables import Table
from cycleproject.copying.target import SOURCE, TARGET


def carry_over(tables: list[Table]) -> None:
    """Let the target go on numbering where the source is."""
    for table in tables:
        if isinstance(table.key, models.AutoField | models.BigAutoField):
            last = _last(SOURCE, table)
            if last is not None:
                _set_last(TARGET, table, last)


def _last(database: str, table: Table) -> int | None:
    """Return the number that was given out last; None if there was none."""
    with connections[database].cursor() as cursor:
        if connections[database].vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table.name])
            found = cursor.fetchone()
            return found[0] if found and found[0] else None
        sequence = _sequence(cursor, table)
        cursor.execute(f"SELECT last_value, is_called FROM {sequence}")  # noqa: S608
        last, called = cursor.fetchone()
        return int(last) if called else None


def _set_last(database: str, table: Table, last: int) -> None:
    with connections[database].cursor() as cursor:
        if connections[database].vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table.name])
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table.name, last])
        else:
            cursor.execute("SELECT setval(%s, %s)", [_sequence(cursor, table), last])


def _sequence(cursor: object, table: Table) -> str:
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table.name, table.key.column])  # type: ignore[attr-defined]
    return str(cursor.fetchone()[0])  # type: ignore[attr-defined]
