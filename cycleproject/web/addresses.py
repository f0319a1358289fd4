"""Absolute links that also open on the other person's phone: never ones to localhost, if that can be avoided."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

from cycleproject.serving.first_env import is_private_address, url_host


def public_url(request: HttpRequest, path: str) -> str:
    """Return the absolute URL of a path, under a host that other devices can reach and that was not made up.

    A visitor names the host and its port. Where origins are configured a link has one of them, whatever was named.
    """
    return f"{_origin_for(request)}{path}"


def _origin_for(request: HttpRequest) -> str:
    domain, port = split_domain_port(request.get_host())  # without the dot that may end a name
    if is_this_machine(domain) and (named := _origin_with_a_name()):
        return named
    if settings.TRUSTED_ORIGINS and not is_this_machine(domain):
        return _configured_origin(f"{request.scheme}://{request.get_host()}", domain)
    if port and not (is_this_machine(domain) or is_private_address(domain.strip("[]"))):
        port = port if port == str(settings.PORT) else ""
    host = f"{domain}:{port}" if port else domain
    return f"{request.scheme}://{host_for_other_devices(host)}"


def _configured_origin(origin: str, domain: str) -> str:
    configured = [one.rstrip("/") for one in settings.TRUSTED_ORIGINS]
    of_this_name = (one for one in configured if urlsplit(one).hostname == domain.strip("[]").lower())
    if origin in configured:
        return origin
    return next(of_this_name, _origin_with_a_name() or configured[0])


def address_here(path: str) -> str:
    """Return the absolute URL of a path where there is no request to ask: for whoever runs a command."""
    if settings.TRUSTED_ORIGINS:
        origin = _origin_with_a_name() or settings.TRUSTED_ORIGINS[0].rstrip("/")
        return f"{origin}{path}"
    host = settings.ALLOWED_HOSTS[0].removeprefix(".")
    return f"http://{host}:{settings.PORT}{path}"


def host_for_other_devices(host: str) -> str:
    """Return the host itself, or this machine's address on the private network where the host is localhost."""
    if not is_this_machine(host):
        return host
    parts = urlsplit(f"//{host}")
    address = next((known.strip("[]") for known in settings.ALLOWED_HOSTS if is_private_address(known)), None)
    if address is None:
        return host
    port = "" if parts.port is None else f":{parts.port}"
    return f"{url_host(address)}{port}"


def for_other_devices(request: HttpRequest, url: str) -> str:
    """Return a URL that was made for this request under a host that other devices can reach."""
    here = f"{request.scheme}://{request.get_host()}"
    return public_url(request, url.removeprefix(here)) if url.startswith(f"{here}/") else url


def url_for_asker(request: HttpRequest, path: str) -> str:
    """Return the absolute URL of a path for a program that asks: as ``public_url``, and localhost where it asks that.

    A program follows it with its token, and what made up a host or a port would be given that.
    """
    if is_this_machine(request.get_host()):
        return f"{request.scheme}://{request.get_host()}{path}"
    return public_url(request, path)


def is_only_an_address(host: str) -> bool:
    """Tell whether a host has no name, only an address in numbers; passkeys need a name."""
    name = urlsplit(f"//{host}").hostname or ""
    return ":" in name or name.replace(".", "").isdecimal()


def is_this_machine(host: str) -> bool:
    """Tell whether a host is this machine for itself, and another one for every other device."""
    name = urlsplit(f"//{host}").hostname or ""
    return name in ("localhost", "127.0.0.1", "::1") or name.endswith(".localhost")


def _origin_with_a_name() -> str | None:
    """Return the address by which whoever runs this has said that it is reached, if it is a name."""
    hosts = {origin: urlsplit(origin).netloc for origin in settings.TRUSTED_ORIGINS}
    named = (one for one, host in hosts.items() if not (is_this_machine(host) or is_only_an_address(host)))
    return next((origin.rstrip("/") for origin in named), None)
