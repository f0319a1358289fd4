"""Absolute links that also open on the other person's phone: never ones to localhost, if that can be avoided."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from cycleproject.serving.first_env import is_private_address, url_host


def public_url(request: HttpRequest, path: str) -> str:
    """Return the absolute URL of a path, under a host that other devices can reach."""
    host = host_for_other_devices(request.get_host())
    return f"{request.scheme}://{host}{path}"


def host_for_other_devices(host: str) -> str:
    """Return the host itself, or this machine's address on the private network where the host is localhost."""
    parts = urlsplit(f"//{host}")
    name = parts.hostname or ""
    if name not in ("localhost", "127.0.0.1", "::1") and not name.endswith(".localhost"):
        return host
    address = next((known.strip("[]") for known in settings.ALLOWED_HOSTS if is_private_address(known)), None)
    if address is None:
        return host
    port = "" if parts.port is None else f":{parts.port}"
    return f"{url_host(address)}{port}"
