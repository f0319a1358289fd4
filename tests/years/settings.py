"""Settings of the two years: a clock that is stepped, mail that stays in memory, and a purge that can be killed.

``KILLED_AT`` names the writing statement of this process that is its last.
"""

import os
import signal
from itertools import count
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from tests.support.servers.served_settings import *  # noqa: F403
from tests.support.servers.served_settings import INSTALLED_APPS as SERVED

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver"]
# A year has more sign-ups from one address than any limit lets through in a minute that does not pass.
ACCOUNT_RATE_LIMITS = False
# Else no browser could be named that takes notices.
PUSH_KEY = "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE"


class Killed(AppConfig):
    """Ends the process in the middle of what it writes."""

    name = "tests.years"

    def ready(self) -> None:
        """Count what is written."""
        if "KILLED_AT" not in os.environ:
            return
        last, numbers = int(os.environ["KILLED_AT"]), count(1)

        def counted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            if sql.startswith(("DELETE", "UPDATE", "INSERT")) and next(numbers) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return execute(sql, params, many, context)

        def hang_on(connection: Any, **_: Any) -> None:
            connection.execute_wrappers.append(counted)

        connection_created.connect(hang_on, weak=False)


INSTALLED_APPS = [*SERVED, f"{__name__}.{Killed.__name__}"]
