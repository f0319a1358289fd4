"""Links that still work on the other person's phone."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from cycleproject.serving.first_env import as_host, is_private_address


def public_url(request: HttpRequest, path: str) -> str:
    """Return the full address of a path, by a host that another device can reach."""
    host = shared_host(request.get_host())
    return f"{request.scheme}://{host}{path}"


def shared_host(host: str) -> str:
    """Return the host as it is, or our address on the private network when it names this machine alone."""
    parts = urlsplit(f"//{host}")
    name = parts.hostname or ""
    if name not in ("localhost", "127.0.0.1", "::1") and not name.endswith(".localhost"):
        return host
    address = next((known.strip("[]") for known in settings.ALLOWED_HOSTS if is_private_address(known)), None)
    if address is None:
        return host
    port = "" if parts.port is None else f":{parts.port}"
    return f"{as_host(address)}{port}"
