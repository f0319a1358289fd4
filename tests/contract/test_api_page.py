"""What docs/api.md shows works, as it stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sessions.contract.openapi import document
from tests.support.servers.cycle import ROOT, Server

PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def run(server: Server, command: list[str], cwd: Path) -> str:
    """Run somebody else's program, which knows of us where we are served and nothing else."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.environ.get("PYTHONPATH", ""), "CYCLE": server.url}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.needs("curl")
def test_the_check_in_with_curl(server: Server, tmp_path: Path) -> None:
    (script,) = blocks("sh")
    said = run(server, ["bash", "-euo", "pipefail", "-c", script], tmp_path)
    assert said == "Pursue–withdraw\n"


def test_the_check_in_with_python(server: Server, tmp_path: Path) -> None:
    (program,) = blocks("python")
    assert 30 <= len([line for line in program.splitlines() if line.strip()]) <= 40
    said = run(server, [sys.executable, "-c", program], tmp_path)
    assert said == "Ana reads: Reach–respond\nBen reads: Reach–respond\n"


def test_every_address_that_it_names_is_there() -> None:
    paths = {re.sub(r"\{.*?\}", "<>", path.removeprefix("/api/v1/")) for path in document()["paths"]}
    named = set(re.findall(r"`(?:GET|POST|PUT|DELETE) ([a-z][^`]*/)`", PAGE)) | {"me/private/<kind>/"}
    assert len(named) >= 6
    assert {re.sub(r"<.*?>", "<>", one) for one in named} <= paths
