"""Where a copy goes: a second database connection, what has to hold before anything is written, and a bookmark."""

from contextlib import suppress
from typing import Any, Final

import environ
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.connection import ConnectionDoesNotExist

from cycleproject.copying.tables import Table
from cycleproject.setting_values import database_url

SOURCE: Final = DEFAULT_DB_ALIAS
TARGET: Final = "copy_target"
# What migrating and a first start fill by themselves; the source's own rows take their place.
FILLED_BY_MIGRATING: Final = ("auth_permission", "django_content_type", "accounts_keycheck")
BOOKMARK: Final = "cycle_unfinished_copy"


class Refused(Exception):
    """Why nothing was copied, in one sentence."""


def connect(address: str) -> None:
    """Name the target for Django, with the options that Cycle itself uses where they matter."""
    try:
        # Nothing at all would be the file in the checkout; here it is a name that was forgotten.
        database: dict[str, Any] = environ.Env.db_url_config(database_url(address or "nothing"))
    except ValueError as reason:
        raise Refused(f"the address {str(reason).rstrip('.')}") from None
    if "sqlite3" in database["ENGINE"]:
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON",
        }
    else:
        database["OPTIONS"] = {**database.get("OPTIONS", {}), "connect_timeout": 5}
    connections.settings[TARGET] = connections.configure_settings({SOURCE: {}, TARGET: database})[TARGET]
    if _place(TARGET) == _place(SOURCE):
        raise Refused("this is the database that everything is in already")


def disconnect() -> None:
    """Forget the target."""
    with suppress(ConnectionDoesNotExist, AttributeError):
        connections[TARGET].close()
        del connections[TARGET]
    connections.settings.pop(TARGET, None)


class Bookmark:
    """How far a copy has come, in a table of the target that is gone once everything is there."""

    @classmethod
    def read(cls) -> dict[str, str]:
        """Return what is noted; nothing where no copy is under way."""
        connection = connections[TARGET]
        with connection.cursor() as cursor:
            if BOOKMARK not in connection.introspection.table_names(cursor):
                return {}
            cursor.execute(f"SELECT name, value FROM {BOOKMARK}")  # noqa: S608
            return dict(cursor.fetchall())

    @classmethod
    def begin(cls, stage: str) -> None:
        """Make the table, in the transaction that is open."""
        with connections[TARGET].cursor() as cursor:
            cursor.execute(f"CREATE TABLE {BOOKMARK} (name varchar(100) PRIMARY KEY, value text NOT NULL)")
        cls.note("source", _place(SOURCE))
        cls.note("stage", stage)

    @classmethod
    def note(cls, name: str, value: str) -> None:
        """Write something down, in the transaction that is open."""
        with connections[TARGET].cursor() as cursor:
            cursor.execute(f"DELETE FROM {BOOKMARK} WHERE name = %s", [name])  # noqa: S608
            cursor.execute(f"INSERT INTO {BOOKMARK} (name, value) VALUES (%s, %s)", [name, value])  # noqa: S608

    @classmethod
    def remove(cls) -> None:
        """Let the target be a database as any other."""
        with connections[TARGET].cursor() as cursor:
            cursor.execute(f"DROP TABLE {BOOKMARK}")


def make_ready(tables: list[Table]) -> dict[str, str]:
    """Bring the target to where rows can be written, and return its bookmark. Raises Refused, and changes nothing."""
    if _unapplied(SOURCE):
        raise Refused("this database is not migrated to this version: `make prepare` does that")
    noted = Bookmark.read()
    there = set(connections[TARGET].introspection.table_names())
    if noted and noted["source"] != _place(SOURCE):
        raise Refused("the target holds an unfinished copy of another database")
    if noted.get("stage") == "copying":
        _same_version()
        return noted
    if there and not noted:
        _same_version()
        _empty(tables)
    else:
        with transaction.atomic(using=TARGET):
            _drop(there)
            Bookmark.begin("migrating")
        call_command("migrate", database=TARGET, interactive=False, verbosity=0)
        _same_version()
    with transaction.atomic(using=TARGET):
        if there and not noted:
            Bookmark.begin("copying")
        with connections[TARGET].cursor() as cursor:
            for name in FILLED_BY_MIGRATING:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608
        Bookmark.note("stage", "copying")
    return Bookmark.read()


def _place(database: str) -> str:
    """Return which database it is, without what is secret."""
    connection = connections[database]
    return "|".join([connection.vendor, *(str(connection.settings_dict[part]) for part in ("HOST", "PORT", "NAME"))])


def _unapplied(database: str) -> bool:
    executor = MigrationExecutor(connections[database])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _same_version() -> None:
    ours, theirs = (set(MigrationRecorder(connections[one]).applied_migrations()) for one in (SOURCE, TARGET))
    if ours != theirs:
        raise Refused("the target was migrated by another version: name an empty database")


def _empty(tables: list[Table]) -> None:
    for table in tables:
        if table.name not in FILLED_BY_MIGRATING and table.count(TARGET):
            raise Refused(f"the target is not empty: {table.name} has rows. Name an empty database")


def _drop(there: set[str]) -> None:
    """Drop what a run that was killed while it migrated has left: nothing else has been in there."""
    connection = connections[TARGET]
    cascading = " CASCADE" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        for name in there:
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}{cascading}")
