"""Whether what a start needs is there, said in one line instead of a traceback: the database, Redis, a file alone."""

import hashlib
import logging
import socket
import sys
from pathlib import Path
from typing import NoReturn

import psycopg
from django.conf import settings
from django.db import OperationalError, connection, transaction

from cycleproject.configuration import stop
from cycleproject.serving import redis_circuit

logger = logging.getLogger(__name__)

_held: list[socket.socket] = []


def postgresql_or_stop() -> None:
    """Return if PostgreSQL answers, where it is used, and end the start with one sentence if not."""
    if connection.vendor != "postgresql":
        return
    try:
        # Not from the pool: that says only that it has none, after five seconds and many lines of its log.
        psycopg.connect(**connection.get_connection_params()).close()
    except psycopg.OperationalError as problem:
        _stop_for(problem)


def file_or_stop() -> None:
    """Return if the database may be written, which a file may not be, and end the start with one sentence if not."""
    try:
        with transaction.atomic():
            connection.ensure_connection()
    except OperationalError as problem:
        _stop_for(problem)


def _stop_for(problem: Exception) -> NoReturn:
    reason = str(problem).strip().splitlines()[0]  # neither driver quotes a password
    stop(f"the database that DATABASE_URL names does not open: {reason}")


def warn_if_redis_is_away() -> None:
    """Say in one line that Redis does not answer, before somebody waits for it."""
    if settings.REDIS_URL and not redis_circuit.answers():
        redis_circuit.failed(ConnectionError())


def warn_if_the_file_is_shared() -> None:
    """Say in one line that another process serves the same SQLite file, if no Redis passes on what happens there."""
    if (
        connection.vendor == "sqlite"
        and not settings.REDIS_URL
        and not hold(str(settings.DATABASES["default"]["NAME"]))
    ):
        logger.warning(
            "another process serves this database, and no REDIS_URL is set: what happens there shows here only after "
            "up to ten seconds"
        )


def hold(file: str) -> bool:
    """Hold a name for a file until this process ends; tell whether nobody else held it."""
    if sys.platform != "linux":
        return True
    name = hashlib.sha256(str(Path(file).resolve()).encode()).hexdigest()
    # A name that the kernel forgets with the process: nothing is left lying about after a crash.
    holder = socket.socket(socket.AF_UNIX)
    try:
        holder.bind(f"\0cycle-{name}")
    except OSError:
        holder.close()
        return False
    _held.append(holder)
    return True
