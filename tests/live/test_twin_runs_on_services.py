"""The same evenings on PostgreSQL with Redis: the same again, and what went through Redis and the log of PostgreSQL."""

import pytest

from tests.live.test_frame_lengths import *  # noqa: F403  every property is to hold here, too
from tests.live.test_twin_runs import *  # noqa: F403
from tests.live.test_twin_runs import MOMENT, NEVER_REVEALED, NEVER_SHARED, SECRETS, WHETHER
from tests.support.canaries import found
from tests.support.servers.stacks import SERVICES, Stacks
from tests.support.twins.evening import Evening

pytestmark = pytest.mark.services

HINT = "PUBLISH cycle__group__session.<session>"


@pytest.fixture(scope="session")
def stack() -> str:
    """Return the stack of this file."""
    return SERVICES


def hints(said: list[str]) -> list[str]:
    """Return what was said to the other processes about the check-in."""
    return [command for command in said if command.startswith(HINT)]


# How often the same thing is said goes by the time of day: the same hint twice at once is one, and a limit's hour ends.


def test_what_was_sealed_changes_nothing_that_goes_through_redis(evenings: dict[str, Evening]) -> None:
    little, much = evenings["little"].through_redis, evenings["much"].through_redis
    assert len(hints(little)) > 10
    assert set(little) == set(much)


@pytest.mark.parametrize("secret", WHETHER)
def test_whether_it_was_sealed_changes_nothing_that_goes_through_redis(
    evenings: dict[str, Evening], secret: str
) -> None:
    never, other = evenings["never"].through_redis, evenings[secret].through_redis
    assert len(set(hints(never))) == 1, "a hint says which check-in, and nothing else"
    assert set(never) == set(other)


@pytest.mark.parametrize("name", SECRETS)
def test_redis_hears_ids_and_no_content(evenings: dict[str, Evening], name: str) -> None:
    said = "\n".join(evenings[name].through_redis)
    assert found([*NEVER_REVEALED, *NEVER_SHARED, MOMENT], said.encode()) == []
    for word in ("anxious", "avoidant", "steady", "mark.", "need.", "round", "Ana", "Ben"):
        assert word not in said


def test_what_stays_sealed_is_nowhere_in_what_postgresql_writes(evenings: dict[str, Evening], stacks: Stacks) -> None:
    log = b"".join(path.read_bytes() for path in (stacks.services[0].data / "pg_wal").iterdir() if path.is_file())
    assert evenings["much"].session_id.bytes in log, "it is the log of these evenings"
    assert found([*NEVER_REVEALED, *NEVER_SHARED, MOMENT], log) == []
