"""Measuring the history: a quick run ends with figures, their ratios, and no page that asks once for each round."""

import subprocess
import sys

from bench.history import FEWEST_QUERIES, MEASURES
from tests.support.servers.cycle import ROOT


def test_it_sets_every_page_beside_plain_selects() -> None:
    command = [sys.executable, "-m", "bench.history", "--quick", "--only", "sqlite"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    for name in MEASURES:
        line = next(line for line in lines if line.startswith(f"{name}  "))
        ours, plain, ratio, queries = (float(figure) for figure in line.removeprefix(name).split())
        assert ours > 0 < plain and ratio > 0
        assert 0 < queries < FEWEST_QUERIES
    assert any(line.startswith("A page nine years back costs") for line in lines)
