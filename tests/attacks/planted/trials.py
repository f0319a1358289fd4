"""Plant a weakness in a copy of the checkout, run the tests that must catch it there, and see them fail."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from tests.attacks.planted import WEAKNESSES, Stale, Weakness
from tests.support.checkout import copy_checkout
from tests.support.servers import databases

SECONDS: Final = 600
AT_ONCE: Final = 2
# pytest's own: some tests failed; not that it found none of that name, or could not begin.
FAILED: Final = 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one planted weakness: the first test that failed, and with what."""

    weakness: Weakness
    caught: bool
    by: str
    why: str

    @property
    def cells(self) -> tuple[str, str, str]:
        """Return its row of a table."""
        return self.weakness.name, f"`{self.weakness.module}`", f"`{self.by}`" if self.caught else "**nothing**"

    def __str__(self) -> str:
        return f"{'caught' if self.caught else 'NOT CAUGHT'}: {self.weakness.name}: {self.by or self.why}"


def run_tests(
    checkout: Path, tests: Iterable[str], *, seconds: int = SECONDS, until_one_fails: bool = True
) -> tuple[int, str]:
    """Run tests in a checkout; return how pytest ended, and what it said."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "-n0", "-m"]
    command += ["not services and not browser", "--tb=line", *(["-x"] if until_one_fails else []), *tests]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    try:
        done = subprocess.run(
            command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return -1, f"not done after {seconds} seconds"
    return done.returncode, done.stdout + done.stderr


def attempt(weakness: Weakness, checkout: Path) -> Trial:
    """Plant one weakness in a copy, run its tests, and take it out again."""
    try:
        before = weakness.plant(checkout)
    except Stale as stale:
        return Trial(weakness, False, "", str(stale))
    try:
        ended, said = run_tests(checkout, weakness.caught_by)
    finally:
        (checkout / weakness.module).write_text(before, encoding="utf-8")
    failed = re.search(r"^FAILED (\S+?)(?:\[.*?\])?(?: - .*)?$", said, re.MULTILINE)
    if ended == FAILED and failed:
        return Trial(weakness, True, failed[1], "")
    return Trial(weakness, False, "", said[-2000:] if ended else "its tests passed")


@contextmanager
def copies(count: int) -> Iterator[SimpleQueue[Path]]:
    """Make copies of the checkout for as long as they are used."""
    with tempfile.TemporaryDirectory(prefix="cycle-planted-") as directory:
        ready: SimpleQueue[Path] = SimpleQueue()
        for number in range(count):
            ready.put(copy_checkout(Path(directory) / str(number)))
        yield ready


def trials(names: Iterable[str], at_once: int = AT_ONCE) -> list[Trial]:
    """Plant some weaknesses, a few side by side, and print what came of each."""
    chosen = [WEAKNESSES[name] for name in names]

    databases.shared_directory()  # none of them changes how a database begins: all copy one that was migrated once
    with copies(at_once) as ready, ThreadPoolExecutor(at_once) as several:

        def one(weakness: Weakness) -> Trial:
            checkout = ready.get()
            try:
                trial = attempt(weakness, checkout)
            finally:
                ready.put(checkout)
            print(trial, flush=True)
            return trial

        return list(several.map(one, chosen))
