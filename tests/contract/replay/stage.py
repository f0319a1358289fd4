"""The server that a recording is made of, or played against: with a clock that stands, and accounts to log in with."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.contract.replay.placeholders import Placeholders
from tests.support.cast.visitors import PASSWORD, code_for
from tests.support.servers.clocks import Clock
from tests.support.servers.cycle import ROOT, Server

# What Tess's authenticator app holds.
APP_SECRET = "ONLYFORTESTSONLYFORTESTS23456723"
FIRST_YEAR = 2026
# The evening of the second: whatever a recording does within three weeks stays in one month.
DAY_OF_MONTH, HOUR = 2, 18

# How a recording may want the server to be, and the variables that make it so.
WANTED = {"frame_rate": "FRAME_RATE", "join_rate": "JOIN_RATE", "silent_after": "ROOMS_SILENT_AFTER"}
USUALLY = {
    "FRAME_RATE": "1000",
    "JOIN_RATE": "100000",
    "ROOMS_SWEEP_EVERY": "0.2",
    "PUSH_KEY": "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE",
}

# Older code runs this, too, when it is recorded: it names only what has been there from the beginning.
MAKE_ACCOUNTS = """
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from accounts.models import TherapistProfile, User
password = make_password({password!r})
for scene in {scenes!r}:
    for name in ("Ana", "Ben", "Tess", "Otto"):
        email = f"{{name.lower()}}.{{scene}}@example.org"
        user = User.objects.create(email=email, first_name=name, password=password)
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        if name == "Tess":
            TOTP.activate(user, {secret!r})
            words = {{"approach": "Slow rounds.", "pace": "Your pace.", "can_see": "What you agree to."}}
            TherapistProfile.objects.create(user=user, **words, confirmed=words, confirmed_at=timezone.now())
"""


@dataclass(frozen=True)
class Served:
    """Whose code is served: a checkout, its Python, and its settings with a clock that can be set."""

    checkout: Path = ROOT
    python: str = sys.executable
    settings: str = "tests.support.servers.served_settings"


class Stage:
    """One running server for several recordings, one after the other; each begins in a month of its own."""

    def __init__(
        self, scenes: list[str], wanted: dict[str, float], served: Served | None = None, **environment: str
    ) -> None:
        variables = {WANTED[name]: str(value) for name, value in wanted.items()}
        served = served or Served()
        self.server = Server(**{**USUALLY, **variables, **environment})
        self.server.checkout, self.server.python = served.checkout, served.python
        self._month = 0
        self._clock = Clock(self.server, self._beginning())
        self.server.environment["DJANGO_SETTINGS_MODULE"] = served.settings
        if served.checkout == ROOT:
            self.server.migrate()
        else:
            self.server.manage("migrate", "-v0")
        self.server.migrates = False
        script = MAKE_ACCOUNTS.format(password=PASSWORD, scenes=scenes, secret=APP_SECRET)
        self.server.manage("shell", "-v0", "-c", script)
        self.server.start()

    def _beginning(self) -> int:
        year, month = divmod(self._month, 12)
        return int(datetime(FIRST_YEAR + year, month + 1, DAY_OF_MONTH, HOUR, tzinfo=UTC).timestamp())

    def begin(self) -> Placeholders:
        """Begin another recording; return what its placeholders stand for."""
        self._month += 1
        self.tick(self._beginning() - self._clock.seconds)
        return Placeholders(
            begins=datetime.fromtimestamp(self._clock.seconds, UTC),
            origin=self.server.url,
            outgoing={"app": lambda _: code_for(APP_SECRET, self._clock.seconds), "password": lambda _: PASSWORD},
        )

    def tick(self, seconds: int) -> None:
        """Let time pass."""
        self._clock.tick(seconds)

    def close(self) -> None:
        """Stop the server and forget its data."""
        self.server.close()
