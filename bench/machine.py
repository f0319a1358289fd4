"""The machine that the figures belong to."""

import os
import platform
import resource
import sqlite3
import statistics
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from time import perf_counter, sleep

from cycleproject.serving.fastest_python import seconds

SHOWN_VERSIONS = ("Django", "channels", "uvicorn", "uvloop", "websockets")
FLUSHES = 30


def cores() -> list[int]:
    """Return the cores that we may use; empty where processes cannot be pinned."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_setaffinity") else []


def pin(*on: int) -> None:
    """Keep this process, and what it starts from now on, on some cores."""
    os.sched_setaffinity(0, on)


def allow_files(count: int) -> None:
    """Let this process, and what it starts from now on, have so many files and sockets open, as far as we may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        with suppress(ValueError, OSError):  # only an administrator may raise it
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, count))
            hard = count
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def files_allowed() -> float:
    """Return how many files and sockets this process may have open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return float("inf") if soft == resource.RLIM_INFINITY else soft


def describe() -> list[str]:
    """Return what somebody has to know to compare these figures with theirs."""
    versions = ", ".join(f"{name} {version(name)}" for name in SHOWN_VERSIONS)
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    return [
        f"machine      {_processor()}, {os.cpu_count()} cores, {_memory()}{_system()}{load}",
        f"interpreter  {build()}",
        f"software     Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}",
        f"disk         {flush_milliseconds():.2f} ms to make 4 KiB durable (write and fsync, median of {FLUSHES})",
    ]


def build() -> str:
    """Return how the Python that runs says it was compiled, and what it takes: builds of one version differ by a third.

    Debian's is optimised and says nothing of it: what it tells is of the library beside it.
    """
    asked = (sysconfig.get_config_var("CONFIG_ARGS") or "") + (sysconfig.get_config_var("PY_CFLAGS") or "")
    kinds = {"profile-guided": "--enable-optimizations", "link-time optimised": "-lto", "debug": "--with-pydebug"}
    found = [kind for kind, option in kinds.items() if option in asked] or ["no word of how it was optimised"]
    taken = seconds(sys.executable)
    speed = f", {1000 * taken:.2f} ms for the work of fastest_python.py" if taken else ""
    return f"{Path(sys.executable).resolve()}, {platform.python_compiler()}, {', '.join(found)}{speed}"


def flush_milliseconds() -> float:
    """Return how long the disk takes to make a page durable, where the databases will be."""
    with tempfile.TemporaryFile() as file:
        return statistics.median(_milliseconds(lambda: _flush(file.fileno())) for _ in range(FLUSHES))


def _flush(descriptor: int) -> None:
    os.write(descriptor, b"\0" * 4096)
    os.fsync(descriptor)


def _milliseconds(call: Callable[[], None]) -> float:
    started = perf_counter()
    call()
    return (perf_counter() - started) * 1000


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    return f"{platform.system()} {platform.release()}"


def _memory() -> str:
    try:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return ""
    return f"{total / 2**30:.1f} GiB, "


def others_busy_percent(seconds: float) -> float | None:
    """Return how busy others keep the cores while we do nothing, or None where the system does not tell."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return None

    def ticks() -> tuple[int, int]:
        found = [int(field) for field in stat.read_text().splitlines()[0].split()[1:9]]
        return sum(found), found[3] + found[4]  # idle, and waiting for a disk

    all_before, idle_before = ticks()
    sleep(seconds)
    all_after, idle_after = ticks()
    return 100 * (1 - (idle_after - idle_before) / max(1, all_after - all_before))


def resident_kib(pids: list[int]) -> float | None:
    """Return the resident memory of some processes, or None where the system does not tell."""
    return _together(_resident_kib, pids)


def busy_seconds(pids: list[int]) -> float | None:
    """Return how long some processes have kept a core busy so far, or None where the system does not tell."""
    return _together(_busy_seconds, pids)


def _together(figure: Callable[[int], float | None], pids: list[int]) -> float | None:
    found = [value for value in map(figure, pids) if value is not None]
    return sum(found) if len(found) == len(pids) else None


def _resident_kib(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return None
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
    return float(line.split()[1])


def _busy_seconds(pid: int) -> float | None:
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    # The name in parentheses may hold spaces; user and system time are the 12th and 13th field behind it.
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
