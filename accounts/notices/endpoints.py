"""Which addresses notices are sent to: public ones, by https. An endpoint comes from outside, and may say anything.

What it names is looked up and refused when a connection is made, and the connection goes to what was looked up: a name
that answers with one address when it is asked and with another when it is used gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 1000
HTTPS: Final = 443

# Where a name leads, as addresses in numbers and their port.
Resolve = Callable[[str], list[tuple[str, int]]]

_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")  # to IPv4 (RFC 6052)


class NotPublic(ValueError):
    """This address is on a network of its own, or none that a push service has."""


def check_endpoint(endpoint: str) -> None:
    """Raise NotPublic unless this is an https address with a name, at the usual port."""
    try:
        parts = urlsplit(endpoint)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise NotPublic from None
    readable = endpoint.isascii() and endpoint.isprintable() and " " not in endpoint and len(endpoint) <= LONGEST
    named = "." in host.strip(".") and not host.replace(".", "").isdecimal() and ":" not in host
    plain = parts.username is None and parts.password is None and not parts.fragment
    if not (readable and parts.scheme == "https" and port in (None, HTTPS) and named and plain):
        raise NotPublic


def public_addresses(host: str) -> list[tuple[str, int]]:
    """Return the addresses of a name. Raises NotPublic if one of them is not public, OSError if there is none."""
    found = socket.getaddrinfo(host, HTTPS, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))
    if not all(map(is_public, addresses)):
        raise NotPublic
    return [(address, HTTPS) for address in addresses]


def is_public(address: str) -> bool:
    """Tell whether an address in numbers is one of the public internet, and no way around to one that is not."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(known, ipaddress.IPv6Address):
        inner = known.ipv4_mapped or known.sixtofour or (known.teredo[1] if known.teredo else None)
        if known in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(known) & 0xFFFFFFFF)
        if inner is not None:
            known = inner
    elsewhere = known.is_multicast or known.is_reserved or known.is_loopback or known.is_link_local
    return known.is_global and not elsewhere
