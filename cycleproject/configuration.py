"""Everything that can be set, in one table: how each variable is read, what it may be, and its default.

Nothing else reads a setting from the environment. A value that makes no sense ends the start with one sentence and
exit status 2; the sentence names the variable and what it may be, and never repeats the value, which may be a secret.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from cycleproject.setting_values import (
    contact,
    country,
    database_url,
    day,
    digests,
    directory,
    each,
    field_keys,
    host,
    listening_host,
    mail_address,
    mail_url,
    one_of,
    origin,
    proxy,
    push_key,
    redis_url,
    secret,
    web_address,
    whole_number,
    yes_or_no,
)


def stop(reason: str) -> NoReturn:
    """End a start with one line instead of a traceback, and exit status 2."""
    print(f"Cycle cannot start: {reason}", file=sys.stderr)
    raise SystemExit(2)


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
    Setting("BACKUP_DIR", directory),
    Setting("DATABASE_URL", database_url),
    Setting("DATABASE_POOL", whole_number(1, 1000), "8"),
    Setting("REDIS_URL", redis_url),
    Setting("EMAIL_URL", mail_url, "consolemail://"),
    Setting("EMAIL_FROM", mail_address, "no-reply@localhost"),
    Setting("CONTACT", contact),
    Setting("PUSH_KEY", push_key),
    Setting("FRAME_RATE", whole_number(1, 1_000_000), "10"),
    Setting("JOIN_RATE", whole_number(1, 1_000_000), "60"),
    Setting("BREACHED_PASSWORDS", digests),
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
