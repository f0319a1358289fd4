"""Everything that changes something, sent twice in the same moment: what one of them does, and the answer of one."""

import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier
from typing import Any, Final

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections

from tests.repeats.beginning import Beginning
from tests.repeats.effects import created, everything
from tests.repeats.test_sent_again import ANSWERED_OTHERWISE, WRITES
from tests.repeats.writes import Sender, Write, said_in
from tests.support.cast.api_world import undone

# What each test leaves behind is gone after it, and what it finds is put there by ``beginning``.
pytestmark = pytest.mark.django_db(transaction=True)

# In PostgreSQL, where writers overlap (see tests/store/test_stored_in_postgresql.py), one kind of note tells what all
# of them do, and commands have races of their own.
AT_ONCE: Final = [
    one
    for one in WRITES
    if connection.vendor == "sqlite" or not (one.kind == "command" or re.search("private/(?!journal)", one.name))
]
OFTEN: Final = 1e-5


@pytest.fixture(scope="module")
def beginning() -> Iterator[Beginning]:
    """Return the world, and let threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(OFTEN)
    with closing(Beginning()) as beginning:
        yield beginning
    sys.setswitchinterval(usual)


@pytest.mark.parametrize("write", AT_ONCE, ids=str)
def test_sent_twice_in_the_same_moment(beginning: Beginning, write: Write) -> None:
    world = beginning.again()
    write.filled.before(world)
    sender = Sender(world, write)
    named, before = sender.open(), everything()
    with undone():
        sender.copied().send(named)
        by_one = created(before, everything())
    cache.clear()
    mail.outbox.clear()
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
