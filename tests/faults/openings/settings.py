"""Settings of a process that is forked and killed: a connection of its own, which no pool shares with its parent."""

from cycleproject.settings import *  # noqa: F403
from cycleproject.settings import DATABASES

if "pool" in DATABASES["default"].get("OPTIONS", {}):
    DATABASES["default"]["OPTIONS"].pop("pool")
    DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
