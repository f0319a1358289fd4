"""`manage.py backup DIR --keep N`: a new copy counts once it is checked, and only then is an old one removed."""

import base64
import fcntl
import math
import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.login.adapter import SecondFactorAdapter
from accounts.models import KeyCheck, User
from cycleproject import encryption
from cycleproject.backups import directory, postgresql_dump
from cycleproject.backups.directory import seconds_since_newest
from tests.store.test_sealing import CheckIn, new_key
from tests.support.cast.looking_back import one_round_ago

pytestmark = [pytest.mark.usefixtures("on_sqlite"), pytest.mark.django_db(transaction=True)]
OLD = [f"cycle-2026010{day}T030000Z.sqlite3" for day in range(1, 6)]


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Return a directory with copies of five days."""
    place = tmp_path / "copies"
    place.mkdir()
    for name in OLD:
        (place / name).write_text("a copy")
    return place


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of a database in which one round was revealed, and one mark is sealed."""
    one_round_ago(timezone.now())
    assert CheckIn().seal("a") is None
    call_command("backup", str(tmp_path / "copy"))
    return tmp_path / "copy"


def names(place: Path) -> list[str]:
    """Return what is in a directory."""
    return sorted(path.name for path in place.iterdir())


def test_a_dated_copy_is_for_its_owner_alone(copies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    call_command("backup", str(copies))
    [new] = {*names(copies)} - {*OLD}
    made_at = datetime.strptime(new, "cycle-%Y%m%dT%H%M%SZ.sqlite3").replace(tzinfo=UTC)
    assert before <= made_at <= datetime.now(UTC)
    assert stat.S_IMODE((copies / new).stat().st_mode) == 0o600
    said = capsys.readouterr().out
    assert re.fullmatch(r"Wrote \S+, \d+ rows, checked\. It is of no use without FIELD_KEYS.*\n", said)


def test_the_oldest_go_when_a_new_one_is_good(copies: Path) -> None:
    (copies / "notes.txt").write_text("not ours")
    call_command("backup", str(copies), "--keep", "3")
    assert names(copies)[:2] == OLD[-2:]
    assert len(names(copies)) == 4
    assert "notes.txt" in names(copies)


def test_the_new_one_stays_though_the_clock_went_back(copies: Path) -> None:
    (copies / "cycle-29990101T000000Z.sqlite3").write_text("from a clock that was wrong")
    call_command("backup", str(copies), "--keep", "1")
    [kept] = names(copies)
    assert not kept.startswith("cycle-2999")


def test_no_old_one_goes_when_the_new_one_is_damaged(copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = directory.sqlite_file.write

    def on_a_bad_disk(file: Path) -> None:
        write(file)
        with file.open("r+b") as written:
            written.seek(5000)
            written.write(os.urandom(4096))

    monkeypatch.setattr(directory.sqlite_file, "write", on_a_bad_disk)
    with pytest.raises(CommandError, match="no copy was made: damaged"):
        call_command("backup", str(copies), "--keep", "1")
    assert names(copies) == OLD


def test_a_copy_that_our_keys_do_not_open_does_not_count(copies: Path, settings: Settings) -> None:
    assert CheckIn().seal("a") is None
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match=r"does not count: .* under a key that is not in FIELD_KEYS"):
        call_command("backup", str(copies), "--keep", "1")
    assert names(copies)[:5] == OLD
    [left] = names(copies)[5:]
    assert left.endswith(".unopened")  # it may be all there is when the key is found again


def second_factor() -> None:
    """Keep an app's secret and recovery codes for somebody, as allauth stores them, beside a passkey."""
    keep = SecondFactorAdapter().encrypt
    stored = {"totp": {"secret": keep("JBSWY3DPEHPK3PXP")}, "recovery_codes": {"seed": keep("1"), "used_mask": 0}}
    tess = User.objects.create_guest("Tess")
    for kind, data in {**stored, "webauthn": {"name": 'a "key"\n', "credential": {}}}.items():
        Authenticator.objects.create(user=tess, type=kind, data=data)


def test_secrets_of_second_factors_are_looked_at_as_well(copies: Path, tmp_path: Path, settings: Settings) -> None:
    second_factor()
    call_command("backup", str(tmp_path / "one file"))
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match=r"does not count: 2 of 2 encrypted values were written under a key"):
        call_command("backup", str(copies), "--keep", "9")


def test_a_secret_of_a_second_factor_that_was_meant_for_something_else_is_found(copies: Path) -> None:
    second_factor()
    token = base64.b64encode(encryption.encrypt(b"1", "something else")).decode()
    Authenticator.objects.filter(type="recovery_codes").update(data={"seed": token})
    with pytest.raises(CommandError, match=r"does not count: 1 of 2 encrypted values that were tried do not open"):
        call_command("backup", str(copies))


def test_a_dump_is_read_as_it_was_before_it_was_escaped() -> None:
    row = rb"""{"name": "a \\"key\\"\tof hers"}	\\x0102	\N""" + b"\n"
    lines = [b"COPY public.mfa_authenticator (data, token, gone) FROM stdin;\n", row, b"\\.\n"]
    _, found = postgresql_dump.values_in([*lines, postgresql_dump.COMPLETE])
    assert found == ("mfa_authenticator", {"data": b'{"name": "a \\"key\\"\tof hers"}', "token": b"\1\2", "gone": None})


def test_a_key_that_is_only_remembered_is_not_missed(copies: Path, settings: Settings) -> None:
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = [new_key()]
    retired = encryption.encrypt(b"", "accounts.key_check")
    settings.FIELD_KEYS = keys
    KeyCheck.objects.create(key_id=retired[1:5].hex(), value=retired, in_use=False)
    call_command("backup", str(copies), "--keep", "1")
    assert len(names(copies)) == 1


def test_what_an_interrupted_run_left_is_removed(copies: Path) -> None:
    (copies / "cycle-20260106T030000Z.sqlite3.unfinished").write_text("half of a copy")
    call_command("backup", str(copies))
    assert not [name for name in names(copies) if name.endswith(".unfinished")]


def test_two_do_not_write_into_one_directory(copies: Path) -> None:
    with locked(copies), pytest.raises(CommandError, match="another copy is being written there"):
        call_command("backup", str(copies))
    assert names(copies) == OLD


def test_a_directory_that_is_not_there_is_made(tmp_path: Path) -> None:
    call_command("backup", str(tmp_path / "a" / "b"), "--keep", "2")
    assert len(names(tmp_path / "a" / "b")) == 1
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700


def test_the_age_is_that_of_the_newest_copy_that_counts(copies: Path, tmp_path: Path) -> None:
    for name in ("cycle-20260107T030000Z.sqlite3.unfinished", "cycle-20260107T030000Z.sqlite3.unopened"):
        (copies / name).write_text("does not count")
    since = datetime.now(UTC) - datetime(2026, 1, 5, 3, tzinfo=UTC)
    assert timedelta(seconds=seconds_since_newest(copies)) == pytest.approx(since, abs=timedelta(seconds=5))
    assert seconds_since_newest(tmp_path / "nowhere") == math.inf


def test_a_good_copy_is_said_to_be_one(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    call_command("check_backup", str(copy))
    said = capsys.readouterr().out
    assert re.fullmatch(
        r"\S+ is whole: \d+ rows in \d+ tables; FIELD_KEYS has the keys of \d+ encrypted values\.\n", said
    )
    assert [path.name for path in copy.parent.iterdir()] == ["copy"], "nothing is written beside it"


def test_a_copy_under_a_lost_key_is_found(copy: Path, settings: Settings) -> None:
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match=r"is whole, but (\d+) of \1 encrypted values were written under a key"):
        call_command("check_backup", str(copy))


def test_values_in_the_wrong_column_are_found(copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute("UPDATE live_sessions_step SET text = (SELECT text FROM live_sessions_round)")
    with pytest.raises(CommandError, match=r"1 of .* encrypted values that were tried do not open"):
        call_command("check_backup", str(copy))


@pytest.mark.parametrize("left", [0, 10, 4096, -4096])
def test_half_a_copy_is_found(copy: Path, left: int) -> None:
    whole = copy.read_bytes()
    copy.write_bytes(whole[:left])
    with pytest.raises(CommandError, match=r"damaged|neither a SQLite database"):
        call_command("check_backup", str(copy))


def test_a_database_of_something_else_is_no_copy(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as database, database:
        database.execute("CREATE TABLE dogs (name)")
    with pytest.raises(CommandError, match="no copy of Cycle's database"):
        call_command("check_backup", str(tmp_path / "other"))
    with pytest.raises(CommandError, match="No such file"):
        call_command("check_backup", str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM django_migrations WHERE app = 'live_sessions'", "an older version made it"),
        ("UPDATE django_migrations SET name = '9999_later' WHERE app = 'accounts'", "a newer version made it"),
    ],
)
def test_a_copy_of_another_version_is_said_to_be_one(
    copy: Path, change: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(copy)) as database, database:
        database.execute(change)
    call_command("check_backup", str(copy))
    assert said in capsys.readouterr().out


@contextmanager
def locked(place: Path) -> Iterator[None]:
    """Hold a directory as another run does."""
    held = os.open(place, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    yield
    os.close(held)
