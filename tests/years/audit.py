"""Purging with the judge beside it: what may stay is still there afterwards, and what may not has gone."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from sessions.privacy import expiry
from tests.years import judge


@dataclass
class Audit:
    """What was purged and held against docs/privacy.md, and what was wrong."""

    purges: int = 0
    judged: int = 0
    waited: int = 0
    gone: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def purge(self, now: datetime, *, judged: bool, at_once: bool = False) -> expiry.Purged:
        """Purge as the server does, and look at every row before and after it."""
        self.purges += 1
        if not judged:
            return self._count(expiry.purge_if_the_clock_is_right(now, at_once=at_once))
        before = judge.verdicts(now)
        done = self._count(expiry.purge_if_the_clock_is_right(now, at_once=at_once))
        self.compare(now, before, done)
        return done

    def compare(self, now: datetime, before: list[judge.Verdict], done: expiry.Purged | None = None) -> None:
        """Say what has gone that should have stayed, and what stayed that should have gone."""
        self.judged += 1
        after = judge.verdicts(now)
        there = {one.row for one in after}
        lost = [one.row for one in before if one.allowed and one.row not in there]
        self.gone.update(one.row[0] for one in before if one.row not in there)
        left = [] if done and done.waits else [one.row for one in after if not one.allowed]
        for what, rows in (("lost", lost), ("left", left)):
            self.wrong += [f"{now:%Y-%m-%d %H:%M} {what}: {table} {key}" for table, key in rows]

    def _count(self, done: expiry.Purged) -> expiry.Purged:
        self.waited += bool(done.waits)
        return done


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
