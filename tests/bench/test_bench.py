"""Measuring: `make bench` runs from start to end and says everything that it promises to say."""

import math
import subprocess
import sys
from pathlib import Path

import pytest

from bench import cells, crowd, report
from bench.comparators.contenders import CONTENDERS, EARLIER, Before
from bench.processes import run
from bench.stacks import Embedded
from tests.support.servers.cycle import ROOT

NAMES = {stack.name: [contender.name for contender in contenders] for stack, contenders in CONTENDERS.items()}


def bench(*arguments: str) -> list[str]:
    """Return what a quick run prints."""
    command = [sys.executable, "-m", "bench", "--quick", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def printed() -> list[str]:
    """Return what a quick run prints of the embedded stack."""
    return bench("--only", "embedded", *cells.MEASURES)


def measured(printed: list[str]) -> list[str]:
    """Return who was measured in it: a comparator whose packages are not installed is left out."""
    left_out = [line.split()[0] for line in printed if " is not measured: " in line]
    return [name for name in NAMES["embedded"] if name not in left_out]


def test_it_compares_whom_it_promises_to() -> None:
    assert NAMES == {
        "embedded": ["ours", "before", "floor", "socketio", "honest", "grouped", "tutorial"],
        "services": ["ours", "before", "floor", "tutorial"],
    }
    named = {target.against for target in report.TARGETS["embedded"]}
    assert named >= {"floor", "before", "honest", "grouped", "tutorial"}


def test_it_names_the_machine_and_everything_that_is_compared(printed: list[str]) -> None:
    for name in ("machine", "interpreter", "software", "disk", "embedded", *NAMES["embedded"], *cells.MEASURES):
        assert any(line.startswith(f"{name} ") for line in printed), name


def test_it_measures_everything_of_everybody(printed: list[str]) -> None:
    for measure in cells.MEASURES:
        for name in measured(printed) if measure != "crowd" else ["ours"]:
            # The tutorial's way does not hold the rate at which latencies are compared.
            expected = 0 if (measure, name) == ("latency", "tutorial") else 1
            assert sum(line.split()[1:3] == [measure, name] for line in printed) == expected, (measure, name)


def test_it_ends_with_a_table_of_figures_with_units_and_their_ratios(printed: list[str]) -> None:
    names = measured(printed)
    header = next(
        number for number, line in enumerate(printed) if line.split()[: len(names) + 1] == ["embedded", *names]
    )
    assert printed[header].split()[len(names) + 1 :] == [f"ours/{name}" for name in names[1:]]
    for row in report.ROWS:
        line = next(line for line in printed[header:] if line.startswith(row.label))
        assert row.unit in line
        figures = line.removeprefix(row.label).removeprefix(f", {row.unit}").split()
        expected = len(names) + (len(names) - 1 if row.figure in report.RATIOS_OF else 0)
        assert len(figures) == expected, line
        assert all(isinstance(float(figure), float) for figure in figures if figure != "–"), line


def test_it_says_what_was_wanted_beside_what_was_reached(printed: list[str]) -> None:
    lines = [line for line in printed if "(wanted " in line]
    wanted = [one for one in report.TARGETS["embedded"] if not one.against or one.against in measured(printed)]
    assert len(lines) == len(wanted)
    for line, target in zip(lines, wanted, strict=True):
        assert line.endswith((": met)", ": met, and the better one)", ": MISSED)"))
        assert report.UNITS[target.figure].label.strip() in line and target.against in line


def test_it_loses_nothing_in_a_crowd(printed: list[str]) -> None:
    [line] = [line for line in printed if line.split()[1:3] == ["crowd", "ours"]]
    for nothing in ("0 lost", "0 lost by the drop", "0 attempts to come back failed"):
        assert f" {nothing} " in line


@pytest.mark.parametrize(
    ("target", "ours", "theirs", "met"),
    [
        (report.Target("p50", 1.6, against="floor"), 1.6, 1.0, True),
        (report.Target("p50", 1.6, against="floor"), 1.7, 1.0, False),
        (report.Target("rounds/s", 2, against="floor", at_least=True), 2.0, 1.0, True),
        (report.Target("rounds/s", 2, against="floor", at_least=True), 1.9, 1.0, False),
        (report.Target("lost", 0), 0.0, 9.0, True),
        (report.Target("lost", 0), 1.0, 0.0, False),
    ],
)
def test_it_tells_what_is_met_from_what_is_missed(target: report.Target, ours: float, theirs: float, met: bool) -> None:
    results = {"ours": [{target.figure: ours}] * 3, "floor": [{target.figure: theirs}] * 3}
    assert target.line(results).endswith(": met)" if met else ": MISSED)")
    assert target.line({"ours": [], "floor": results["floor"]}) == ""


def test_it_tells_what_would_be_better_still() -> None:
    target = report.Target("p50", 1.7, 1.4, against="floor")
    said = [target.line({"ours": [{"p50": ours}], "floor": [{"p50": 1.0}]}) for ours in (1.8, 1.5, 1.4)]
    assert [one.rpartition(": ")[2] for one in said] == ["MISSED)", "met)", "met, and the better one)"]
    assert all("(wanted ≤ 1.7, better 1.4: " in one for one in said)


def test_it_says_how_loud_others_were() -> None:
    results = {"ours": [{"others busy": 3.0}, {"others busy": 40.0}, {"others busy": 4.0}]}
    said = report.warnings(results)
    assert "Others kept 4 % of the cores busy before a cell, the middle one." in said
    assert any("up to 40 %" in line for line in said)


def test_it_measures_an_earlier_cycle_from_its_own_checkout(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = Before(Embedded(tmp_path))
    monkeypatch.delenv(EARLIER, raising=False)
    assert here.missing(quick=False)
    monkeypatch.setenv(EARLIER, str(tmp_path / "earlier"))
    assert not here.missing(quick=False) and here.checkout == tmp_path / "earlier"
    (tmp_path / "earlier").mkdir()
    where = run([sys.executable, "-c", "import os; print(os.getcwd())"], {}, here.checkout)
    assert where.strip() == str(tmp_path / "earlier")


def test_it_measures_only_what_is_asked_for() -> None:
    printed = bench("--only", "floor", "latency", "embedded", "--repeats", "2")
    lines = [line for line in printed if line.startswith(("1/2", "2/2"))]
    assert [line.split()[1:3] for line in lines] == [["latency", "floor"]] * 2


def test_a_reveal_that_was_lost_took_for_ever() -> None:
    assert crowd.percentile_99([0.001] * 99 + [None]) == 1.0
    assert crowd.percentile_99([0.001] * 98 + [None] * 2) == math.inf


@pytest.mark.services
def test_it_measures_two_workers_that_share_postgresql_and_redis() -> None:
    printed = bench("--only", "services", "ours", "floor", "latency")
    lines = [line for line in printed if line.startswith("1/1")]
    assert [line.split()[1:3] for line in lines] == [["latency", "ours"], ["latency", "floor"]]
    assert sum("(wanted " in line for line in printed) == 1
