"""What the tests need from the system, and installing it where we may. Standard library only."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from cycleproject.cluster.debian import install_packages, nginx, postgresql_programs, redis_server, root_prefix

# The shell is the same browser without the windows that nobody sees.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium that the browser tests can drive."""
    chosen = os.environ.get("CHROMIUM_BIN")
    return next((path for name in (chosen, *BROWSERS) if name and (path := shutil.which(name))), None)


def gettext() -> str | None:
    """Return the path of the compiler of translations."""
    return shutil.which("msgfmt")


@dataclass(frozen=True)
class Prerequisite:
    package: str
    find: Callable[[], str | None]
    skipped_without: str
    required_by: str
    otherwise: str = ""


PREREQUISITES = (
    Prerequisite("chromium-headless-shell", chromium, "tests in a browser", "REQUIRE_BROWSER", otherwise="chromium"),
    Prerequisite("redis-server", redis_server, "tests with several processes", "REQUIRE_SERVICES"),
    Prerequisite("postgresql", postgresql_programs, "tests on PostgreSQL", "REQUIRE_SERVICES"),
    Prerequisite("nginx", nginx, "tests of a cluster", "REQUIRE_SERVICES"),
    Prerequisite("gettext", gettext, "tests of translations", "REQUIRE_SERVICES"),
)


def missing() -> list[Prerequisite]:
    """Return what is not there."""
    return [prerequisite for prerequisite in PREREQUISITES if prerequisite.find() is None]


def main() -> int:
    """Install what is missing where we may, and say what is skipped; fail if the environment forbids skipping."""
    lacking = missing()
    if lacking and (prefix := root_prefix()) is not None:
        install_packages(prefix, [prerequisite.package for prerequisite in lacking], "the tests")
        lacking = missing()
        if others := [prerequisite.otherwise for prerequisite in lacking if prerequisite.otherwise]:
            install_packages(prefix, others, "the tests")
            lacking = missing()
    required = False
    for prerequisite in lacking:
        print(f"Skipping the {prerequisite.skipped_without}: {prerequisite.package} is not installed here.")
        required = required or bool(os.environ.get(prerequisite.required_by))
    return 1 if required else 0


if __name__ == "__main__":
    sys.exit(main())
