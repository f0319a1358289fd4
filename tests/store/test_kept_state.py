"""What a process keeps of a check-in is what is stored, and is read again when somebody else has written."""

import time
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from accounts.models import User
from cycleproject.database import statements
from sessions.checkin.state import SessionState
from sessions.models import LiveSession
from sessions.store import cache, system_changes
from tests.store.test_save import CheckIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def check_in(db: None) -> CheckIn:
    """Return a hosted check-in."""
    return CheckIn()


def as_kept(check_in: CheckIn) -> SessionState | None:
    """Return the state that this process has kept."""
    loaded = cache.get(check_in.id, LiveSession.objects.get(id=check_in.id).version)
    return loaded and loaded.state


def test_what_is_kept_is_what_is_stored(check_in: CheckIn) -> None:
    assert check_in.ask("host", "session.leave").code is None
    assert check_in.ask("a", "round.open", after=0, moment=1).code is None
    assert as_kept(check_in) == check_in.stored()
    assert check_in.stored().round


def test_while_there_is_a_host_nothing_is_kept(check_in: CheckIn) -> None:
    assert check_in.ask("host", "round.open", after=0, moment=1).code is None
    assert as_kept(check_in) is None


def test_what_is_told_of_is_read_once(check_in: CheckIn) -> None:
    assert check_in.ask("host", "session.leave").code is None
    before = time.monotonic()
    assert check_in.ask("a", "round.open", after=0, moment=1).code is None
    told = time.monotonic()
    assert reads(partial(cache.current_state, check_in.id, told_at=before)) == (check_in.stored(), 0)
    state, asked = reads(partial(cache.current_state, check_in.id, told_at=told))
    assert asked and state == check_in.stored()
    assert reads(partial(cache.current_state, check_in.id, told_at=told)) == (state, 0)


def test_what_is_told_of_after_it_was_read_is_read_again(check_in: CheckIn) -> None:
    assert check_in.ask("host", "session.leave").code is None
    assert check_in.ask("a", "round.open", after=0, moment=1).code is None
    ben = User.objects.get(first_name="Ben")
    ben.first_name = "Benjamin"
    system_changes.rename(ben)
    state = cache.current_state(check_in.id, told_at=time.monotonic())
    assert state and state == check_in.stored()
    assert "Benjamin" in [person.name for person in state.people]


def reads(ask: Callable[[], SessionState | None]) -> tuple[SessionState | None, int]:
    """Return a state, and how many statements it took."""
    asked = 0
    run = statements.run

    def counted(queries: Sequence[statements.Query]) -> list[statements.Rows]:
        nonlocal asked
        asked += len(queries)
        return run(queries)

    with pytest.MonkeyPatch.context() as watched:
        watched.setattr(statements, "run", counted)
        return ask(), asked


def test_what_somebody_else_has_written_is_read_again(check_in: CheckIn) -> None:
    assert check_in.ask("host", "session.leave").code is None
    assert check_in.ask("a", "round.open", after=0, moment=1).code is None
    assert as_kept(check_in)
    ben = User.objects.get(first_name="Ben")
    ben.first_name = "Benjamin"
    system_changes.rename(ben)
    assert as_kept(check_in) is None
    answer = check_in.ask("a", "mark.seal", round=1, reaction="both", intensity=1)
    assert answer.state
    assert answer.state == check_in.stored()
    assert "Benjamin" in [person.name for person in answer.state.people]
