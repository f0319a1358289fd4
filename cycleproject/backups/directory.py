"""A directory of dated copies: a new one counts once it is checked, and only then is an old one removed."""

import fcntl
import math
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.db import connection

from cycleproject.backups import postgresql_dump, sqlite_file
from cycleproject.backups.checking import Contents, Damaged, check
from cycleproject.backups.tokens import KeysDoNotOpen

DATE: Final = "%Y%m%dT%H%M%SZ"
FINISHED: Final = re.compile(r"cycle-(\d{8}T\d{6}Z)\.(sqlite3|dump)")
# A copy that is being written, and the latest one that our keys do not open. Neither counts.
UNFINISHED: Final = ".unfinished"
UNOPENED: Final = ".unopened"


def add_copy(directory: Path, keep: int, now: datetime) -> tuple[Path, Contents]:
    """Write a copy, check it, then remove all but the newest. Raises Damaged and KeysDoNotOpen, and removes none."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    ending = "sqlite3" if connection.vendor == "sqlite" else "dump"
    file = directory / f"cycle-{now.astimezone(UTC).strftime(DATE)}.{ending}"
    with _locked(directory):
        # Whoever wrote these is gone: only one at a time gets here.
        for left in directory.glob(f"cycle-*{UNFINISHED}"):
            left.unlink()
        if file.exists():
            raise Damaged("a copy of this second is there already")
        unfinished = file.with_name(file.name + UNFINISHED)
        try:
            contents = write_copy(unfinished)
        except KeysDoNotOpen:
            # It may be all there is once the right key is found again.
            for other in directory.glob(f"cycle-*{UNOPENED}"):
                other.unlink()
            unfinished.rename(file.with_name(file.name + UNOPENED))
            raise
        unfinished.rename(file)
        _sync(directory)
        for old in [one for one in reversed(finished(directory)) if one != file][keep - 1 :]:
            old.unlink()
    return file, contents


def write_copy(file: Path) -> Contents:
    """Write a copy into a file that is not there yet, and check it; one that is damaged is removed."""
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        (sqlite_file if connection.vendor == "sqlite" else postgresql_dump).write(file)
        _sync(file)
        return check(file)
    except KeysDoNotOpen:
        raise
    except (sqlite_file.Unreadable, postgresql_dump.Unreadable) as reason:
        file.unlink()
        raise Damaged(str(reason)) from None
    except BaseException:
        file.unlink()
        raise


def finished(directory: Path) -> list[Path]:
    """Return the copies that count, oldest first."""
    found = [one for one in directory.iterdir() if FINISHED.fullmatch(one.name)]
    return sorted(found, key=lambda one: one.name)


def seconds_since_newest(directory: Path) -> float:
    """Return the age of the newest copy that counts; infinite where there is none, or none can be seen."""
    with suppress(OSError):
        if copies := finished(directory):
            dated = FINISHED.fullmatch(copies[-1].name)
            assert dated
            made_at = datetime.strptime(dated[1], DATE).replace(tzinfo=UTC)
            return max(0.0, (datetime.now(UTC) - made_at).total_seconds())
    return math.inf


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    held = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Damaged("another copy is being written there") from None
    finally:
        os.close(held)


def _sync(path: Path) -> None:
    """Wait until a file or directory is on the disk: what an old copy makes room for has to be there."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
