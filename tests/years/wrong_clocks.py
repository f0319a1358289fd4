"""Purges by clocks that lie, two at once, and one that is killed: nothing goes that should stay, none is stuck."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from accounts.models import ClockCheck, User
from sessions.privacy import expiry
from tests.support.servers.cycle import ROOT
from tests.years import judge
from tests.years.audit import Audit
from tests.years.rows import keys

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LYING: Final = {
    "ten years ahead": 3653 * DAY,
    "a month behind": -31 * DAY,
    "an hour back": -HOUR,
    "a day ahead": DAY,
}
KILLED_AT: Final = (1, 4, 12, 40)


def lie(audit: Audit, now: datetime) -> None:
    """Purge by each wrong clock once, and find every row still there; who comes under it has a day all the same."""
    audit.purge(now, judged=True)
    came = []
    for name, by in LYING.items():
        guest = User.objects.create_guest("Guest")
        User.objects.filter(pk=guest.pk).update(created_at=now + by)
        came.append(guest.pk)
        before = keys()
        done = expiry.purge_if_the_clock_is_right(now + by)
        lost = before - keys()
        if not done.waits or lost:
            audit.wrong.append(f"{now:%Y-%m-%d} {name}: purged, {len(lost)} rows lost")
        audit.waited += 1
    # Put right, the next purge goes on as usual.
    if audit.purge(now, judged=True).waits or ClockCheck.objects.get().doubted_at:
        audit.wrong.append(f"{now:%Y-%m-%d}: the clock was put right, and the purge still waits")
    if User.objects.filter(pk__in=came, created_at__lte=now).count() < len(came):
        audit.wrong.append(
            f"{now:%Y-%m-%d}: who came under a wrong clock is gone, or stays for as long as it was wrong"
        )


def twice_at_once(audit: Audit, now: datetime) -> None:
    """Let two purges meet; together they count what there was once."""
    before = judge.verdicts(now)

    def purge(done: list[expiry.Purged]) -> None:
        try:
            done.append(expiry.purge(now))
        finally:
            connection.close()

    with audit.watched(now, judged=True, purges=2) as done:
        both = [threading.Thread(target=purge, args=[done]) for _ in range(2)]
        for one in both:
            one.start()
        for one in both:
            one.join()
    going = sum(1 for one in before if one.row[0] == "live_sessions_round" and not one.allowed)
    # A guest's rounds go with their couple, and are counted with it.
    counted = sum(one.rounds for one in done)
    if len(done) != len(both) or counted > going:
        audit.wrong.append(f"{now:%Y-%m-%d} twice at once: {len(done)} came back, {counted} of {going} rounds counted")


def killed_in_the_middle(audit: Audit, now: datetime) -> None:
    """Kill a purge at one writing statement after the other; the next one finishes what it began."""
    killed = 0
    for number in KILLED_AT:
        command = [sys.executable, "manage.py", "purge_expired", "--now"]
        environment = {**os.environ, "KILLED_AT": str(number)}
        with audit.watched(now, judged=False):
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        killed += done.returncode == -signal.SIGKILL
        if done.returncode not in (-signal.SIGKILL, 0):
            audit.wrong.append(f"{now:%Y-%m-%d} killed at {number}: it ended with {done.returncode}: {done.stderr}")
    if killed < len(KILLED_AT) - 1:
        audit.wrong.append(f"{now:%Y-%m-%d}: only {killed} purges were killed")
    audit.purge(now, judged=True, at_once=True)


def late(audit: Audit, set_clock: Callable[[datetime], None], back: datetime) -> None:
    """Let the server be off until a time; the purge then waits, until the clock has gone on steadily for a day."""
    set_clock(back)
    if not audit.purge(back, judged=False).waits:
        audit.wrong.append(f"{back:%Y-%m-%d}: the server had been off, and nobody looked twice")
    for hours in (12, 24):
        set_clock(back + hours * HOUR)
        done = audit.purge(back + hours * HOUR, judged=True)
    if done.waits:
        audit.wrong.append(f"{back:%Y-%m-%d}: a day after the server was off, the purge still waits")
