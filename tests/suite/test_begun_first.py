"""Files that take long are begun first, whatever order chance has put the others in."""

import subprocess
import sys
from itertools import groupby
from pathlib import Path

import pytest

from tests.support.begun_first import LONGEST

ROOT = Path(__file__).resolve().parent.parent.parent
OTHERS = ("tests/web/test_time_zones.py", "tests/browser/test_clocks.py", "tests/checkin/test_text.py")


@pytest.mark.parametrize("seed", [1, 2])
def test_the_longest_come_first_and_others_by_chance(seed: int) -> None:
    some = [LONGEST[0], LONGEST[3], LONGEST[8]]
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "--collect-only", f"--randomly-seed={seed}"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *OTHERS, *reversed(some)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [path for path, _ in groupby(line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line)]
    assert files[: len(some)] == some
    assert sorted(files[len(some) :]) == sorted(OTHERS), "a file stays together"


def test_every_one_of_them_is_there() -> None:
    assert [path for path in LONGEST if not (ROOT / path).exists()] == []
