"""Measuring: `make bench` runs from start to end and says everything that it promises to say."""

import subprocess
import sys

import pytest

from bench import cells, report
from bench.contenders import CONTENDERS
from tests.servers import ROOT

NAMES = [contender.name for contender in CONTENDERS]


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """Return what a quick run prints."""
    command = [sys.executable, "-m", "bench", "--quick"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return done.stdout.splitlines()


def test_it_names_the_machine_and_everything_that_is_compared(printed: list[str]) -> None:
    assert NAMES == ["ours", "floor", "tutorial"]
    for name in ("machine", "software", "disk", "cores", *NAMES, *cells.MEASURES):
        assert any(line.startswith(f"{name} ") for line in printed), name


def test_it_measures_everything_of_everybody(printed: list[str]) -> None:
    for measure in cells.MEASURES:
        for name in NAMES:
            assert sum(line.split()[1:3] == [measure, name] for line in printed) == 1, (measure, name)


def test_it_ends_with_a_table_of_figures_with_units_and_their_ratios(printed: list[str]) -> None:
    header = next(number for number, line in enumerate(printed) if line.split()[:3] == NAMES)
    assert printed[header].split()[3:] == ["ours/floor", "ours/tutorial"]
    for row in report.ROWS:
        line = next(line for line in printed[header:] if line.startswith(row.label))
        assert row.unit in line
        figures = line.removeprefix(row.label).removeprefix(f", {row.unit}").split()
        expected = len(NAMES) + (2 if row.figure in report.RATIOS_OF else 0)
        assert len(figures) == expected, line
        assert all(isinstance(float(figure), float) for figure in figures if figure != "–"), line


def test_it_measures_only_what_is_asked_for() -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--only", "floor", "latency", "--repeats", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    measured = [line for line in done.stdout.splitlines() if line.startswith(("1/2", "2/2"))]
    assert [line.split()[1:3] for line in measured] == [["latency", "floor"]] * 2
