"""Copy every table into another database, look whether all of it has arrived, and only then call it one."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connections, transaction

from cycleproject.copying import sequences
from cycleproject.copying.tables import Table, all_tables
from cycleproject.copying.target import SOURCE, TARGET, Bookmark, Refused, make_ready

PROGRESS_EVERY_S: Final = 5.0
FINISHED: Final = "finished"

Say = Callable[[str], None]


def copy_everything(say: Say) -> int:
    """Copy to the target that is connected; return how many rows it has. Raises Refused."""
    tables = all_tables()
    with _nobody_writes(tables):
        noted = make_ready(tables)
        progress = Progress(say, sum(table.count(SOURCE) for table in tables))
        for table in tables:
            _copy(table, noted.get(table.name), progress)
        with transaction.atomic(using=TARGET):
            sequences.carry_over(tables)
        say("Everything is there. Comparing it, row by row.")
        for table in tables:
            _compare(table)
        Bookmark.remove()
    return progress.total


def _copy(table: Table, at: str | None, progress: "Progress") -> None:
    """Copy what of a table is not there yet; its bookmark is committed with each batch."""
    after = at.partition(":")[2] if at else None
    if at is not None:
        progress.skip(table.count(SOURCE) if at == FINISHED else table.count(TARGET))
    while at != FINISHED:
        batch = table.batch(SOURCE, after)
        with transaction.atomic(using=TARGET):
            if batch:
                table.insert(TARGET, batch)
                after = str(batch[-1][0])
            at = f"after:{after}" if batch else FINISHED
            Bookmark.note(table.name, at)
        progress.step(len(batch))


def _compare(table: Table) -> None:
    here, there = table.digest(SOURCE), table.digest(TARGET)
    if here[0] != there[0]:
        raise Refused(f"{table.name} has {here[0]} rows here and {there[0]} there. Begin again with an empty database")
    if here != there:
        raise Refused(f"{table.name} is not the same here and there. Begin again with an empty database")


@contextmanager
def _nobody_writes(tables: list[Table]) -> Iterator[None]:
    """Keep others from writing to the source, and a second copy from being made, until this one is done."""
    with transaction.atomic(using=SOURCE):  # on SQLite this is the write lock already
        connection = connections[SOURCE]
        if connection.vendor == "postgresql":
            names = ", ".join(connection.ops.quote_name(table.name) for table in tables)
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '20s'")
                cursor.execute(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        yield


class Progress:
    """Says now and then how far a copy is and how long it still takes."""

    def __init__(self, say: Say, total: int) -> None:
        self.say, self.total = say, total
        self.done = self.copied = 0
        self.began = self.said = time.monotonic()

    def skip(self, rows: int) -> None:
        """Count rows that an earlier run has copied."""
        self.done += rows

    def step(self, rows: int) -> None:
        """Count rows that were copied just now."""
        self.done += rows
        self.copied += rows
        now = time.monotonic()
        if now - self.said >= PROGRESS_EVERY_S:
            self.said = now
            left = (self.total - self.done) * (now - self.began) / max(1, self.copied)
            self.say(f"{self.done} of {self.total} rows, about {left:.0f} s left.")
