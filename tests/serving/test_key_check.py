"""A database knows its keys: with others nothing is started, nothing is written, and the right ones serve again."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from accounts.models import KeyCheck, PrivateNote, User
from cycleproject import encryption, key_check
from cycleproject.serving import first_env
from cycleproject.stored_keys import used_keys
from tests.store.test_sealing import new_key
from tests.support.servers.cycle import Server
from tests.support.servers.stored import everything, on_sqlite

OLD, NEW, OTHER = new_key(), new_key(), new_key()


@pytest.fixture
def begin(settings: Settings, db: None) -> Callable[..., str | None]:
    """Return a function that starts Cycle with these keys, as far as keys go, and returns what it would say."""

    def start(*keys: str) -> str | None:
        settings.FIELD_KEYS = list(keys)
        with connection.cursor() as cursor:
            found = key_check.problem(cursor, connection.vendor)
        before = list(KeyCheck.objects.values())
        key_check.write_down()
        assert not found or list(KeyCheck.objects.values()) == before, "nothing is written with wrong keys"
        return found

    return start


def write_something() -> PrivateNote:
    """Store a value under the newest key."""
    return PrivateNote.objects.create(user=User.objects.create_guest("Ana"), kind="journal", content={"text": "Words."})


def name_of(key: str, settings: Settings) -> str:
    """Return how a key is named."""
    before = settings.FIELD_KEYS
    settings.FIELD_KEYS = [key]
    name = encryption.key_ids()[0]
    settings.FIELD_KEYS = before
    return name


Begin = Callable[..., str | None]


def test_the_first_start_writes_down_the_key_and_what_proves_it(begin: Begin) -> None:
    assert begin(OLD) is None
    known = KeyCheck.objects.get()
    assert known.key_id == encryption.key_ids()[0]
    assert encryption.decrypt(known.value, key_check.PURPOSE) == key_check.PURPOSE.encode()


def test_an_installation_from_before_is_known_by_what_it_holds(begin: Begin, settings: Settings) -> None:
    settings.FIELD_KEYS = [OLD]
    write_something()
    assert name_of(OLD, settings) in (begin(NEW) or "")
    assert not KeyCheck.objects.exists()
    assert begin(OLD) is None
    assert KeyCheck.objects.get().key_id == name_of(OLD, settings)


@pytest.mark.parametrize("keys", [(OTHER,), (OTHER, NEW), (NEW,)])
def test_missing_and_other_keys_are_named(begin: Begin, settings: Settings, keys: tuple[str, ...]) -> None:
    assert begin(OLD) is None
    write_something()
    assert begin(NEW, OLD) is None
    write_something()
    said = begin(*keys) or ""
    assert said.startswith("FIELD_KEYS lacks the key")
    assert name_of(OLD, settings) in said
    assert not any(key in said for key in (OLD, NEW, OTHER)), "a key is never said"
    assert begin(NEW, OLD) is None


@pytest.mark.parametrize("keys", [(OLD, NEW), (OTHER, OLD, NEW), (NEW, OTHER, OLD), (NEW, OLD, OTHER)])
def test_the_wrong_order_is_noticed(begin: Begin, keys: tuple[str, ...]) -> None:
    assert begin(OLD) is None
    write_something()
    assert begin(NEW, OLD) is None
    write_something()
    assert (begin(*keys) or "").startswith("FIELD_KEYS has to begin with its newest key")
    assert begin(NEW, OLD) is None


def test_a_new_key_behind_the_old_one_is_the_wrong_order(begin: Begin) -> None:
    assert begin(OLD) is None
    assert "which this database has never seen" in (begin(OLD, NEW) or "")


def test_a_key_that_nothing_is_stored_under_may_go(begin: Begin, settings: Settings) -> None:
    assert begin(OLD) is None
    assert begin(NEW) is None, "nobody had written anything yet"
    write_something()
    assert begin(OTHER, NEW) is None
    assert begin(NEW) is None, "taken out before it was used"
    with connection.cursor() as cursor:
        assert used_keys(cursor, connection.vendor, with_checks=True) == {name_of(NEW, settings)}, "no copy needs more"
    assert begin(OTHER, NEW) is None, "and put back"


def test_readyz_says_what_is_wrong_and_is_ready_with_the_right_keys(
    begin: Begin, settings: Settings, client: Client
) -> None:
    assert begin(OLD) is None
    write_something()
    settings.FIELD_KEYS = [NEW]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "unavailable",
        "database": "ok",
        "channel_layer": "ok",
        "keys": "unavailable",
        "reason": key_check.problem(connection.cursor(), connection.vendor),
    }
    settings.FIELD_KEYS = [OLD]
    assert client.get("/readyz").status_code == 200


def test_what_is_stored_says_which_keys_it_needs(db: None, settings: Settings) -> None:
    for key in (OLD, NEW):
        settings.FIELD_KEYS = [key]
        write_something()
    with connection.cursor() as cursor:
        assert used_keys(cursor, connection.vendor) == {name_of(OLD, settings), name_of(NEW, settings)}


# As it is started.

WRITE = (
    "from accounts.models import PrivateNote, User;"
    "PrivateNote.objects.create(user=User.objects.create_guest('Ana'), kind='journal', content={'text': 'Words.'})"
)
READ = "from accounts.models import PrivateNote; print(PrivateNote.objects.latest('id').content['text'])"


def run(place: Server, module: str, keys: str) -> subprocess.CompletedProcess[str]:
    """Run a module of ours with these keys."""
    return subprocess.run(
        [place.python, "-m", module],
        cwd=place.checkout,
        env={**place.environment, "FIELD_KEYS": keys},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.both_stacks
def test_wrong_keys_end_every_start_in_one_line_and_change_nothing(database: Server) -> None:
    right = database.environment["FIELD_KEYS"]
    database.manage("shell", "-v0", "-c", WRITE)
    assert run(database, "cycleproject.prepare", right).returncode == 0
    before = {file.name: file.read_bytes() for file in Path(database.directory.name).iterdir()}
    rows = everything(database) if not on_sqlite(database) else None
    for module, keys in (
        ("cycleproject.prepare", ""),
        ("cycleproject.prepare", right[:-5]),
        ("cycleproject.prepare", NEW),
        ("cycleproject.serve", NEW),
        ("cycleproject.serve", f"{right},{NEW}"),
    ):
        ended = run(database, module, keys)
        assert ended.returncode == 2, ended.stderr
        assert ended.stdout == ""
        assert ended.stderr.startswith("Cycle cannot start: FIELD_KEYS ")
        assert ended.stderr.count("\n") == 1
        assert {file.name: file.read_bytes() for file in Path(database.directory.name).iterdir()} == before
    assert rows is None or everything(database) == rows
    database.start()
    assert database.answers()
    assert database.manage("shell", "-v0", "-c", READ) == "Words.\n"


@pytest.mark.both_stacks
def test_no_keys_are_drawn_beside_what_other_keys_have_written(
    database: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database.manage("shell", "-v0", "-c", WRITE)
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.setattr(first_env, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setenv("DATABASE_URL", database.environment["DATABASE_URL"])
    monkeypatch.delenv("FIELD_KEYS", raising=False)
    with pytest.raises(SystemExit) as stopped:
        first_env.main()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Put your copy of .env back" in said
    assert list(tmp_path.iterdir()) == []


def test_an_env_is_written_beside_a_database_that_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = Server()
    empty.migrate()
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.setattr(first_env, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setenv("DATABASE_URL", empty.environment["DATABASE_URL"])
    monkeypatch.delenv("FIELD_KEYS", raising=False)
    first_env.main()
    assert "FIELD_KEYS=" in (tmp_path / ".env").read_text()
    empty.close()


def test_keys_of_the_environment_are_not_doubled_in_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENV_FILE", raising=False)
    monkeypatch.setattr(first_env, "ENV_FILE", tmp_path / ".env")
    monkeypatch.setenv("FIELD_KEYS", NEW)
    first_env.main()
    assert "FIELD_KEYS=" not in (tmp_path / ".env").read_text()
