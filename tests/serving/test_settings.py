"""Settings come from the environment, and a start without its secrets stops."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent
FIELD_KEY = "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE="
COMPLETE = {
    "SECRET_KEY": "a-secret-that-is-long-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
    "FIELD_KEYS": FIELD_KEY,
    "ALLOWED_HOSTS": "cycle.example.org",
}
PRODUCTION = {**COMPLETE, "TRUSTED_ORIGINS": "https://cycle.example.org"}
READ = """
import json, sys
from cycleproject import settings
print(json.dumps({name: getattr(settings, name) for name in sys.argv[1:]}, default=str))
"""


def run(arguments: list[str], variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout with these variables and no others of ours."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**environment, "ENV_FILE": "", **variables},
        capture_output=True,
        text=True,
        timeout=120,
    )


def read(*names: str, **variables: str) -> dict[str, Any]:
    """Return these settings as they are with these variables."""
    finished = run(["-c", READ, *names], variables)
    assert finished.returncode == 0, finished.stderr
    values: dict[str, Any] = json.loads(finished.stdout)
    return values


@pytest.mark.parametrize("name", COMPLETE)
def test_it_stops_with_one_clear_line_without(name: str) -> None:
    variables = {key: value for key, value in COMPLETE.items() if key != name}
    finished = run(["manage.py", "check"], variables)
    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1
    assert f"{name} is not set" in finished.stderr


@pytest.mark.parametrize("keys", ["short", "not base64!", f"{FIELD_KEY},AAAA", FIELD_KEY[:-4] + "===="])
def test_it_stops_when_a_field_key_is_not_one(keys: str) -> None:
    finished = run(["manage.py", "check"], {**COMPLETE, "FIELD_KEYS": keys})
    assert finished.returncode == 1
    assert finished.stderr.count("\n") == 1
    assert "FIELD_KEYS" in finished.stderr
    assert keys not in finished.stderr


@pytest.mark.parametrize("name", ["FRAME_RATE", "JOIN_RATE", "PORT"])
@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5"])
def test_it_stops_when_a_number_is_not_one(name: str, value: str) -> None:
    finished = run(["-c", READ], {**COMPLETE, name: value})
    assert finished.returncode == 1
    assert finished.stderr == f"Cycle cannot start: {name} has to be a whole number of at least 1.\n"


def test_it_has_plain_defaults() -> None:
    names = ("DEBUG", "FRAME_RATE", "JOIN_RATE", "REDIS_URL", "PORT", "QUICK_EXIT_URL", "TRUSTED_PROXIES")
    assert read(*names, **COMPLETE) == {
        "DEBUG": False,
        "FRAME_RATE": 10,
        "JOIN_RATE": 60,
        "REDIS_URL": "",
        "PORT": 8000,
        "QUICK_EXIT_URL": "https://www.wikipedia.org/",
        "TRUSTED_PROXIES": [],
    }


def test_it_reads_the_file_but_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "env"
    lines = {**COMPLETE, "JOIN_RATE": "7", "FRAME_RATE": "8"}
    file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()))
    values = read("JOIN_RATE", "FRAME_RATE", "ALLOWED_HOSTS", ENV_FILE=str(file), FRAME_RATE="9")
    assert values == {"JOIN_RATE": 7, "FRAME_RATE": 9, "ALLOWED_HOSTS": ["cycle.example.org"]}


def test_it_keeps_the_order_of_field_keys() -> None:
    other = "A" * 43 + "="
    assert read("FIELD_KEYS", **{**COMPLETE, "FIELD_KEYS": f" {other} , {FIELD_KEY} "})["FIELD_KEYS"] == [
        other,
        FIELD_KEY,
    ]


COOKIES = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")


def test_it_takes_host_cookies_only_to_https() -> None:
    values = read(*COOKIES, "SECURE_HSTS_SECONDS", **PRODUCTION)
    assert list(values.values()) == ["__Host-session", "__Host-csrf", True, True, 365 * 24 * 3600]


@pytest.mark.parametrize(
    "origins", ["", "http://192.168.1.5:8000", "https://cycle.example.org,http://192.168.1.5:8000"]
)
def test_it_works_on_plain_http(origins: str) -> None:
    values = read(*COOKIES, "SECURE_HSTS_SECONDS", "SECURE_SSL_REDIRECT", **COMPLETE, TRUSTED_ORIGINS=origins)
    assert list(values.values()) == ["session", "csrf", False, False, 0, False]


def test_it_takes_postgresql_from_a_pool() -> None:
    database = read("DATABASES", **COMPLETE, DATABASE_URL="postgres://cycle@localhost/cycle")["DATABASES"]["default"]
    assert database["ENGINE"] == "cycleproject.database.postgresql"
    assert database["CONN_MAX_AGE"] == 0
    assert database["OPTIONS"]["pool"]["max_size"] == 8
    assert not database.get("ATOMIC_REQUESTS")


def test_it_keeps_an_idle_redis_listener_alive() -> None:
    values = read("CHANNEL_LAYERS", "CACHES", **COMPLETE, REDIS_URL="redis://localhost:6379/0")
    layer = values["CHANNEL_LAYERS"]["default"]
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"
    assert layer["CONFIG"]["hosts"][0]["socket_timeout"] == 30
    assert values["CACHES"]["default"]["LOCATION"] == "redis://localhost:6379/0"


def test_it_passes_the_deployment_check() -> None:
    finished = run(["-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION)
    assert finished.returncode == 0, finished.stderr
    assert "no issues" in finished.stdout


@pytest.mark.django_db
@pytest.mark.usefixtures("on_sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("busy_timeout", 20000), ("foreign_keys", 1), ("secure_delete", 1)],
)
def test_it_has_sqlite_keep_what_was_acknowledged(pragma: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone() == (value,)


def test_it_takes_the_write_lock_when_a_transaction_begins() -> None:
    options = read("DATABASES", **COMPLETE)["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
