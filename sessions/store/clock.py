"""Whether the clock can be right, asked before anything goes or opens for good: one wrong reading must not decide that.

Kept is the last time seen by a clock that was believed. Far beyond it, or before it, the clock is in doubt: a board
that starts in another year, a machine that slept for weeks. Then nothing goes, and no agreed hour is carried out, until
a second look, after a while that grows with the gap, finds that the clock has gone on steadily; or until somebody says
that it is right. See docs/clocks.md.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import ClockCheck
from cycleproject.serving import metrics

logger = logging.getLogger(__name__)

# A purge comes hourly. More than this between two of them is a server that was off, or a clock that is wrong.
FAR_BEYOND: Final = timedelta(hours=12)
# What a time service may correct at once.
A_LITTLE_BACK: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(days=1)
SHARE_OF_THE_GAP: Final = 24
# Whoever looks every few seconds need not write down each look.
LOOKS_WRITTEN_EVERY: Final = timedelta(minutes=1)


@transaction.atomic
def doubt(now: datetime, *, last_told: Callable[[], datetime | None], believed: bool = False) -> str:
    """Return in a sentence why the clock is in doubt, or nothing if it is believed; either way it is written down.

    ``last_told``: what else the database knows of the time, asked where no time was seen yet.
    """
    check = locked_check(now, last_told)
    if believed or _is_near(check, now) or _second_look(check, now):
        _save(check, seen_at=now if believed or check.doubted_at else max(now, check.seen_at))
        metrics.clock_in_doubt.set(0)
        return ""
    _go_on_doubting(check, now)
    return _sentence(check, now)


def is_believed(now: datetime) -> bool:
    """Tell whether an agreed hour that this clock says has come may be carried out, by the rule of ``doubt``.

    A doubt begins here as it does at a purge, but is ended by the purge alone: what was made under a wrong clock counts
    from then. Before the first purge, which each start runs, nothing is held against a clock.
    """
    check = ClockCheck.objects.order_by("pk").first()
    believed = check is None or (_is_near(check, now) and check.doubted_at is None) or _looked_at_again(now)
    metrics.clock_in_doubt.set(not believed)
    return believed


@transaction.atomic
def _looked_at_again(now: datetime) -> bool:
    check = locked_check(now, lambda: now)
    if _is_near(check, now):
        # The clock in doubt is another process's. With a right one beside it, it has not gone on steadily.
        if check.doubted_at and not _looked_at_about(check, now):
            _write_look(check, now)
        return True
    if _second_look(check, now):
        _write_look(check, now)
        return True
    begins = check.doubted_at is None
    if begins or not _looked_at_about(check, now):
        _go_on_doubting(check, now)
    if begins:
        logger.warning(_sentence(check, now))
    return False


def doubted_since() -> datetime | None:
    """Return the last time seen before the clock came into doubt; None while it is believed."""
    check = ClockCheck.objects.exclude(doubted_at=None).order_by("pk").first()
    return check.seen_at if check else None


def locked_check(now: datetime, last_told: Callable[[], datetime | None]) -> ClockCheck:
    """Return the row, locked; the first time it begins with what the database itself knows of the time."""
    check = ClockCheck.objects.select_for_update().order_by("pk").first()
    if check is None:
        check = ClockCheck.objects.create(seen_at=last_told() or now)
    return check


def _is_near(check: ClockCheck, now: datetime) -> bool:
    return -A_LITTLE_BACK <= now - check.seen_at <= FAR_BEYOND


def _go_on_doubting(check: ClockCheck, now: datetime) -> None:
    if check.doubted_at is None or not _steady(check, now):
        check.doubted_at = now
    _save(check, doubted_at=check.doubted_at, looked_at=now)
    metrics.clock_in_doubt.set(1)


def _sentence(check: ClockCheck, now: datetime) -> str:
    assert check.doubted_at is not None
    again = check.doubted_at + _wait(check.doubted_at - check.seen_at)
    return (
        f"The clock says {now:%Y-%m-%d %H:%M} UTC, and at the last purge it said {check.seen_at:%Y-%m-%d %H:%M}. "
        "Nothing is deleted, and no agreed opening is carried out, until that is looked at again, from "
        f"{again:%Y-%m-%d %H:%M} on. If the clock is right: `python manage.py purge_expired --now`."
    )


def _second_look(check: ClockCheck, now: datetime) -> bool:
    """Tell whether the clock has gone on steadily for long enough since it was doubted."""
    if check.doubted_at is None or not _steady(check, now):
        return False
    return now >= check.doubted_at + _wait(check.doubted_at - check.seen_at)


def _steady(check: ClockCheck, now: datetime) -> bool:
    last = check.looked_at or check.doubted_at
    return last is not None and -A_LITTLE_BACK <= now - last <= FAR_BEYOND


def _looked_at_about(check: ClockCheck, now: datetime) -> bool:
    return check.looked_at is not None and abs(now - check.looked_at) < LOOKS_WRITTEN_EVERY


def _wait(gap: timedelta) -> timedelta:
    """Return for how long: a night's gap waits for half an hour, one of weeks for a day, as does a clock set back."""
    return min(LONGEST_WAIT, gap / SHARE_OF_THE_GAP) if gap > timedelta() else LONGEST_WAIT


def _write_look(check: ClockCheck, now: datetime) -> None:
    ClockCheck.objects.filter(pk=check.pk).update(looked_at=now)


def _save(check: ClockCheck, **fields: datetime) -> None:
    written = {"seen_at": check.seen_at, "doubted_at": None, "looked_at": None, **fields}
    ClockCheck.objects.filter(pk=check.pk).update(**written)
