"""Find PostgreSQL, Redis and nginx on this machine, and install their Debian packages where that is allowed.

Standard library only: it runs before anything else is installed.
"""

import os
import shutil
import subprocess
from pathlib import Path

# Debian keeps servers where only an administrator's PATH leads.
ADMIN_PATH = os.pathsep.join(["/usr/local/sbin", "/usr/sbin", "/sbin"])


def redis_server() -> str | None:
    """Return the path of `redis-server`, if it is installed."""
    return shutil.which("redis-server")


def postgresql_programs() -> str | None:
    """Return the directory that holds `initdb` and `postgres`; Debian keeps it off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[4].zfill(3))
    found = shutil.which("initdb") or (str(installed[-1]) if installed else None)
    return str(Path(found).resolve().parent) if found else None


def nginx() -> str | None:
    """Return the path of `nginx`, if it is installed."""
    return system_program("nginx")


def system_program(name: str) -> str | None:
    """Return the path of a program, looking where only root's PATH leads, too."""
    return shutil.which(name) or shutil.which(name, path=ADMIN_PATH)


def root_prefix() -> list[str] | None:
    """Return the words that make a command run as root without a password prompt; None where that is impossible."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:  # noqa: S607
        return ["sudo", "-n"]
    return None


def install_packages(prefix: list[str], packages: list[str], what_for: str) -> None:
    """Install Debian packages one by one; a failure is left for whoever looks for the program next."""
    print(f"Installing {', '.join(packages)} for {what_for}.", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    with open(os.devnull, "w") as nowhere:
        subprocess.run([*apt, "update"], stdout=nowhere)  # noqa: S603  nothing from outside
        for package in packages:
            subprocess.run([*apt, "install", "--yes", "--no-install-recommends", package], stdout=nowhere)  # noqa: S603
