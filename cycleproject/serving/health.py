"""Health checks for supervisors and load balancers: `/healthz` and `/readyz`."""

import asyncio

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cycleproject.serving import draining
from cycleproject.version import VERSION

TIMEOUT_SECONDS = 3


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200: the process is alive, whatever its database does, and of this version."""
    return JsonResponse({"status": "ok", "version": VERSION})


@require_safe
async def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database and the channel layer work, and 503 if not or while draining."""
    if draining.started.is_set():
        return JsonResponse({"status": "draining"}, status=503)
    parts = {"database": await database_answers(), "channel_layer": await channel_layer_answers()}
    ready = all(parts.values())
    body = {name: "ok" if answers else "unavailable" for name, answers in parts.items()}
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
