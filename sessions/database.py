"""How the event loop asks the database: one short call after the other, on one thread whose connection stays open.

A connection for each call, as requests have it, costs a socket more than the call itself.
"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, InterfaceError, connection

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


async def in_database(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """Run a function on the database thread."""
    return await sync_to_async(partial(_on_the_kept_connection, function), thread_sensitive=True)(*args, **kwargs)


def _on_the_kept_connection(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    try:
        return function(*args, **kwargs)
    except (DatabaseError, InterfaceError):
        drop_connection()
        raise


def drop_connection() -> None:
    """Forget a connection that failed; the next call opens a new one."""
    if not connection.in_atomic_block:
        connection.close()
