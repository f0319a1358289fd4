"""Which keys the encrypted values of a database were written under, asked of any SQLite or PostgreSQL connection.

Every column of bytes in our tables holds tokens (see cycleproject/encryption.py), and a token names its key. Standard
library only: the first start asks before anything else is known.
"""

import base64
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

# Bound to a purpose alone; bound to a column and a row, too.
VERSION: Final = b"\x01"
BOUND_VERSION: Final = b"\x02"
VERSIONS: Final = (VERSION, BOUND_VERSION)
KEY_ID_LENGTH: Final = 4
# Where the keys that a database knows are written down (see cycleproject/key_check.py).
KNOWN_KEYS: Final = "accounts_keycheck"
OUR_TABLES: Final = ("accounts_", "live_sessions_")
SECOND_FACTORS: Final = "mfa_authenticator"
SECOND_FACTOR_PURPOSE: Final = "accounts.second_factor"
SECRETS: Final = ("secret", "seed", "migrated_codes")
# Passkeys hold public keys alone.
WITHOUT_SECRETS: Final = "webauthn"

TABLES: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
}
COLUMNS_OF_BYTES: Final = {
    "sqlite": "SELECT one.name, its.name FROM sqlite_master one JOIN pragma_table_info(one.name) its "
    "WHERE one.type = 'table' AND upper(its.type) = 'BLOB'",
    "postgresql": "SELECT table_name, column_name FROM information_schema.columns "
    "WHERE table_schema = current_schema() AND data_type = 'bytea'",
}


def key_of(token: bytes) -> str | None:
    """Return the id of the key that a token was written under, as hexadecimal digits."""
    key_id = bytes(token[1 : 1 + KEY_ID_LENGTH])
    return key_id.hex() if token[:1] in VERSIONS and len(key_id) == KEY_ID_LENGTH else None


def rows(cursor: Any, query: str) -> list[Any]:
    """Return what a query without parameters finds."""
    cursor.execute(query)
    return list(cursor.fetchall())


def has_table(cursor: Any, vendor: str, name: str) -> bool:
    """Tell whether a table is there."""
    return (name,) in map(tuple, rows(cursor, TABLES[vendor]))


def used_keys(cursor: Any, vendor: str, *, with_checks: bool = False) -> set[str]:
    """Return the ids of all keys that stored values were written under. It reads every encrypted column.

    What stands there only to know the keys by does not count, unless asked for.
    """
    return {key for beginning in _beginnings(cursor, vendor, with_checks) if (key := key_of(beginning))}


def unbound_keys(cursor: Any, vendor: str) -> set[str]:
    """Return the ids of the keys under which values are stored that name no row."""
    found = (beginning for beginning in _beginnings(cursor, vendor, False) if beginning[:1] == VERSION)
    return {key for beginning in found if (key := key_of(beginning))}


def _beginnings(cursor: Any, vendor: str, with_checks: bool) -> Iterator[bytes]:
    for table, column in rows(cursor, COLUMNS_OF_BYTES[vendor]):
        if table.startswith(OUR_TABLES) and (with_checks or table != KNOWN_KEYS):
            length = 1 + KEY_ID_LENGTH
            # The names come from the database's own list of them.
            beginnings = f'SELECT DISTINCT substr("{column}", 1, {length}) FROM "{table}" WHERE "{column}" IS NOT NULL'  # noqa: S608
            yield from (bytes(beginning) for (beginning,) in rows(cursor, beginnings))
    if has_table(cursor, vendor, SECOND_FACTORS):
        query = f"SELECT data FROM {SECOND_FACTORS} WHERE type <> '{WITHOUT_SECRETS}'"  # noqa: S608  constants
        for (data,) in rows(cursor, query):
            yield from secrets_in(json.loads(data))


def secrets_in(data: dict[str, Any]) -> Iterator[bytes]:
    """Yield the tokens of a second factor, which stand as texts inside a JSON value."""
    for name in SECRETS:
        values = data.get(name) or []
        for text in values if isinstance(values, list) else [values]:
            try:
                yield base64.b64decode(text)
            except ValueError:
                continue


@contextmanager
def reading_sqlite(file: Path) -> Iterator[Any]:
    """Open a SQLite file so that neither it nor anything beside it is changed or made."""
    # Where there is no log nobody has it open. Even a reader would make a log, and leave it behind.
    how = "mode=ro" if os.path.lexists(f"{file}-wal") else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"file:{quote(str(file))}?{how}", uri=True, timeout=20)) as database:
        yield database.cursor()
