"""What is past its time goes by itself: check-ins after a day, guests whom nobody claimed, and everything of theirs."""

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.logins import Login, login_from_token, open_login
from accounts.models import Receipt, UnsentWords, User, receipts, unsent_words
from sessions.checkin import wire
from sessions.joining import join, start
from sessions.models import LiveSession, Mark, Part, Round, Seat
from sessions.privacy import erasure, expiry
from sessions.store import execute, system_changes
from tests.support.cast.clients import start_as
from tests.support.cast.past import pair
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(hours=24)
CANARY = "canary-5d0f9e83b7a2416c"


class CheckIn:
    """Ana and Ben in a live check-in that began at a given time."""

    def __init__(self, began: datetime) -> None:
        self.ana, self.ben = (User.objects.create_guest(name) for name in ("Ana", "Ben"))
        User.objects.update(created_at=began)
        waiting = start.start_with_code(self.ana, now=began)
        assert waiting.code
        self.id = join.join_by_code(self.ben, waiting.code, now=began).id
        self.now = began
        self.logins = {person.id: self._login(person) for person in (self.ana, self.ben)}

    @staticmethod
    def _login(person: User) -> Login:
        login = login_from_token(open_login(person))
        assert login
        return login

    def does(self, person: User, type: str, **fields: Any) -> None:
        """Carry out one command."""
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        answer = execute.execute(self.logins[person.id], self.id, command, now=self.now)
        assert answer.code is None, answer.code

    def reveal(self, number: int = 1) -> None:
        """Play a round to its reveal, everything filled in, and what follows."""
        texts = {"thought": CANARY, "second_look": CANARY, "words": CANARY, "share": ["words"]}
        self.does(self.ana, "round.open", after=number - 1, moment=1)
        for person, reaction in ((self.ana, "anxious"), (self.ben, "avoidant")):
            self.does(person, "mark.seal", round=number, reaction=reaction, intensity=4, moves=["listen"], **texts)
        for person in (self.ana, self.ben):
            self.does(person, "quiet.skip", round=number)
        for person in (self.ana, self.ben):
            self.does(person, "need.say", round=number, text=f"{CANARY} of {person.first_name}")
            self.does(person, "step.choose", round=number, text=f"{CANARY} of {person.first_name}")


@pytest.fixture
def check_in(now: datetime) -> CheckIn:
    """Return a check-in that began now."""
    return CheckIn(now)


def claim(person: User) -> None:
    """Let a guest become an account."""
    User.objects.filter(id=person.id).update(email=f"{person.first_name.lower()}@example.org")


# Check-ins.


def test_a_check_in_ends_after_a_day_with_its_seals_destroyed_unread(check_in: CheckIn, now: datetime) -> None:
    check_in.reveal()
    check_in.does(check_in.ana, "round.open", after=1, moment=2)
    check_in.does(check_in.ana, "mark.seal", round=2, reaction="both", intensity=5)
    expiry.purge(now + DAY - timedelta(seconds=1))
    live_session = LiveSession.objects.get(id=check_in.id)
    assert live_session.ended_at is None, "this test means nothing if it had ended before"
    assert Mark.objects.exclude(seal=None).count() == 1
    for person in (check_in.ana, check_in.ben):
        claim(person)
    assert expiry.purge(now + DAY).check_ins == 1
    live_session.refresh_from_db()
    assert live_session.ended_at == now + DAY
    assert Mark.objects.exclude(seal=None).count() == 0
    assert list(Round.objects.order_by("number").values_list("phase", flat=True)) == ["revealed", "set_aside"]
    assert set(Seat.objects.values_list("seen_at", flat=True)) == {None}


def test_an_unshown_need_is_destroyed_at_the_end_of_the_day(check_in: CheckIn, now: datetime) -> None:
    check_in.does(check_in.ana, "round.open", after=0, moment=1)
    for person in (check_in.ana, check_in.ben):
        check_in.does(person, "mark.seal", round=1, reaction="both", intensity=1)
        claim(person)
    check_in.now += timedelta(minutes=1)
    check_in.does(check_in.ben, "need.say", round=1, text=CANARY)
    assert Part.objects.exclude(need_seal=None).count() == 1
    expiry.purge(now + DAY)
    assert Part.objects.exclude(need_seal=None).count() == 0


def test_it_ended_when_its_time_was_over_not_when_somebody_looked(check_in: CheckIn, now: datetime) -> None:
    claim(check_in.ana)
    expiry.purge(now + 5 * DAY)
    assert LiveSession.objects.get(id=check_in.id).ended_at == now + DAY


def test_what_has_ended_is_left_alone(check_in: CheckIn, now: datetime) -> None:
    claim(check_in.ana)
    claim(check_in.ben)
    check_in.does(check_in.ana, "session.end")
    before = LiveSession.objects.values().get()
    assert expiry.purge(now + 2 * DAY).check_ins == 0
    assert LiveSession.objects.values().get() == before


@pytest.mark.usefixtures("on_sqlite")
def test_nothing_decryptable_or_plain_remains_in_the_database(check_in: CheckIn, now: datetime) -> None:
    User.objects.filter(id=check_in.ben.id).update(first_name="Benedikt-7f3a")
    Seat.objects.filter(user=check_in.ben).update(first_name="Benedikt-7f3a")
    check_in.reveal()
    tokens = [bytes(row) for row in ciphertexts()]
    assert len(tokens) >= 9
    assert all(token in stored_bytes() for token in tokens), "this test means nothing if they are not found before"
    assert b"Benedikt-7f3a" in stored_bytes()
    expiry.purge(now + DAY)
    left = stored_bytes()
    assert not any(token in left for token in tokens)
    assert b"Benedikt-7f3a" not in left


def ciphertexts() -> Iterator[bytes]:
    """Return every encrypted value as it is stored."""
    columns = {"mark": ["details", "share"], "part": ["need", "heard_words"], "step": ["text"], "round": ["text"]}
    with connection.cursor() as cursor:
        for table, names in columns.items():
            for name in names:
                cursor.execute(f"SELECT {name} FROM live_sessions_{table} WHERE {name} IS NOT NULL")
                yield from (row[0] for row in cursor.fetchall())


def stored_bytes() -> bytes:
    """Return the database file and its log."""
    file = Path(connection.settings_dict["NAME"])
    return b"".join(part.read_bytes() for part in (file, Path(f"{file}-wal")) if part.exists())


def test_logins_that_ran_out_go_too(check_in: CheckIn, now: datetime) -> None:
    assert Session.objects.count() == 2
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    expiry.purge(now)
    assert not Session.objects.exists()


def test_what_tells_a_repeated_form_goes_after_some_minutes(now: datetime) -> None:
    for key, age in (("a" * 64, timedelta(minutes=9)), ("b" * 64, timedelta(minutes=10))):
        receipt, is_new = receipts.claim(key)
        assert is_new
        Receipt.objects.filter(pk=receipt.pk).update(created_at=now - age)
    expiry.purge(now)
    assert [receipt.key for receipt in Receipt.objects.all()] == ["a" * 64]


def test_what_was_typed_without_a_login_goes_after_an_hour(db: None, now: datetime) -> None:
    for key, age in (("a" * 64, timedelta(minutes=59)), ("b" * 64, timedelta(minutes=60))):
        unsent_words.keep(key, {"text": "I said it."})
        UnsentWords.objects.filter(key=key).update(created_at=now - age)
    expiry.purge(now)
    assert [kept.key for kept in UnsentWords.objects.all()] == ["a" * 64]


def test_doing_it_again_changes_nothing(check_in: CheckIn, now: datetime) -> None:
    claim(check_in.ana)
    expiry.purge(now + DAY)
    again = expiry.purge(now + DAY)
    assert (again.check_ins, again.guests) == (0, 0)


class AnotherMeanwhile:
    """Lets something else be done and committed when a transaction is about to begin, once."""

    on_commit = staticmethod(transaction.on_commit)

    def __init__(self, deed: Callable[[], None]) -> None:
        self.deed: Callable[[], None] | None = deed

    def atomic(self) -> Any:
        """Begin a transaction, after what another has done."""
        deed, self.deed = self.deed, None
        if deed:
            deed()
        return transaction.atomic()


@pytest.mark.parametrize("module", [system_changes, expiry, erasure], ids=["check_ins", "guests", "rounds"])
def test_of_two_purges_at_once_each_counts_what_it_did_itself(
    check_in: CheckIn, now: datetime, module: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have read what is to go; then one is done with it before the other begins."""
    cleo_and_dan = pair("Cleo", "Dan")
    for days in (800, 801):
        cleo_and_dan.reveal(now - timedelta(days=days))
    done: list[expiry.Purged] = []
    other = AnotherMeanwhile(lambda: done.append(expiry.purge(now + DAY)))
    monkeypatch.setattr(module, "transaction", other)
    done.append(expiry.purge(now + DAY))
    assert len(done) == 2 and other.deed is None, "this test means nothing if they did not meet"
    assert [sum(counts) for counts in zip(*((p.check_ins, p.guests, p.rounds) for p in done), strict=True)] == [1, 2, 2]
    assert not Round.objects.exists() and User.objects.count() == 2


def test_the_command_says_what_it_did(check_in: CheckIn, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("purge_expired")
    assert capsys.readouterr().out == ""
    LiveSession.objects.update(created_at=timezone.now() - 2 * DAY, both_in_at=timezone.now() - 2 * DAY)
    User.objects.update(created_at=timezone.now() - 2 * DAY)
    call_command("purge_expired")
    assert capsys.readouterr().out == "Ended 1 check-ins, erased 2 guests.\n"


# By itself.


def test_a_running_server_purges_without_being_asked_and_goes_on_when_it_fails() -> None:
    served = {
        "DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings",
        "EXPIRY_FIRST_AFTER": "0.3",
        "EXPIRY_EVERY": "0.3",
    }
    server = Server(**served).start()
    try:
        start_as(server, "Ana")
        with closing(sqlite3.connect(server.database_path, timeout=20)) as database:
            time.sleep(1)
            people = "SELECT COUNT(*) FROM accounts_user"
            assert database.execute(people).fetchone() == (1,)
            database.execute("ALTER TABLE django_session RENAME TO away")
            wait_until(lambda: "a purge failed" in server.log)
            database.execute("ALTER TABLE away RENAME TO django_session")
            assert server.answers()
            for table in ("accounts_user", "live_sessions_livesession"):
                database.execute(f"UPDATE {table} SET created_at = '2020-01-01'")
            database.commit()
            wait_until(lambda: database.execute(people).fetchone() == (0,))
            assert database.execute("SELECT COUNT(*) FROM live_sessions_livesession").fetchone() == (0,)
        assert server.answers()
    finally:
        server.close()


def wait_until(reached: Any, patience: float = 15.0) -> None:
    """Wait for something that the server does by itself."""
    deadline = time.monotonic() + patience
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.05)
