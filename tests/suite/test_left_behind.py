"""A test that fails before it closes its server leaves no directory and no process, and breaks no other test."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.servers.cycle import ROOT

LEAVE = """
import gc, warnings
warnings.simplefilter("error")
from tests.support.servers.{module} import {name}
print({name}().directory.name, flush=True)
gc.collect()
print("the next test", flush=True)
"""


@pytest.mark.parametrize(("module", "name"), [("cycle", "Server"), ("services", "PostgreSQLServer")])
def test_what_nobody_closed_is_removed_at_the_end_without_a_warning(module: str, name: str) -> None:
    command = [sys.executable, "-c", LEAVE.format(module=module, name=name)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    directory, after = done.stdout.splitlines()
    assert after == "the next test"
    assert Path(directory).is_absolute() and not Path(directory).exists()


LEAVE_RUNNING = """
import sys
from tests.support.servers.cycle import Server
server = Server(DJANGO_SETTINGS_MODULE="tests.support.settings")
server.answers = lambda: True
server.migrates = False
print(server.start().process.pid, flush=True)
sys.exit("the test failed")
"""


def test_what_a_failing_test_left_running_ends_with_the_run() -> None:
    done = subprocess.run([sys.executable, "-c", LEAVE_RUNNING], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (1, "the test failed\n")
    assert not Path(f"/proc/{int(done.stdout)}").exists()
