"""How one value of a setting is read: each returns it, or raises ValueError with the end of "NAME has to be …"."""

import base64
import binascii
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from ipaddress import ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

SHORTEST_SECRET: Final = 32
MAIL_SCHEMES: Final = ("smtp", "smtp+tls", "smtp+ssl", "smtps", "consolemail", "filemail", "memorymail", "dummymail")
# Of the curve of VAPID (RFC 8292, FIPS 186-4): a private key is a number below it.
ORDER_OF_P256: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
HOST_NAME: Final = re.compile(
    r"\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?"
)
YES_AND_NO: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def text(value: str) -> str:
    """Return a text without blanks around it."""
    return value


def yes_or_no(value: str) -> bool:
    """Return a switch."""
    if value.lower() not in YES_AND_NO:
        raise ValueError("has to be 1 or 0.")
    return YES_AND_NO[value.lower()]


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """Return how a whole number within bounds is read."""

    def read(value: str) -> int:
        if not (value.isascii() and value.isdecimal()) or not least <= int(value[:12]) <= most:
            raise ValueError(f"has to be a whole number from {least} to {most}.")
        return int(value)

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Return how one of a few words is read."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(f"has to be {' or '.join(choices)}.")
        return value

    return read


def comma_list(value: str) -> list[str]:
    """Split a comma list, without blanks."""
    return [item.strip() for item in value.split(",") if item.strip()]


def each(read_item: Callable[[str], str]) -> Callable[[str], list[str]]:
    """Return how a comma list is read, each item in the same way."""
    return lambda value: [read_item(item) for item in comma_list(value)]


def secret(value: str) -> str:
    """Return a secret that cannot be guessed."""
    if len(value) < SHORTEST_SECRET or len(set(value)) < 5:
        raise ValueError(f"has to be at least {SHORTEST_SECRET} random characters.")
    return value


def field_keys(value: str) -> list[str]:
    """Return the field keys, newest first, each of them checked to be 32 bytes."""
    keys = comma_list(value)
    for position, key in enumerate(keys, start=1):
        try:
            size = len(base64.b64decode(key, altchars=b"-_", validate=True))
        except (binascii.Error, ValueError):
            size = 0
        if size != 32:
            raise ValueError(f"has to hold keys of 32 random bytes in URL-safe base64, and key {position} is none.")
    if len(set(keys)) != len(keys):
        raise ValueError("has to name each key once.")
    return keys


def _is_address(value: str) -> bool:
    try:
        ip_address(value)
    except ValueError:
        return False
    return True


def host(value: str) -> str:
    """Return a host as a browser names it: a name or an address, without scheme, port and path."""
    bracketed = value.startswith("[") and value.endswith("]") and ":" in value and _is_address(value[1:-1])
    if not (bracketed or HOST_NAME.fullmatch(value)):
        raise ValueError("has to hold names such as cycle.example.org, without https://, port or path, and no *.")
    return value.lower()


def listening_host(value: str) -> str:
    """Return one address to listen on."""
    if not (_is_address(value) or HOST_NAME.fullmatch(value)):
        raise ValueError("has to be one address such as 127.0.0.1.")
    return value


def origin(value: str) -> str:
    """Return a full origin. Its scheme decides whether cookies are Secure, so one that is missing is no detail."""
    parts = _split(value.lower())
    plain = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    if not plain or parts.path not in ("", "/") or parts.query or parts.fragment or "*" in value:
        raise ValueError("has to hold full origins such as https://cycle.example.org, without a path.")
    return f"{parts.scheme}://{parts.netloc}"


def proxy(value: str) -> str:
    """Return a proxy: whoever else sent its headers would be believed, so only addresses and networks will do."""
    try:
        ip_network(value, strict=False)
    except ValueError:
        raise ValueError("has to hold addresses or networks such as 127.0.0.1 or 10.0.0.0/8.") from None
    return value


def web_address(value: str) -> str:
    """Return an address that a browser may be led to."""
    parts = _split(value)
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise ValueError("has to be an address that begins with https:// or http://.")
    return value


def database_url(value: str) -> str:
    """Return where the database is; empty is a SQLite file in the checkout."""
    parts = _split(value)
    served = parts.scheme in ("postgres", "postgresql") and (parts.hostname or parts.query)
    named = served and len(parts.path) > 1 and not parts.fragment and "/" not in parts.path[1:]
    in_a_file = parts.scheme == "sqlite" and value.startswith("sqlite:///")
    if value and not named and not in_a_file:
        raise ValueError(
            "has to be postgres://user:password@host:port/name or sqlite:////directory/file; "
            "write / ? # % @ : in a password as %2F %3F %23 %25 %40 %3A."
        )
    return value


def redis_url(value: str) -> str:
    """Return where Redis is; empty is none."""
    parts = _split(value)
    if value and not (parts.scheme in ("redis", "rediss", "unix") and (parts.hostname or parts.path)):
        raise ValueError("has to begin with redis://, rediss:// or unix://, such as redis://localhost:6379/0.")
    return value


def mail_url(value: str) -> str:
    """Return how mail leaves. A server on port 465 speaks TLS from the first byte: that is ``smtp+ssl``."""
    parts = _split(value)
    if parts.scheme not in MAIL_SCHEMES or "://" not in value:
        raise ValueError("has to begin with smtp+tls://, smtp+ssl://, smtp://, filemail:// or consolemail://.")
    if parts.scheme.startswith("smtp") and not parts.hostname:
        raise ValueError("has to name a host, such as smtp+tls://user:password@mail.example.org:587.")
    if parts.scheme == "smtps" or (parts.scheme == "smtp+tls" and parts.port == 465):
        return "smtp+ssl" + value[len(parts.scheme) :]
    return value


def mail_address(value: str) -> str:
    """Return the sender of mail."""
    if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", value):
        raise ValueError("has to be an address such as no-reply@cycle.example.org, without a name.")
    return value


def contact(value: str) -> str:
    """Return where somebody writes to whoever runs this, as a link; an address of mail may stand alone."""
    if not value:
        return ""
    if re.fullmatch(r"(mailto:)?[^@\s<>,:?]+@[^@\s<>,:?]+", value, re.IGNORECASE):
        return "mailto:" + value.rpartition(":")[2]
    if _split(value).scheme.lower() != "https" or not _split(value).hostname:
        raise ValueError("has to be an address of mail, or one of a page that begins with https://.")
    return value


def push_key(value: str) -> str:
    """Return the private key that push services know this server by: a number below the order of P-256."""
    try:
        number = int.from_bytes(base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True), "big")
    except (binascii.Error, ValueError):
        number = 0
    if value and (len(value) > 43 or not 0 < number < ORDER_OF_P256):
        raise ValueError("has to be what `manage.py make_push_keys` prints.")
    return value


def country(value: str) -> str:
    """Return a country of which there are help lines (checked against the list when Cycle starts)."""
    if value and not re.fullmatch(r"[A-Za-z]{2}", value):
        raise ValueError("has to be a country of two letters, such as GB.")
    return value.upper()


def day(value: str) -> str:
    """Return a day that is not to come, or nothing."""
    if value:
        try:
            checked = date.fromisoformat(value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
        except ValueError:
            checked = None
        if checked is None:
            raise ValueError("has to be a day such as 2026-01-20.")
    return value


def _split(value: str) -> SplitResult:
    """Return the parts of an address; of one that cannot be read there are none."""
    nothing = SplitResult("", "", "", "", "")
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (a port that is none is found out when it is asked for)
    except ValueError:
        return nothing
    return nothing if re.search(r"\s", value) else parts


def digests(value: str) -> str:
    """Return a file of SHA-1 digests, one a line, by its full name; empty is none."""
    begins = b""
    if value.startswith("/"):
        with suppress(OSError), open(value, "rb") as lines:
            begins = lines.read(41)
    if value and not re.fullmatch(rb"[0-9A-Fa-f]{40}[:\r\n]", begins):
        raise ValueError("has to be the full name of a file of ordered SHA-1 digests, one a line.")
    return value


def directory(value: str) -> str:
    """Return a directory by its full name: a program that was started elsewhere would look elsewhere."""
    if value and not value.startswith("/"):
        raise ValueError("has to be the full name of a directory, such as /var/backups/cycle.")
    return value
