"""Everything that can be set, in one table: how each variable is read, what it may be, and its default.

Nothing else reads a setting from the environment. A value that makes no sense ends the start with one sentence and
exit status 2; the sentence names the variable and what it may be, and never repeats the value, which may be a secret.
"""

import base64
import binascii
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address, ip_network
from typing import Any, Final, NoReturn
from urllib.parse import SplitResult, urlsplit

SHORTEST_SECRET: Final = 32
MAIL_SCHEMES: Final = ("smtp", "smtp+tls", "smtp+ssl", "smtps", "consolemail", "filemail", "memorymail", "dummymail")
HOST_NAME: Final = re.compile(
    r"\.?[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?"
)
YES_AND_NO: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def stop(reason: str) -> NoReturn:
    """End a start with one line instead of a traceback, and exit status 2."""
    print(f"Cycle cannot start: {reason}", file=sys.stderr)
    raise SystemExit(2)


# How one value is read: each returns it, or raises ValueError with the end of the sentence "NAME has to be …".


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


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable. Where ``default`` is None nothing starts without it."""

    name: str
    read: Callable[[str], Any]
    default: str | None = ""


SETTINGS: Final = (
    Setting("SECRET_KEY", secret, None),
    Setting("FIELD_KEYS", field_keys, None),
    Setting("ALLOWED_HOSTS", each(host), None),
    Setting("TRUSTED_ORIGINS", each(origin)),
    Setting("DEBUG", yes_or_no, "0"),
    Setting("PORT", whole_number(1, 65535), "8000"),
    Setting("HOST", lambda value: listening_host(value) if value else ""),
    Setting("TRUSTED_PROXIES", each(proxy)),
    Setting("DRAIN_SECONDS", whole_number(1, 3600), "1"),
    Setting("METRICS_PORT", whole_number(0, 65535), "0"),
    Setting("METRICS_HOST", listening_host, "127.0.0.1"),
    Setting("BACKUP_DIR", text),
    Setting("DATABASE_URL", database_url),
    Setting("DATABASE_POOL", whole_number(1, 1000), "8"),
    Setting("REDIS_URL", redis_url),
    Setting("EMAIL_URL", mail_url, "consolemail://"),
    Setting("EMAIL_FROM", mail_address, "no-reply@localhost"),
    Setting("CONTACT", contact),
    Setting("FRAME_RATE", whole_number(1, 1_000_000), "10"),
    Setting("JOIN_RATE", whole_number(1, 1_000_000), "60"),
    Setting("QUICK_EXIT_URL", web_address, "https://www.wikipedia.org/"),
    Setting("HELP_COUNTRY", country),
    Setting("HELP_CHECKED", day),
    Setting("LOG_FORMAT", one_of("plain", "json"), "plain"),
    Setting("STATIC_FROM_SOURCE", lambda value: yes_or_no(value) if value else None),
)


def read_settings(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return every setting by its name, or end the start with one sentence."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        # An empty variable is one that is not set: compose and systemd write them so.
        given = environment.get(setting.name, "").strip() or setting.default
        if given is None:
            stop(f"{setting.name} is not set. `make run` writes a .env with one; .env.example says what it is.")
        try:
            values[setting.name] = setting.read(given)
        except ValueError as reason:
            stop(f"{setting.name} {reason}")
    _fit_together(values)
    return values


def _fit_together(values: Mapping[str, Any]) -> None:
    """Refuse settings that make sense one by one, and none together."""
    served_over_https = values["TRUSTED_ORIGINS"] and all(
        one.startswith("https://") for one in values["TRUSTED_ORIGINS"]
    )
    if served_over_https and values["EMAIL_URL"].startswith("consolemail"):
        # Links to a new password would stand in the log of a site that strangers use.
        stop(
            "EMAIL_URL prints mail, and this site is on https. Name a mail server, or dummymail:// for no mail at all."
        )
