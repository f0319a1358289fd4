"""What is tried inside the tests' own database, SQLite unless told otherwise, holds in PostgreSQL, too."""

import os
import subprocess
import sys

import pytest

from tests.support.servers.cycle import ROOT
from tests.support.servers.databases import MIGRATED
from tests.support.servers.stacks import SERVICES, Stacks

pytestmark = pytest.mark.services

# In two parts, for each is one test that has to end in time.
STORED = [
    "tests/checkin/test_day.py",
    "tests/store/test_rows.py",
    "tests/store/test_save.py",
    "tests/store/test_kept_state.py",
    "tests/store/test_nothing_by_halves.py",
    "tests/store/test_outrun.py",
    "tests/store/test_sealing.py",
    "tests/store/test_changing_keys.py",
    "tests/store/test_binding_by_rotating.py",
    "tests/store/test_bound_to_rows.py",
    "tests/joining/test_joining.py",
    "tests/joining/test_openings.py",
    "tests/store/test_openings.py",
    "tests/store/test_openings_by_wrong_clocks.py",
    "tests/store/test_waiting_costs_nothing.py",
]
AT_ONCE = ["tests/repeats/test_sent_at_once.py"]
# Those that talk to a server run on both stacks as it is; SQLite alone tells its steps.
WITHOUT_A_SERVER = "not embedded and not redis and not in_sqlite"


@pytest.mark.parametrize("files", [STORED, AT_ONCE], ids=["stored", "sent at once"])
def test_commands_seals_and_seats_are_the_same_in_postgresql(stacks: Stacks, files: list[str]) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    database = stacks.environment(SERVICES)["DATABASE_URL"]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command += ["-k", WITHOUT_A_SERVER, *files]
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**ours, "DATABASE_URL": database, "REDIS_URL": "", "TEST_TEMPLATE": MIGRATED},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert " passed" in done.stdout and " skipped" not in done.stdout


def test_postgresql_plans_what_is_asked_of_it_once(stacks: Stacks) -> None:
    environment = {**os.environ, **stacks.environment(SERVICES), "DJANGO_SETTINGS_MODULE": "tests.support.settings"}
    done = subprocess.run(
        [sys.executable, "-c", PLANNED], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["1"]


PLANNED = """
import django
django.setup()
from uuid import uuid4
from django.core.management import call_command
from django.db import connection
call_command("migrate", verbosity=0)
from sessions.store import pulses
for _ in range(3):
    pulses.pulse_of(uuid4())
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM pg_prepared_statements")
    print(cursor.fetchone()[0])
"""
