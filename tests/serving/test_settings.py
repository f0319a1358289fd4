"""Settings come from the environment, and a start without its secrets stops."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from cycleproject.configuration import SETTINGS, read_settings

ROOT = Path(__file__).resolve().parent.parent.parent
FIELD_KEY = "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISE="
COMPLETE = {
    "SECRET_KEY": "a-secret-that-is-long-enough-0123456789-abcdefghijklmnopqrstuvwxyz",
    "FIELD_KEYS": FIELD_KEY,
    "ALLOWED_HOSTS": "cycle.example.org",
}
PRODUCTION = {**COMPLETE, "TRUSTED_ORIGINS": "https://cycle.example.org", "EMAIL_URL": "dummymail://"}
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
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1
    assert f"{name} is not set" in finished.stderr


# What somebody might write by mistake, for every variable that cannot be just any text.
NONSENSE = {
    "SECRET_KEY": ("short-canary", "$SECRET", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "FIELD_KEYS": ("canary", "not base64!", f"{FIELD_KEY},AAAA", FIELD_KEY[:-4] + "====", f"{FIELD_KEY},{FIELD_KEY}"),
    "ALLOWED_HOSTS": ("https://cycle.example.org", "*", "cycle.example.org:8000", "cycle.example.org/", "a b", "::1"),
    "TRUSTED_ORIGINS": (
        "cycle.example.org",
        "ftp://cycle.example.org",
        "https://",
        "https://cycle.example.org/start/",
        "https://*.example.org",
        "https://cycle.example.org:port",
        "https://me@cycle.example.org",
    ),
    "DEBUG": ("maybe", "2", "yes please"),
    "STATIC_FROM_SOURCE": ("maybe", "-1"),
    "BACKUP_DIR": ("backups", "~/backups", "./backups"),
    "BREACHED_PASSWORDS": ("digests.txt", "/nowhere/digests.txt", "/", "/dev/null", __file__),
    "PORT": ("0", "-1", "ten", "1.5", "65536", "\N{FULLWIDTH DIGIT EIGHT}0", "99999999999999999999"),
    "METRICS_PORT": ("-1", "ten", "65536"),
    "DRAIN_SECONDS": ("0", "soon"),
    "DATABASE_POOL": ("0", "many"),
    "FRAME_RATE": ("0", "-1", "ten", "1.5"),
    "JOIN_RATE": ("0", "-1", "ten", "1.5"),
    "HOST": ("http://127.0.0.1", "127.0.0.1:8000", "a b"),
    "METRICS_HOST": ("http://127.0.0.1", "a b"),
    "TRUSTED_PROXIES": ("nonsense", "*", "10.0.0.0/99", "127.0.0.1:80"),
    "DATABASE_URL": (
        "foo",
        "mysql://cycle@localhost/cycle",
        "postgres://",
        "postgres://localhost",
        "postgres://cycle:canary/word@localhost/cycle",
        "postgres://cycle:canary?word@localhost/cycle",
        "postgres://cycle:canary#word@localhost/cycle",
        "postgres://cycle:p@localhost:port/cycle",
        "sqlite:cycle.sqlite3",
    ),
    "REDIS_URL": ("localhost:6379", "http://localhost", "redis://", "redis://:canary@localhost:port"),
    "EMAIL_URL": (
        "mail.example.org",
        "smtp",
        "smtp+tls://",
        "imap://me:canary@mail.example.org",
        "smtp://mail.example.org:mail",
    ),
    "EMAIL_FROM": ("Cycle <no-reply@example.org>", "nobody", "a@b, c@d"),
    "CONTACT": ("somebody", "javascript:alert(1)", "http://example.org/", "Ana <ana@example.org>", "a@b\nContact: c@d"),
    "PUSH_KEY": ("canary!", "A" * 43, "_" * 43, "b25seS1mb3ItdGVzdHMtMzItYnl0ZXMtb2Yta2V5ISEh"),
    "QUICK_EXIT_URL": ("javascript:alert(1)", "www.wikipedia.org", "//wikipedia.org", "https://"),
    "HELP_COUNTRY": ("Germany", "D", "1A"),
    "HELP_CHECKED": ("yesterday", "2026-13-01", "2026-W01-1", "01.02.2026"),
    "LOG_FORMAT": ("xml", "JSON"),
}


def test_every_setting_that_can_be_nonsense_is_tried() -> None:
    assert set(NONSENSE) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values])
def test_nonsense_ends_the_start_with_one_sentence(name: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        read_settings({**COMPLETE, name: value})
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"Cycle cannot start: {name} has to ")
    assert said.count("\n") == 1
    assert "canary" not in said, "a value may be a secret, or begin with one"


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        ("cycleproject.serve", "TRUSTED_ORIGINS", "cycle.example.org"),
        ("cycleproject.serve", "HELP_COUNTRY", "ZZ"),
        ("cycleproject.prepare", "DATABASE_URL", "postgres://cycle:pass/word@localhost/cycle"),
        ("cycleproject.prepare", "ENV_FILE", "not-there.env"),
    ],
)
def test_whatever_is_started_says_it_in_one_line(module: str, name: str, value: str) -> None:
    finished = run(["-m", module], {**COMPLETE, name: value})
    assert finished.returncode == 2, finished.stderr
    assert finished.stdout == ""
    assert finished.stderr.startswith(f"Cycle cannot start: {name} ")
    assert finished.stderr.count("\n") == 1


def test_an_origin_keeps_its_https_however_it_is_written() -> None:
    written = {**COMPLETE, "TRUSTED_ORIGINS": "HTTPS://Cycle.Example.org/", "EMAIL_URL": "dummymail://"}
    given = read_settings(written)
    assert given["TRUSTED_ORIGINS"] == ["https://cycle.example.org"]


def test_a_secret_may_begin_with_a_dollar() -> None:
    dollar = "$" + COMPLETE["SECRET_KEY"]
    assert read("SECRET_KEY", **{**COMPLETE, "SECRET_KEY": dollar})["SECRET_KEY"] == dollar


@pytest.mark.parametrize("url", ["smtps://me:word@mail.example.org:465", "smtp+tls://me:word@mail.example.org:465"])
def test_mail_on_465_is_encrypted_from_the_first_byte(url: str) -> None:
    values = read("EMAIL_USE_SSL", "EMAIL_USE_TLS", "EMAIL_PORT", **COMPLETE, EMAIL_URL=url)
    assert values == {"EMAIL_USE_SSL": True, "EMAIL_USE_TLS": False, "EMAIL_PORT": 465}


def test_a_password_may_hold_anything_that_is_escaped() -> None:
    url = "postgres://cycle:a%2Fb%3Fc%23d%25e%40f%3Ag@localhost/cycle"
    assert read("DATABASES", **COMPLETE, DATABASE_URL=url)["DATABASES"]["default"]["PASSWORD"] == "a/b?c#d%e@f:g"


def test_a_site_on_https_does_not_print_its_mail(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_settings({**COMPLETE, "TRUSTED_ORIGINS": "https://cycle.example.org"})
    assert "EMAIL_URL prints mail" in capsys.readouterr().err


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
