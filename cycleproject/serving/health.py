"""Health checks for supervisors and load balancers: `/healthz` and `/readyz`."""

import asyncio

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cycleproject import key_check
from cycleproject.serving import draining

TIMEOUT_SECONDS = 3


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200: the process is alive, whatever its database does."""
    return JsonResponse({"status": "ok"})


@require_safe
async def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database and the channel layer work, and 503 if not or while draining."""
    if draining.started.is_set():
        return JsonResponse({"status": "draining"}, status=503)
    parts = {"database": await database_answers(), "channel_layer": await channel_layer_answers()}
    body = {name: "ok" if answers else "unavailable" for name, answers in parts.items()}
    if parts["database"] and (wrong := await sync_to_async(wrong_with_keys)()):
        body |= {"keys": "unavailable", "reason": wrong}
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


def wrong_with_keys() -> str | None:
    """Return what is wrong with FIELD_KEYS, without reading more than what the database knows of its keys."""
    try:
        with connection.cursor() as cursor:
            return key_check.problem(cursor, connection.vendor, reads_values=False)
    except DatabaseError:
        return None


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
