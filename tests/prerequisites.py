"""What the tests need from the system, and installing it where we may. Standard library only."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium that the browser tests can drive."""
    chosen = os.environ.get("CHROMIUM_BIN")
    return next((path for name in (chosen, *BROWSERS) if name and (path := shutil.which(name))), None)


def redis_server() -> str | None:
    """Return the path of a Redis server."""
    return shutil.which("redis-server")


def postgresql() -> str | None:
    """Return the directory of PostgreSQL's programs; Debian keeps them off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[4].zfill(3))
    found = shutil.which("initdb") or (str(installed[-1]) if installed else None)
    return str(Path(found).resolve().parent) if found else None


def gettext() -> str | None:
    """Return the path of the compiler of translations."""
    return shutil.which("msgfmt")


@dataclass(frozen=True)
class Prerequisite:
    package: str
    find: Callable[[], str | None]
    skipped_without: str
    required_by: str


PREREQUISITES = (
    Prerequisite("chromium", chromium, "tests in a browser", "REQUIRE_BROWSER"),
    Prerequisite("redis-server", redis_server, "tests with several processes", "REQUIRE_SERVICES"),
    Prerequisite("postgresql", postgresql, "tests on PostgreSQL", "REQUIRE_SERVICES"),
    Prerequisite("gettext", gettext, "tests of translations", "REQUIRE_SERVICES"),
)


def missing() -> list[Prerequisite]:
    """Return what is not there."""
    return [prerequisite for prerequisite in PREREQUISITES if prerequisite.find() is None]


def administrator() -> list[str] | None:
    """Return what to put before a command to run it as root without being asked, or None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    return None


def install(prefix: list[str], packages: list[str]) -> None:
    """Install Debian packages; what fails is found missing afterwards."""
    print(f"Installing {', '.join(packages)} for the tests.", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    with open(os.devnull, "w") as nowhere:
        subprocess.run([*apt, "update"], stdout=nowhere)
        for package in packages:
            subprocess.run([*apt, "install", "--yes", "--no-install-recommends", package], stdout=nowhere)


def main() -> int:
    """Install what is missing where we may, and say what is skipped; fail if the environment forbids skipping."""
    lacking = missing()
    if lacking and (prefix := administrator()) is not None:
        install(prefix, [prerequisite.package for prerequisite in lacking])
        lacking = missing()
    required = False
    for prerequisite in lacking:
        print(f"Skipping the {prerequisite.skipped_without}: {prerequisite.package} is not installed here.")
        required = required or bool(os.environ.get(prerequisite.required_by))
    return 1 if required else 0


if __name__ == "__main__":
    sys.exit(main())
