"""What was erased is on no disk: not in free pages, in the log of writes, or in a copy made afterwards.

Words are encrypted where they are stored, so what is looked for is their ciphertext: with the keys, it could be read.
Names and addresses are plain. An old copy keeps what it holds until it is removed, and PostgreSQL its dead rows until
their tables are written anew: docs/operations.md says so, and here it is seen to be true.
"""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.support.cast.hosted import in_shell
from tests.support.prerequisites import path_of
from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks
from tests.support.servers.stored import everything, files, on_sqlite

pytestmark = pytest.mark.both_stacks

NAME, STAYS = "Anaqzvwxk", "Benjqzvwx"
# Short enough to find what is left of a value whose beginning was overwritten.
WINDOW, EVERY = 24, 200
WORD = 8
# As many as make the trees of the tables split, and the pages of long values be used again.
ROUNDS = 40

FILL = f"""
import random
from datetime import timedelta
from django.db import transaction
from django.utils import timezone
from accounts.models import PrivateNote
from tests.support.cast.past import pair
chance, now = random.Random(22), timezone.now()
two = pair({NAME!r}, {STAYS!r})
def words(most):
    return "".join(chance.choice("abcdefghij ") for _ in range(chance.randrange(1, most)))
@transaction.atomic
def one_day(day):
    marks = [
        {{"reaction": reaction, "words": words(500), "thought": words(280), "share": ["words"]}}
        for reaction in ("anxious", "avoidant")
    ]
    said = {{name: (words(500), words(500)) for name in ("needs", "heard_words", "steps")}}
    two.reveal(now - timedelta(days=day + 1), *marks, moment=None, text=words(300), opened_by="a", **said)
    for person in (two.a, two.b):
        PrivateNote.objects.create(user=person, kind="journal", content={{"text": words(9000)}})
for day in chance.sample(range({ROUNDS}), {ROUNDS}):
    one_day(day)
answer = [str(two.a.id), str(two.b.id)]
"""
ERASE_WORDS = """
from sessions.models import Round
from sessions.privacy import erasure
for history_id in Round.objects.order_by("?").values_list("history_id", flat=True)[:20]:
    erasure.erase_own_words(history_id, "b")
"""
DELETE = """
from accounts.models import User
from accounts.settings.deletion import delete_person
delete_person(User.objects.get(id={id!r}))
"""


@pytest.fixture
def served(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle of its own that runs meanwhile."""
    server = Server(FRAME_RATE="1000", **stacks.environment(stack)).start()
    yield server
    server.close()


def encrypted(server: Server) -> set[bytes]:
    """Return every encrypted value that is stored."""
    values = {
        bytes(value)
        for rows in everything(server).values()
        for row in rows
        for value in row.values()
        if isinstance(value, bytes | memoryview)
    }
    # Shorter ones hold nothing but an empty list or text.
    return {value for value in values if len(value) > 60}


def windows(value: bytes) -> Iterator[bytes]:
    """Yield pieces of a value, the last ones among them; its header is the same in all."""
    for start in [*range(40, len(value) - WINDOW, EVERY), len(value) - WINDOW]:
        yield value[start : start + WINDOW]


def words_of(piece: bytes) -> list[int]:
    """Return the words that a piece has at each offset: one of them begins where a word of the place does."""
    return [int.from_bytes(piece[start : start + WORD], sys.byteorder) for start in range(WORD)]


def left_of(values: set[bytes], place: bytes) -> int:
    """Return of how many values some piece is in a place, as it is or in hexadecimal."""
    pieces = {value: [*windows(value)] for value in values}
    if b"\\x" in place:
        for some in pieces.values():
            some += [piece.hex().encode() for piece in some]
    # The place is read once, and not once for each of ten thousand pieces.
    wanted = {word for some in pieces.values() for piece in some for word in words_of(piece)}
    there = wanted.intersection(memoryview(place)[: len(place) // WORD * WORD].cast("Q"))
    return sum(
        any(not there.isdisjoint(words_of(piece)) and piece in place for piece in some) for some in pieces.values()
    )


def on_disk(server: Server, stacks: Stacks) -> bytes:
    """Return every byte of the database's files, and its log of writes."""
    if on_sqlite(server):
        return server.stored
    return files(server, stacks.services[0])


def a_copy(server: Server, directory: Path, *options: str) -> Path:
    """Make a copy as operations.md says, and return it."""
    before = set(directory.glob("*"))
    server.manage("backup", f"{directory}/", *options)
    [made] = set(directory.glob("*")) - before
    return made


def written_in(copy: Path) -> bytes:
    """Return what a copy holds."""
    if copy.suffix == ".sqlite3":
        return copy.read_bytes()
    program = f"{path_of('postgresql')}/pg_restore"
    return subprocess.run([program, "--file=-", str(copy)], capture_output=True, check=True).stdout


def write_tables_anew(server: Server) -> None:
    """Do what operations.md says of PostgreSQL; SQLite overwrites what is erased, and the purge empties its log."""
    if not on_sqlite(server):
        with psycopg.connect(server.environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("VACUUM FULL")


@contextmanager
def in_use(server: Server) -> Iterator[None]:
    """Stay connected, as a process does that serves somebody: whoever is the last to leave SQLite removes its log."""
    if not on_sqlite(server):
        yield
        return
    with closing(sqlite3.connect(server.database_path)) as database:
        database.execute("SELECT count(*) FROM accounts_user").fetchall()
        yield


def test_what_is_erased_is_nowhere_on_the_disk(served: Server, stacks: Stacks, tmp_path: Path) -> None:
    ana, _ = in_shell(served, FILL)
    before = encrypted(served)
    assert len(before) > 8 * ROUNDS
    assert left_of(before, on_disk(served, stacks)) == len(before), "it would be found"
    old = a_copy(served, tmp_path)

    with in_use(served):
        in_shell(served, ERASE_WORDS)
        in_shell(served, DELETE.format(id=ana))
        kept = encrypted(served)
        gone = before - kept
        assert len(gone) > 4 * ROUNDS and len(kept & before) > 2 * ROUNDS
        assert left_of(gone, on_disk(served, stacks)), "what operations.md says of logs and dead rows is true"
        served.manage("purge_expired")
        write_tables_anew(served)
        there = on_disk(served, stacks)
    assert left_of(kept, there) == len(kept), "all is read that is there"
    assert left_of(gone, there) == 0
    assert NAME.lower().encode() not in there.lower()
    assert STAYS.encode() in there

    assert left_of(gone, written_in(old)) == len(gone), "an old copy keeps what it holds"
    assert NAME.encode() in written_in(old)
    new = a_copy(served, tmp_path, "--keep", "1")
    assert list(tmp_path.iterdir()) == [new], "until it is removed"
    assert left_of(kept, written_in(new)) == len(kept)
    assert left_of(gone, written_in(new)) == 0 and NAME.lower().encode() not in written_in(new).lower()
