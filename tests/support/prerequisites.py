"""What tests need from the system: said in one place, installed where we may, skipped or failed where it is missing.

A test says what it needs by a mark: ``browser``, ``services`` or ``needs("nginx", …)``; a fixture may call ``need``.
Standard library only, for `make test` asks it before anything else.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cycleproject.cluster import debian

# The shell is the same browser without the windows that nobody sees.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

BROWSER = ("chromium-headless-shell",)
FIREFOX = ("firefox-esr",)
WEBKIT = ("webkit2gtk-driver", "python3-gi", "gir1.2-webkit2-4.1", "xvfb")
SERVICES = ("postgresql", "redis-server")

NO_NETWORKS = "" if os.geteuid() == 0 else "it makes networks, as only root may"
# Not every system lets even root make networks, and nothing that is installed changes that: CI does not insist on it.
REQUIRE_NETWORKS = "REQUIRE_NETWORKS"

# Set to anything, this hides everything listed here, as if nothing of it were installed.
HIDDEN = "HIDE_PREREQUISITES"


def _chromium() -> str | None:
    chosen = os.environ.get("CHROMIUM_BIN")
    return next((path for name in (chosen, *BROWSERS) if name and (path := shutil.which(name))), None)


def _systemd() -> str | None:
    return debian.system_program("systemd-analyze")


def _networks() -> str | None:
    """Return the path of `ip` where networks with bridges may be made, which takes root and a kernel that lets it."""
    ip = debian.system_program("ip")
    if ip is None:
        return None
    tried = f"{ip} link add bridge type bridge && {ip} link add one type veth peer name other"
    return ip if subprocess.run(["unshare", "--net", "sh", "-c", tried], capture_output=True).returncode == 0 else None


def _environment_of_make() -> str | None:
    installed = Path(sys.prefix) / ".installed"
    return str(installed) if installed.exists() else None


def _git() -> str | None:
    # What was fetched as an archive has no list of its files that is worth asking for.
    return shutil.which("git") if (Path(__file__).parents[2] / ".git").exists() else None


def _network() -> str | None:
    return os.environ.get("CI")


def _firefox() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


def _gi() -> str | None:
    return _system_python("import gi")


def _webkit_window() -> str | None:
    return _system_python("import gi; gi.require_version('WebKit2', '4.1'); from gi.repository import WebKit2")


def _system_python(able_to: str) -> str | None:
    """Return the path of the system's Python if it can do this: ours has none of the desktop's libraries."""
    python = Path("/usr/bin/python3")
    able = python.exists() and subprocess.run([python, "-c", able_to], capture_output=True).returncode == 0
    return str(python) if able else None


@dataclass(frozen=True)
class Prerequisite:
    """Something of the system: Debian's name of it, how to find it, and which variable forbids to go without it."""

    package: str
    find: Callable[[], str | None]
    skipped_without: str
    required_by: str
    otherwise: str = ""
    # Why it is not there, where that is not a matter of installing it.
    because: str = ""

    @property
    def reason(self) -> str:
        """Return why what needs it is skipped."""
        return self.because or f"{self.package} is not installed here"


PREREQUISITES = (
    Prerequisite("chromium-headless-shell", _chromium, "tests in a browser", "REQUIRE_BROWSER", otherwise="chromium"),
    Prerequisite("firefox-esr", _firefox, "tests in Firefox", "REQUIRE_BROWSER", otherwise="firefox"),
    Prerequisite("webkit2gtk-driver", lambda: shutil.which("WebKitWebDriver"), "tests in WebKit", "REQUIRE_BROWSER"),
    Prerequisite("python3-gi", _gi, "tests in WebKit", "REQUIRE_BROWSER"),
    Prerequisite("gir1.2-webkit2-4.1", _webkit_window, "tests in WebKit", "REQUIRE_BROWSER"),
    Prerequisite("xvfb", lambda: shutil.which("Xvfb"), "tests in WebKit", "REQUIRE_BROWSER"),
    Prerequisite("redis-server", debian.redis_server, "tests with several processes", "REQUIRE_SERVICES"),
    Prerequisite("postgresql", debian.postgresql_programs, "tests on PostgreSQL", "REQUIRE_SERVICES"),
    Prerequisite("nginx", debian.nginx, "tests of a cluster", "REQUIRE_SERVICES"),
    Prerequisite("caddy", lambda: debian.system_program("caddy"), "tests of Caddy's site", "REQUIRE_SERVICES"),
    Prerequisite("gettext", lambda: shutil.which("msgfmt"), "tests of translations", "REQUIRE_SERVICES"),
    Prerequisite("curl", lambda: shutil.which("curl"), "test of the API with curl", "REQUIRE_SERVICES"),
    Prerequisite("git", _git, "tests of clones", "REQUIRE_SERVICES"),
    Prerequisite("make", lambda: shutil.which("make"), "tests of make run", "REQUIRE_SERVICES"),
    Prerequisite("iproute2", _networks, "test of replaced containers", REQUIRE_NETWORKS, because=NO_NETWORKS),
    Prerequisite("systemd", _systemd, "test of systemd's unit", "REQUIRE_SERVICES"),
    Prerequisite(
        "installed environment",
        _environment_of_make,
        "tests of clones",
        "REQUIRE_SERVICES",
        because="they run in the environment that `make test` sets up",
    ),
    Prerequisite(
        "network",
        _network,
        "test of a first start",
        "REQUIRE_SERVICES",
        because="it fetches every package anew, and only CI waits for that",
    ),
)

# What the running test has said that it needs; None where no test runs.
_said: frozenset[str] | None = None


def path_of(package: str) -> str | None:
    """Return where something is; a test finds what it said that it needs, and nothing else, as on a bare machine."""
    if os.environ.get(HIDDEN) or (_said is not None and package not in _said):
        return None
    return _called(package).find()


def begin(*packages: str) -> None:
    """Begin a test: skip it where something that it needs is missing, or fail it where nothing may be skipped."""
    global _said
    _said = frozenset()
    need(*packages)


def need(*packages: str) -> None:
    """Say what the running test needs on top."""
    import pytest

    global _said
    if _said is not None:
        _said |= {*packages}
    for prerequisite in map(_called, packages):
        if path_of(prerequisite.package) is not None:
            continue
        if os.environ.get(prerequisite.required_by):
            pytest.fail(f"{prerequisite.reason}, and {prerequisite.required_by} allows no skipping")
        pytest.skip(f"skipped because {prerequisite.reason}")


def missing() -> list[Prerequisite]:
    """Return what is not there."""
    return [prerequisite for prerequisite in PREREQUISITES if path_of(prerequisite.package) is None]


def main() -> int:
    """Install what is missing where we may, and say what is skipped; fail if the environment forbids skipping."""
    lacking = missing()
    packages = [prerequisite.package for prerequisite in lacking if not prerequisite.because]
    if packages and not os.environ.get(HIDDEN) and (prefix := debian.root_prefix()) is not None:
        debian.install_packages(prefix, packages, "the tests")
        lacking = missing()
        if others := [prerequisite.otherwise for prerequisite in lacking if prerequisite.otherwise]:
            debian.install_packages(prefix, others, "the tests")
            lacking = missing()
    required = False
    for prerequisite in lacking:
        print(f"Skipping the {prerequisite.skipped_without}: {prerequisite.reason}.")
        required = required or bool(os.environ.get(prerequisite.required_by))
    return 1 if required else 0


def _called(package: str) -> Prerequisite:
    return next(prerequisite for prerequisite in PREREQUISITES if prerequisite.package == package)


if __name__ == "__main__":
    sys.exit(main())
