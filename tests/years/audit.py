"""Purging with the judge beside it: what may stay is still there afterwards, and what may not has gone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sessions.privacy import expiry
from tests.years import judge
from tests.years.rows import Rows, keys

# Tables in which nobody ever writes a row here: rights in the admin are given by name, links to confirm are signed, and
# keys are looked at by a start.
NEVER_WRITTEN: Final = {
    "account_emailconfirmation",
    "accounts_keycheck",
    "accounts_user_groups",
    "accounts_user_user_permissions",
    "auth_group",
    "auth_group_permissions",
}


@dataclass
class Audit:
    """What was purged and held against docs/privacy.md, and what was wrong."""

    purges: int = 0
    judged: int = 0
    waited: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    held: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    # As they were left by a purge that had nothing to do.
    rows: Rows | None = None

    def purge(self, now: datetime, *, judged: bool, at_once: bool = False, quiet: bool = False) -> expiry.Purged:
        """Purge as the server does, and find gone only what may go; ``judged``: and left only what may stay.

        ``quiet``: nobody has done anything since the last purge, so what it left is read no second time.
        """
        if not quiet:
            self.rows = None
        with self.watched(now, judged=judged) as done:
            done.append(expiry.purge_if_the_clock_is_right(now, at_once=at_once))
        self.waited += bool(done[0].waits)
        return done[0]

    @contextmanager
    def watched(self, now: datetime, *, judged: bool, purges: int = 1) -> Iterator[list[expiry.Purged]]:
        """Look at every row before and after something that purges, and take from it what it says that it did."""
        rows, self.rows = self.rows or Rows(), None
        before = judge.verdicts(now, rows)
        self.held |= {one.row[0] for one in before}
        done: list[expiry.Purged] = []
        yield done
        self.purges += purges
        self.judged += judged
        there = keys()
        lost = [one.row for one in before if one.allowed and one.row not in there]
        gone = [one.row[0] for one in before if one.row not in there]
        self.gone.update(gone)
        if not gone and done == [expiry.Purged(0, 0, 0)]:
            self.rows = rows
        waits = any(one.waits for one in done)
        left = [one.row for one in judge.verdicts(now) if not one.allowed] if judged and not waits else []
        for what, rows in (("lost", lost), ("left", left)):
            self.wrong += [f"{now:%Y-%m-%d %H:%M} {what}: {table} {key}" for table, key in rows]

    def never_held(self) -> set[str]:
        """Return the tables that no row was ever in, so that nothing was seen of how it goes."""
        return judge.lines().keys() - self.held - NEVER_WRITTEN


def table(now: datetime) -> list[str]:
    """Return, for every table in which rows are left, how many, and the line that allows them."""
    lines, found = judge.lines(), judge.verdicts(now)
    counted = Counter(one.row[0] for one in found)
    refused = Counter(one.row[0] for one in found if not one.allowed)
    rows = []
    for name, number in sorted(counted.items()):
        line = lines.get(name) if not refused[name] else None
        rows.append(f"{name:32} {number:6}  {line or f'NO LINE ALLOWS {refused[name]} OF THEM'}")
    return rows
