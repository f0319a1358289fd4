"""A command that is refused, repeated or fails half way leaves nothing behind."""

from collections.abc import Sequence
from typing import Any

import pytest

from cycleproject.database import statements
from sessions.models import LiveSession, Mark, Seat
from sessions.store import save
from tests.store.test_save import CheckIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def check_in(db: None) -> CheckIn:
    """Return a hosted check-in."""
    return CheckIn()


def test_a_refused_or_repeated_command_writes_nothing(check_in: CheckIn) -> None:
    assert check_in.ask("host", "round.open", after=0, moment=1).code is None
    assert check_in.ask("a", "mark.seal", round=1, reaction="both", intensity=1, op="one").code is None
    before = rows()
    assert check_in.ask("a", "mark.seal", round=1, reaction="steady", intensity=5, op="one").code is None
    assert check_in.ask("host", "mark.seal", round=1, reaction="steady", intensity=5).code == "seat.not_allowed"
    assert check_in.ask("b", "round.open", after=0, moment=1).code == "seat.not_allowed"
    assert check_in.ask("b", "pattern.fit", round=1, fits=True).code == "round.not_revealed"
    assert check_in.ask("b", "mark.withdraw", round=1).code is None, "nothing to take back is fine, and changes nothing"
    assert check_in.ask("b", "sync").code is None
    assert rows() == before


def rows() -> list[dict[str, Any]]:
    """Return everything that a command could write to."""
    tables = (LiveSession, Seat, Mark)
    return [row for table in tables for row in table._default_manager.order_by("pk").values()]


def test_a_command_that_fails_half_way_leaves_nothing_behind(
    check_in: CheckIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_in.ask("host", "round.open", after=0, moment=1).code is None
    assert check_in.ask("a", "mark.seal", round=1, reaction="both", intensity=1).code is None
    before, stored = rows(), check_in.stored()

    run = statements.run

    def fail_half_way(queries: Sequence[statements.Query]) -> list[statements.Rows]:
        if any(not query.statement.sql.startswith(("SELECT", "\n    SELECT")) for query in queries):
            run(queries[: len(queries) // 2])
            raise save.sealing.CannotOpenSeal
        return run(queries)

    with monkeypatch.context() as broken:
        broken.setattr(statements, "run", fail_half_way)
        assert check_in.ask("b", "mark.seal", round=1, reaction="both", intensity=1).code == "service.unavailable"
    assert rows() == before
    assert check_in.stored() == stored
    assert check_in.ask("b", "mark.seal", round=1, reaction="both", intensity=1).code is None
    assert check_in.stored().round == check_in.stored().round
    latest = check_in.stored().round
    assert latest and latest.phase == "revealed"
