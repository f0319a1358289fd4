"""The ASGI application: HTTP to Django, sockets through the origin check to their consumers, background tasks."""

import os
from collections.abc import Mapping
from functools import partial
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
http_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402  Django must be set up first
from django.conf import settings  # noqa: E402
from django.http.request import split_domain_port, validate_host  # noqa: E402

from accounts.notices.worker import send_for_ever  # noqa: E402
from cycleproject.serving.draining import RefuseSocketsWhileDraining  # noqa: E402
from cycleproject.serving.lifespan import Lifespan  # noqa: E402
from cycleproject.serving.logs import RequestIds  # noqa: E402
from sessions.privacy.expiry import purge_hourly  # noqa: E402
from sessions.routing import websocket_urlpatterns  # noqa: E402
from sessions.store.clock import is_believed  # noqa: E402
from sessions.store.openings import sweep_for_ever  # noqa: E402

PLAIN_SCHEME = {"ws": "http", "wss": "https"}
DEFAULT_PORT = {"http": 80, "https": 443}


class TrustedSocket:
    """ASGI middleware that accepts a socket with a cookie from our own pages, or with a token and no Origin.

    Browsers send cookies with any page's WebSocket: without this check every page the visitor opens could use it.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the connection on with its login token in the scope, or refuse it with HTTP 403."""
        headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
        token, origin = headers.get("x-session-token"), headers.get("origin")
        if (token and origin is None) or (origin is not None and _is_trusted(origin, scope, headers)):
            key = token if token and origin is None else _cookie(headers.get("cookie", ""))
            # Neither headers nor a second scope: each of ten thousand sockets would keep them for as long as it lives.
            del headers
            scope["login_token"] = key
            await self.application(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 4403})


def _is_trusted(origin: str, scope: dict[str, Any], headers: Mapping[str, str]) -> bool:
    scheme = PLAIN_SCHEME.get(scope.get("scheme", "ws"), "http")
    own = _place(f"{scheme}://{headers.get('host', '')}")
    place = _place(origin)
    is_own = place == own and validate_host(split_domain_port(headers.get("host", ""))[0], settings.ALLOWED_HOSTS)
    return place is not None and (is_own or place in map(_place, settings.TRUSTED_ORIGINS))


def _place(origin: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORT.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


def _cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None


application = ProtocolTypeRouter(
    {
        "http": RequestIds(http_application),
        "websocket": RefuseSocketsWhileDraining(TrustedSocket(URLRouter(websocket_urlpatterns))),
        "lifespan": Lifespan(purge_hourly, sweep_for_ever, partial(send_for_ever, is_believed)),
    }
)
