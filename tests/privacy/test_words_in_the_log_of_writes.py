"""What people say is in clear in no file of the database, before it is erased or after: nor in its log of writes."""

import uuid
from collections.abc import Iterator

import pytest

from tests.support.canaries import canary, found
from tests.support.cast.hosted import in_shell
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import files, on_sqlite

pytestmark = pytest.mark.both_stacks

WORDS = [canary(f"in the log {name}") for name in ("words", "thought", "need", "heard", "step", "moment", "note")]
FILL = f"""
from datetime import timedelta
from django.utils import timezone
from accounts.models import PrivateNote
from sessions.privacy import erasure
from tests.support.cast.past import pair
words, thought, need, heard, step, moment, note = {WORDS!r}
two = pair("Ana", "Ben")
mark = {{"reaction": "anxious", "words": words, "thought": thought, "share": ["words"]}}
said = {{"needs": (need, need), "heard_words": (heard, heard), "steps": (step, step)}}
past = two.reveal(timezone.now() - timedelta(days=1), mark, mark, moment=None, text=moment, opened_by="a", **said)
written = PrivateNote.objects.create(user=two.a, kind="journal", content={{"text": note}})
"""
ERASE = """
from sessions.models import Round
for history_id in Round.objects.values_list("history_id", flat=True):
    for seat in ("a", "b"):
        erasure.erase_own_words(history_id, seat)
written.delete()
"""
ANSWER = "answer = str(two.a.id)\n"


@pytest.fixture
def served(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle of its own that runs meanwhile."""
    server = Server(**stacks.environment(stack)).start()
    yield server
    server.close()


def written(server: Server, stacks: Stacks) -> bytes:
    """Return every byte of the database's files, and of its log of writes."""
    if on_sqlite(server):
        return server.stored
    log = stacks.services[0].data / "pg_wal"
    return files(server, stacks.services[0]) + b"".join(one.read_bytes() for one in log.iterdir() if one.is_file())


@pytest.mark.parametrize("erased", [False, True], ids=["kept", "erased"])
def test_no_word_is_there_in_clear(served: Server, stacks: Stacks, erased: bool) -> None:
    ana = uuid.UUID(in_shell(served, FILL + (ERASE if erased else "") + ANSWER))
    place = written(served, stacks)
    assert ana.bytes in place or ana.hex.encode() in place, "premise: what was written is there"
    assert found(["Ana"], place), "premise: names are plain"
    assert found(WORDS, place) == []
