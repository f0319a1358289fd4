"""Everything that changes something, sent twice in the same moment: what one of them does, and the answer of one."""

import sqlite3
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any, Final

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, connections

from tests.repeats.test_sent_again import ANSWERED_OTHERWISE, WRITES
from tests.repeats.writes import Sender, Write, created, everything, said_in
from tests.support.cast.api_world import World, undone

# What each test leaves behind is gone after it, and what it finds is put there by ``beginning``.
pytestmark = pytest.mark.django_db(transaction=True)

OFTEN: Final = 1e-5


class Beginning:
    """A world that both threads can see, and that each test finds as it was."""

    def __init__(self) -> None:
        self.world = World()
        self._copy: sqlite3.Connection | None = None
        if connection.vendor == "sqlite":
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.ensure_connection()
            connection.connection.backup(self._copy)

    def again(self) -> World:
        """Return it as it was."""
        if self._copy is None:
            call_command("flush", interactive=False, verbosity=0)
            self.world = World()
        else:
            connection.ensure_connection()
            self._copy.backup(connection.connection)
        return self.world

    def close(self) -> None:
        """Forget the copy."""
        if self._copy:
            self._copy.close()


@pytest.fixture(scope="module")
def beginning(django_db_setup: None, django_db_blocker: Any) -> Iterator[Beginning]:
    """Return the world, and let threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN)
    with django_db_blocker.unblock(), closing(Beginning()) as beginning:
        yield beginning
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_sent_twice_in_the_same_moment(beginning: Beginning, write: Write) -> None:
    world = beginning.again()
    write.filled.before(world)
    sender = Sender(world, write)
    named, before = sender.open(), everything()
    with undone():
        sender.copied().send(named)
        by_one = created(before, everything())
    cache.clear()
    first, second = both(sender, named)
    assert first.status_code < 500 and second.status_code < 500
    assert created(before, everything()) == by_one
    worse = max(first.status_code, second.status_code)
    otherwise = ANSWERED_OTHERWISE.get(write.name)
    assert said_in(first) == said_in(second) or (otherwise and worse == otherwise[0])


def both(sender: Sender, named: dict[str, Any]) -> list[Any]:
    """Send it twice at once, with the cookies and the token that stood there before either was answered."""
    barrier = Barrier(2)

    def tap(one: Sender) -> Any:
        try:
            barrier.wait()
            return one.send(named)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(tap, (sender.copied(), sender.copied())))


def test_two_that_nothing_names_are_two(beginning: Beginning) -> None:
    """A control: where both are sent without the nonce, both are carried out."""
    write = next(one for one in WRITES if one.name == "my-part/journal/")
    sender, before = Sender(beginning.again(), write), everything()
    both(sender, {})
    assert created(before, everything()) == {"accounts.PrivateNote": 2}
