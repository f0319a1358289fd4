"""The settings under test: the real ones, in an environment of our own instead of the developer's .env."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["ENV_FILE"] = ""
os.environ["SECRET_KEY"] = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLM"
os.environ["FIELD_KEYS"] = "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE="
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["TRUSTED_ORIGINS"] = ""
os.environ["DEBUG"] = "0"
os.environ["STATIC_FROM_SOURCE"] = "1"
os.environ["PUSH_KEY"] = "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE"
os.environ["EMAIL_URL"] = "memorymail://"
# Set these two to run the same tests on PostgreSQL and Redis.
os.environ.setdefault("DATABASE_URL", "")
os.environ.setdefault("REDIS_URL", "")

from cycleproject.settings import *  # noqa: F403
from cycleproject.settings import DATABASE
from tests.support.quick_disk import quick_directory

if "sqlite3" in DATABASE["ENGINE"]:
    # A file: SQLite in memory shares one connection, and hides every mistake made with two. Two runs never share it.
    directory = tempfile.mkdtemp(prefix="cycle-tests-", dir=quick_directory())
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    # It is a copy of a migrated one (see tests/conftest.py); so is PostgreSQL's where there is one to copy.
    DATABASE["TEST"] = {"NAME": str(Path(directory) / "test.sqlite3"), "MIGRATE": False}
elif "TEST_TEMPLATE" in os.environ:
    DATABASE["TEST"] = {"TEMPLATE": os.environ["TEST_TEMPLATE"], "MIGRATE": False}
