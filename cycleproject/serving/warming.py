"""Answer a first page to nobody before anybody comes: what is loaded with it then keeps no one waiting."""

import asyncio
import logging
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.template.loader import get_template

logger = logging.getLogger(__name__)

# From a link to the room. Others are read when somebody asks for them: all of them take a third of a second.
ON_THE_WAY_IN: Final = ("joining", "live", "partials")


def read_templates() -> int:
    """Read the templates of the way in, with all that they include; return how many."""
    names = [
        path.relative_to(place).as_posix()
        for place in map(Path, settings.TEMPLATES[0]["DIRS"])
        for folder in ON_THE_WAY_IN
        for path in sorted((place / folder).rglob("*.html"))
    ]
    for name in names:
        get_template(name)
    return len(names)


async def warm_up(application: Any) -> int:
    """Ask for the front page, which reads nothing of anybody; return its status, 0 where it could not be made."""
    host = (settings.ALLOWED_HOSTS or ["localhost"])[0].lstrip(".*") or "localhost"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https" if settings.SERVED_OVER_HTTPS else "http",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", settings.PORT),
    }
    status = 0
    asked = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> dict[str, Any]:
        if not asked:
            await asyncio.Event().wait()  # nobody hangs up
        return asked.pop()

    async def send(message: dict[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)

    try:
        await application(scope, receive, send)
    except Exception as problem:
        # Whoever comes first will hear of it; a start does not end with it.
        logger.warning("the front page could not be made at the start: %s", type(problem).__name__)
    return status
