"""Purges by clocks that lie, two at once, and one that is killed: nothing goes that should stay, none is stuck."""

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from accounts.models import ClockCheck
from sessions.privacy import expiry
from tests.support.servers.cycle import ROOT
from tests.years import judge
from tests.years.audit import Audit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LYING: Final = {
    "ten years ahead": 3653 * DAY,
    "a month behind": -31 * DAY,
    "an hour back": -HOUR,
    "a day ahead": DAY,
}
KILLED_AT: Final = (1, 3, 9)


def lie(audit: Audit, now: datetime) -> None:
    """Purge by each wrong clock once, and find every row still there."""
    audit.purge(now, judged=True)
    for name, by in LYING.items():
        before = {one.row for one in judge.verdicts(now)}
        done = expiry.purge_if_the_clock_is_right(now + by)
        lost = before - {one.row for one in judge.verdicts(now)}
        if not done.waits or lost:
            audit.wrong.append(f"{now:%Y-%m-%d} {name}: purged, {len(lost)} rows lost")
        audit.waited += 1
    # Put right, the next purge goes on as usual.
    if audit.purge(now, judged=True).waits or ClockCheck.objects.get().doubted_at:
        audit.wrong.append(f"{now:%Y-%m-%d}: the clock was put right, and the purge still waits")


def twice_at_once(audit: Audit, now: datetime) -> None:
    """Let two purges meet; together they count what there was once."""
    before = judge.verdicts(now)
    done: list[expiry.Purged] = []

    def purge() -> None:
        try:
            done.append(expiry.purge(now))
        finally:
            connection.close()

    both = [threading.Thread(target=purge) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    audit.purges += 2
    audit.compare(now, before)
    going = sum(1 for one in before if one.row[0] == "live_sessions_round" and not one.allowed)
    # A guest's rounds go with their couple, and are counted with it.
    counted = sum(one.rounds for one in done)
    if len(done) != len(both) or counted > going:
        audit.wrong.append(f"{now:%Y-%m-%d} twice at once: {len(done)} came back, {counted} of {going} rounds counted")


def killed_in_the_middle(audit: Audit, now: datetime) -> None:
    """Kill a purge at one writing statement after the other; the next one finishes what it began."""
    before = judge.verdicts(now)
    for number in KILLED_AT:
        command = [sys.executable, "manage.py", "purge_expired", "--now"]
        environment = {**os.environ, "KILLED_AT": str(number)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode not in (-signal.SIGKILL, 0):
            audit.wrong.append(f"{now:%Y-%m-%d} killed at {number}: it ended with {done.returncode}: {done.stderr}")
        there = {one.row for one in judge.verdicts(now)}
        audit.wrong += [
            f"{now:%Y-%m-%d} killed at {number}, lost: {one.row}"
            for one in before
            if one.allowed and one.row not in there
        ]
        audit.purges += 1
    audit.purge(now, judged=True, at_once=True)
