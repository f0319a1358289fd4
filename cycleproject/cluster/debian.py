"""Programs of the system that Cycle can use, and installing them from Debian's packages where we may.

Standard library only: it runs before anything of ours is installed.
"""

import os
import shutil
import subprocess
from pathlib import Path

# Debian keeps servers where only an administrator's PATH leads.
SYSTEM_PROGRAMS = os.pathsep.join(["/usr/local/sbin", "/usr/sbin", "/sbin"])


def redis_server() -> str | None:
    """Return the path of a Redis server."""
    return shutil.which("redis-server")


def postgresql() -> str | None:
    """Return the directory of PostgreSQL's programs; Debian keeps them off the PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parts[4].zfill(3))
    found = shutil.which("initdb") or (str(installed[-1]) if installed else None)
    return str(Path(found).resolve().parent) if found else None


def nginx() -> str | None:
    """Return the path of nginx."""
    return system_program("nginx")


def system_program(name: str) -> str | None:
    """Return the path of a program that may be an administrator's."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_PROGRAMS)


def administrator() -> list[str] | None:
    """Return what to put before a command to run it as root without being asked, or None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:  # noqa: S607
        return ["sudo", "-n"]
    return None


def install(prefix: list[str], packages: list[str], what_for: str) -> None:
    """Install Debian packages; what fails is found missing afterwards."""
    print(f"Installing {', '.join(packages)} for {what_for}.", flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    with open(os.devnull, "w") as nowhere:
        subprocess.run([*apt, "update"], stdout=nowhere)  # noqa: S603  nothing from outside
        for package in packages:
            subprocess.run([*apt, "install", "--yes", "--no-install-recommends", package], stdout=nowhere)  # noqa: S603
