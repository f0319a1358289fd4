"""Health checks for supervisors and load balancers: `/healthz` and `/readyz`."""

import asyncio

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cycleproject import key_check
from cycleproject.serving import draining
from cycleproject.serving.migrations import missing_migrations
from cycleproject.stored_keys import has_table
from cycleproject.version import VERSION

TIMEOUT_SECONDS = 3
# Written by the purge.
CLOCK_CHECK = "accounts_clockcheck"


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200: the process is alive, whatever its database does, and of this version."""
    return JsonResponse({"status": "ok", "version": VERSION})


@require_safe
async def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database is ours and up to date and the channel layer works; 503 if not, or while draining."""
    if draining.started.is_set():
        return JsonResponse({"status": "draining"}, status=503)
    parts = {"database": await database_answers(), "channel_layer": await channel_layer_answers()}
    body = {name: "ok" if answers else "unavailable" for name, answers in parts.items()}
    if parts["database"]:
        body |= await what_is_lacking()
        body |= await what_of_the_clock()
    ready = not {"unavailable"} & {*body.values()}
    return JsonResponse({"status": "ok" if ready else "unavailable", **body}, status=200 if ready else 503)


async def database_answers() -> bool:
    """Tell whether a trivial query works within the timeout."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await sync_to_async(ask_database)()
    except Exception:  # every driver has errors of its own, and each of them means the same here
        return False
    return True


def ask_database() -> None:
    """Run a trivial query; raise the driver's own error if that fails."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


async def what_is_lacking() -> dict[str, str]:
    """Return whether migrations or keys are missing, with the reason in one sentence; nothing if all is there."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await sync_to_async(compare_with_database)()
    except (DatabaseError, TimeoutError):
        return {"database": "unavailable"}


async def what_of_the_clock() -> dict[str, str]:
    """Return what the purge holds against the clock, if it does. Nothing is less ready to serve for that."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            return await sync_to_async(clock_in_doubt)()
    except (DatabaseError, TimeoutError):
        return {}


def clock_in_doubt() -> dict[str, str]:
    """Read what the purge has written down; nothing where the table is not there yet."""
    with connection.cursor() as cursor:
        if not has_table(cursor, connection.vendor, CLOCK_CHECK):
            return {}
        cursor.execute(f"SELECT 1 FROM {CLOCK_CHECK} WHERE doubted_at IS NOT NULL")  # noqa: S608  a constant
        return {"clock": "in doubt"} if cursor.fetchone() else {}


def compare_with_database() -> dict[str, str]:
    """Compare migrations and keys with the database's. Of the keys only what it knows of them is read, and no value."""
    if missing := missing_migrations():
        more = " and others" if missing[1:] else ""
        reason = f"The database lacks the migration {missing[0]}{more}. Run `make prepare` once."
        return {"migrations": "unavailable", "reason": reason}
    with connection.cursor() as cursor:
        wrong = key_check.problem(cursor, connection.vendor, reads_values=False)
    return {"keys": "unavailable", "reason": wrong} if wrong else {}


async def channel_layer_answers() -> bool:
    """Tell whether a message to an empty group can be sent within the timeout."""
    layer = get_channel_layer()
    if layer is None:
        return False
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await layer.group_send("readiness", {"type": "readiness.check"})
    except Exception:  # as above: Redis, the socket and the layer each raise their own
        return False
    return True
