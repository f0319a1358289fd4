"""What is decided in memory counts only if it is still so when it is written: on any miss it is decided anew."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.utils import timezone

from accounts import logins
from accounts.logins import Login, login_from_token, open_login
from accounts.models import User
from cycleproject.database import statements
from sessions.checkin import rules, wire
from sessions.joining import join, start
from sessions.models import LiveSession, Mark, Round, Seat
from sessions.store import cache, execute, load, system_changes, transaction
from sessions.store.pulses import pulses_of
from sessions.store.transaction import Submission

pytestmark = pytest.mark.django_db(transaction=True)

MARK = {"round": 1, "reaction": "both", "intensity": 3}


class Room:
    """Ana and Ben in a check-in of which this process has everything in memory, with one round open."""

    def __init__(self, *names: str) -> None:
        self.people = [User.objects.create_guest(name) for name in names or ("Ana", "Ben")]
        code = start.start_with_code(self.people[0]).code
        assert code
        self.id = join.join_by_code(self.people[1], code).id
        self.ana, self.ben = (self._login(person) for person in self.people)
        assert self.at_once(self.ana, "round.open", after=0, moment=1) is None
        assert cache.newest(self.id)

    def _login(self, person: User) -> Login:
        login = login_from_token(open_login(person))
        assert login
        return login

    def asked(self, login: Login, type: str, **fields: Any) -> Submission:
        """Return a command as it comes over a socket."""
        return Submission(login, self.id, wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields}))

    def at_once(self, login: Login, type: str, **fields: Any) -> str | None:
        """Carry out one command as for a socket; return the code."""
        return execute.execute_batch([self.asked(login, type, **fields)])[0].code

    def written_elsewhere(self) -> None:
        """Seal Ben's mark as another process would: this one hears nothing of it."""
        here = cache.newest(self.id)
        assert execute.execute(self.ben, self.id, self.asked(self.ben, "mark.seal", **MARK).command).code is None
        assert here
        cache._cached[self.id] = here

    def revealed(self) -> bool:
        """Tell whether the round is revealed, as it is stored."""
        return Round.objects.filter(live_session=self.id, phase="revealed", marks__seal=None).exists()


@pytest.fixture
def room(db: None) -> Room:
    """Return a room."""
    return Room()


def reading(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of what is asked of the database from now on."""
    seen: list[str] = []
    run = statements.run

    def watched(queries: Sequence[statements.Query]) -> list[statements.Rows]:
        seen.extend(text for query in queries if (text := query.statement.sql).lstrip().startswith("SELECT"))
        return run(queries)

    monkeypatch.setattr(statements, "run", watched)
    return seen


def test_nothing_is_read_on_the_way(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = reading(monkeypatch)
    assert room.at_once(room.ana, "mark.seal", **MARK) is None
    assert room.at_once(room.ben, "mark.seal", **MARK) is None
    assert room.revealed() and asked == []
    assert room.at_once(room.ben, "mark.seal", **MARK) == "round.not_open"
    assert asked, "what writes nothing proves nothing: it is asked for"


def test_a_room_that_nobody_has_in_memory_is_read_once_for_both(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.evict(room.id)
    loads: list[uuid.UUID] = []
    read = load.load

    def counted(session_id: uuid.UUID) -> load.Loaded:
        loads.append(session_id)
        return read(session_id)

    monkeypatch.setattr(load, "load", counted)
    marks = [room.asked(one, "mark.seal", **MARK) for one in (room.ana, room.ben)]
    assert [answer.code for answer in execute.execute_batch(marks)] == [None, None]
    assert room.revealed() and loads == [room.id]


@pytest.mark.parametrize("alone", [True, False], ids=["alone", "in mid-batch"])
def test_a_miss_is_decided_anew_on_what_somebody_else_wrote(alone: bool, room: Room) -> None:
    others = [] if alone else [Room("Cleo", "Dan"), Room("Tess", "Otto")]
    room.written_elsewhere()
    assert not room.revealed()
    marks = [one.asked(one.ana, "mark.seal", **MARK) for one in [*others[:1], room, *others[1:]]]
    assert {answer.code for answer in execute.execute_batch(marks)} == {None}
    assert room.revealed(), "it was the second mark, whatever this process had in memory"
    assert [Mark.objects.exclude(seal=None).filter(round__live_session=one.id).count() for one in others] == [1] * len(
        others
    )
    stored = load.state_of(room.id)
    kept = cache.newest(room.id)
    assert kept and kept.state == stored


def test_a_batch_in_which_one_was_outrun_is_one_commit_all_the_same(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [Room("Cleo", "Dan"), Room("Tess", "Otto")]
    room.written_elsewhere()
    committed: list[bool] = []
    together = statements.commit_together

    @contextmanager
    def counted(several: bool) -> Iterator[None]:
        with together(several):
            yield
        committed.append(several)

    monkeypatch.setattr(statements, "commit_together", counted)
    marks = [one.asked(one.ana, "mark.seal", **MARK) for one in (others[0], room, others[1])]
    # Of the same room as well: decided on what the other one changes in this very transaction.
    marks.append(room.asked(room.ana, "pattern.fit", round=1, fits=True))
    marks.append(room.asked(room.ana, "round.open", after=5, moment=2))
    codes = [answer.code for answer in execute.execute_batch(marks)]
    assert codes == [None, None, None, None, "round.stale"]
    assert room.revealed() and committed == [True]
    kept = cache.newest(room.id)
    assert kept and kept.state == load.state_of(room.id)


def test_a_refusal_is_never_told_from_memory_alone(room: Room) -> None:
    here = cache.newest(room.id)
    assert here
    for login in (room.ana, room.ben):
        assert room.at_once(login, "mark.seal", **MARK) is None
    cache._cached[room.id] = here
    assert room.at_once(room.ana, "round.open", after=1, moment=2) is None, "in memory one is still open"
    assert LiveSession.objects.get(id=room.id).rounds.count() == 2


def log_out(room: Room) -> None:
    """End Ana's login."""
    Session.objects.filter(session_key=room.ana.session_key).delete()


def change_password(room: Room) -> None:
    """Change Ana's password."""
    User.objects.filter(id=room.ana.user_id).update(password="another")


def let_time_pass(room: Room) -> None:
    """Let Ana's login run out."""
    over = timezone.now() - timedelta(seconds=1)
    Session.objects.filter(session_key=room.ana.session_key).update(expire_date=over)


End = Callable[[Room], None]
ENDS = pytest.mark.parametrize("end", [log_out, change_password, let_time_pass])


@ENDS
def test_a_login_that_ends_between_decision_and_write_writes_nothing(
    end: End, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide = rules.decide

    def decide_and_end(*given: Any, **named: Any) -> Any:
        decision = decide(*given, **named)
        end(room)
        return decision

    monkeypatch.setattr(rules, "decide", decide_and_end)
    assert room.at_once(room.ana, "mark.seal", **MARK) == "login.required"
    assert not Mark.objects.exists()


@ENDS
def test_and_would_if_it_were_believed(end: End, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    believed = statements.Condition("TRUE", (), ())
    monkeypatch.setattr(logins, "validity", lambda login, now: believed)
    end(room)
    assert room.at_once(room.ana, "mark.seal", **MARK) is None
    assert Mark.objects.exists(), "this mistake shows"


def test_a_room_that_were_not_read_again_after_a_miss_would_get_nowhere(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.written_elsewhere()
    monkeypatch.setattr(cache, "get", lambda session_id, version: cache.newest(session_id))
    assert room.at_once(room.ana, "mark.seal", **MARK) == "service.unavailable"
    assert not room.revealed()


def test_a_commit_that_fails_is_neither_kept_nor_told(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(transaction.broadcast, "changed", told.append)
    before = cache.newest(room.id)
    run = statements.run

    def fail_at_the_end(queries: Sequence[statements.Query]) -> list[statements.Rows]:
        found = run(queries)
        if any(not query.statement.sql.lstrip().startswith("SELECT") for query in queries):
            raise OperationalError("the disk is full")
        return found

    with monkeypatch.context() as broken:
        broken.setattr(statements, "run", fail_at_the_end)
        if statements._vendor() == "sqlite":  # elsewhere the statement is its own commit
            assert room.at_once(room.ana, "mark.seal", **MARK) == "service.unavailable"
            assert not Mark.objects.exists()
            assert told == [] and cache.newest(room.id) is before
    assert room.at_once(room.ana, "mark.seal", **MARK) is None
    assert len(told) == 1


def test_a_page_may_write_beside_a_room(room: Room) -> None:
    ben = room.people[1]
    ben.first_name = "Benjamin"
    ben.save()
    system_changes.rename(ben)
    assert room.at_once(room.ana, "mark.seal", **MARK) is None
    kept = cache.newest(room.id)
    assert kept and kept.state == load.state_of(room.id)
    assert "Benjamin" in [person.name for person in kept.state.people]


def test_whoever_was_seen_meanwhile_stays_here(room: Room) -> None:
    Seat.objects.filter(live_session=room.id).update(seen_at=timezone.now())
    stored = load.state_of(room.id)
    assert stored
    cache.as_asked(room.id, pulses_of([room.id])[room.id])
    [answer] = execute.execute_batch([room.asked(room.ana, "mark.seal", **MARK)])
    assert answer.state
    assert answer.state.people == stored.people != replace(stored, people=()).people
