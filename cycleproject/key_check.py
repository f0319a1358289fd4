"""Whether FIELD_KEYS are the keys of this database: what it knows of its keys, and what does not fit.

The table ``accounts_keycheck`` has one row for each key that the database has seen, the oldest first. The row of a key
holds a value that only this key opens, and says whether something may still be stored under it. The rows are written
at a start, once the keys have been found to open what is there; nothing is written with keys that do not.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from django.db import DatabaseError, connection, transaction

from cycleproject import encryption, unreadable
from cycleproject.stored_keys import (
    KNOWN_KEYS,
    has_table,
    key_of,
    reading_sqlite,
    rows,
    unbound_keys,
    used_keys,
)

PURPOSE: Final = "accounts.key_check"


class KnownKey(NamedTuple):
    """A key that the database has seen."""

    id: str
    in_use: bool
    # Whether FIELD_KEYS has it, found by opening the value in its row.
    opens: bool


def known_keys(cursor: Any, vendor: str) -> list[KnownKey]:
    """Return the keys that a database has seen, the oldest first; none before the first start that writes them."""
    if not has_table(cursor, vendor, KNOWN_KEYS):
        return []
    query = f"SELECT key_id, in_use, value FROM {KNOWN_KEYS} ORDER BY id"  # noqa: S608  a constant
    return [KnownKey(key_id, bool(in_use), _opens(key_id, value)) for key_id, in_use, value in rows(cursor, query)]


def _opens(key_id: str, value: bytes | None) -> bool:
    try:
        # Of its own row: the value of another proves another key.
        own = bytes(value or b"")
        return key_of(own) == key_id and encryption.decrypt(own, PURPOSE) == PURPOSE.encode()
    except unreadable.CannotOpen:
        return False


def problem(cursor: Any, vendor: str, *, reads_values: bool = True) -> str | None:
    """Return what is wrong with FIELD_KEYS in one sentence, or None. Nothing is written.

    A missing key under which nothing is stored is no loss; finding that out reads every encrypted value.
    """
    given = encryption.key_ids()
    known = known_keys(cursor, vendor)
    if known:
        missing = {key.id for key in known if key.in_use and not key.opens}
        if missing and reads_values:
            missing &= used_keys(cursor, vendor)
    else:
        missing = used_keys(cursor, vendor) - set(given)
    if missing:
        return _missing(sorted(missing))
    return not_newest_first(cursor, vendor)


def not_newest_first(cursor: Any, vendor: str) -> str | None:
    """Return in one sentence where FIELD_KEYS does not begin with the newest of its keys, or None."""
    given, known = encryption.key_ids(), known_keys(cursor, vendor)
    ages = [[key.id for key in known].index(key) if key in {one.id for one in known} else None for key in given]
    seen = [age for age in ages if age is not None]
    if seen != sorted(seen, reverse=True):
        newest = known[max(seen)].id
        return f"FIELD_KEYS has to begin with its newest key, and of these that is {newest}."
    if seen and None in ages[ages.index(seen[0]) :]:
        unknown = given[ages.index(None, ages.index(seen[0]))]
        return (
            f"FIELD_KEYS has to begin with its newest key: {unknown}, which this database has never seen, is "
            f"behind {known[seen[0]].id}."
        )
    return None


def _missing(keys: list[str]) -> str:
    which = f"the key {keys[0]}" if len(keys) == 1 else f"the keys {', '.join(keys)}"
    return (
        f"FIELD_KEYS lacks {which}, under which values in this database are stored. Put back what is missing; "
        "nothing was changed (docs/operations.md, Changing keys)."
    )


@contextmanager
def reading() -> Iterator[Any]:
    """Open the database of the settings without changing a byte of it."""
    if connection.vendor == "sqlite":
        with reading_sqlite(Path(connection.settings_dict["NAME"])) as cursor:
            yield cursor
    else:
        try:
            with connection.cursor() as cursor:
                yield cursor
        finally:
            if not connection.in_atomic_block:
                connection.close()


def problem_at_start() -> str | None:
    """Return what is wrong with FIELD_KEYS; None also where there is no database yet, or it is away."""
    try:
        with reading() as cursor:
            return problem(cursor, connection.vendor)
    except (sqlite3.OperationalError, DatabaseError):
        return None


def write_down() -> None:
    """Write down which keys the database has seen, unless ``problem`` finds one."""
    with connection.cursor() as cursor:
        given, known = encryption.key_ids(), known_keys(cursor, connection.vendor)
        if not has_table(cursor, connection.vendor, KNOWN_KEYS) or problem(cursor, connection.vendor):
            return
        new = [key for key in reversed(given) if key not in {one.id for one in known}]
        in_use = {one.id for one in known if one.in_use}
        # Nothing is stored under those that were taken out: ``problem`` has looked.
        gone = in_use - set(given)
        if not new and not gone and given[0] in in_use:
            return
        used = used_keys(cursor, connection.vendor) if new[:-1] else set()
        with transaction.atomic():
            for key in new:
                add(cursor, key, in_use=key == given[0] or key in used)
            for key in {*gone, given[0]}:
                set_in_use(cursor, key, key == given[0])


def settle(*, accepts_loss: bool) -> set[str]:
    """Write down that only the keys under which something is stored are in use, and return these.

    ``accepts_loss``: those that FIELD_KEYS lacks are given up, and a start needs them no more.
    """
    with connection.cursor() as cursor, transaction.atomic():
        used, given = used_keys(cursor, connection.vendor), encryption.key_ids()
        if has_table(cursor, connection.vendor, KNOWN_KEYS):
            known = [one.id for one in known_keys(cursor, connection.vendor)]
            for key in (*sorted(used - {*known, *given}), *reversed(given)):
                add(cursor, key, in_use=True)
            for key in {*known, *used, *given}:
                set_in_use(cursor, key, key == given[0] or (key in used and (key in given or not accepts_loss)))
        return used


def add(cursor: Any, key: str, *, in_use: bool) -> None:
    """Write down a key, unless another process has done so in the same moment. One that is lost has no value."""
    value = _check_value(key) if in_use else None
    insert = f"INSERT INTO {KNOWN_KEYS} (key_id, in_use, value) VALUES (%s, %s, %s) ON CONFLICT (key_id) DO NOTHING"  # noqa: S608
    cursor.execute(insert, [key, in_use, value])


def set_in_use(cursor: Any, key: str, in_use: bool) -> None:
    """Write down whether anything may be stored under a key. One that can go leaves nothing that only it opens."""
    update = f"UPDATE {KNOWN_KEYS} SET in_use = %s, value = NULL WHERE key_id = %s"  # noqa: S608
    if in_use and (value := _check_value(key)):
        update = update.replace("NULL", "%s")
        cursor.execute(update, [in_use, value, key])
    else:
        cursor.execute(update, [in_use, key])


def accept_unbound() -> None:
    """Prove, for each key that values are stored under which name no row, that there are such: before that, none open.

    Called once, by the migration from the version that made them.
    """
    with connection.cursor() as cursor, transaction.atomic():
        found = unbound_keys(cursor, connection.vendor)
        for key in reversed(encryption.key_ids()):
            if key in found:
                add(cursor, key, in_use=True)
                proof = encryption.encrypt(b"", encryption.unbound_purpose(key), key)
                cursor.execute(f"UPDATE {KNOWN_KEYS} SET unbound = %s WHERE key_id = %s", [proof, key])  # noqa: S608


def refuse_unbound() -> None:
    """Take the proofs back of all keys that FIELD_KEYS has: everything under them is bound to its row."""
    with connection.cursor() as cursor:
        for key in encryption.key_ids():
            cursor.execute(f"UPDATE {KNOWN_KEYS} SET unbound = NULL WHERE key_id = %s", [key])  # noqa: S608
    encryption.forget_what_is_accepted()


def _check_value(key: str) -> bytes | None:
    return encryption.encrypt(PURPOSE.encode(), PURPOSE, key) if key in encryption.key_ids() else None
