"""Whether the clock can be right, asked before anything goes for good: one wrong reading of it must not decide that.

Kept is the last time seen by a clock that was believed. Far beyond it, or before it, the clock is in doubt: a board
that starts in another year, a machine that slept for weeks. Then nothing goes until a second look, after a while that
grows with the gap, finds that the clock has gone on steadily; or until somebody says that it is right. See
docs/clocks.md.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import ClockCheck

# A purge comes hourly. More than this between two of them is a server that was off, or a clock that is wrong.
FAR_BEYOND: Final = timedelta(hours=12)
# What a time service may correct at once.
A_LITTLE_BACK: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(days=1)
SHARE_OF_THE_GAP: Final = 24

# As many rounds as a couple may well lose on one day, and the share of all that is never usual.
USUAL: Final = 50
UNUSUAL_SHARE: Final = 4
ANNOUNCED_FOR: Final = timedelta(hours=1)


@transaction.atomic
def doubt(now: datetime, *, last_told: Callable[[], datetime | None], believed: bool = False) -> str:
    """Return in a sentence why the clock is in doubt, or nothing if it is believed; either way it is written down.

    ``last_told``: what else the database knows of the time, asked where no time was seen yet.
    """
    check = _check(now, last_told)
    gap = now - check.seen_at
    if believed or -A_LITTLE_BACK <= gap <= FAR_BEYOND or _second_look(check, now):
        _save(check, seen_at=now if believed or check.doubted_at else max(now, check.seen_at))
        return ""
    if check.doubted_at is None or not _steady(check, now):
        check.doubted_at = now
    _save(check, doubted_at=check.doubted_at, looked_at=now)
    again = check.doubted_at + _wait(check.doubted_at - check.seen_at)
    return (
        f"The clock says {now:%Y-%m-%d %H:%M} UTC, and at the last purge it said {check.seen_at:%Y-%m-%d %H:%M}. "
        f"Nothing is deleted until that is looked at again, from {again:%Y-%m-%d %H:%M} on. If the clock is right: "
        "`python manage.py purge_expired --now`."
    )


def doubted_since() -> datetime | None:
    """Return the last time seen before the clock came into doubt; None while it is believed."""
    check = ClockCheck.objects.exclude(doubted_at=None).order_by("pk").first()
    return check.seen_at if check else None


@transaction.atomic
def announce(now: datetime, going: int, kept: int) -> str:
    """Return in a sentence that more rounds than usual are about to go; nothing once that was said an hour ago."""
    check = _check(now, lambda: now)
    if going <= USUAL or going * UNUSUAL_SHARE < kept:
        if check.announced_at:
            ClockCheck.objects.filter(pk=check.pk).update(announced_at=None)
        return ""
    if check.announced_at and check.announced_at <= now - ANNOUNCED_FOR:
        ClockCheck.objects.filter(pk=check.pk).update(announced_at=None)
        return ""
    if check.announced_at is None or check.announced_at > now:
        check.announced_at = now
        ClockCheck.objects.filter(pk=check.pk).update(announced_at=now)
    return (
        f"{going} of {kept} rounds are past their retention, more than usual. They are deleted from "
        f"{check.announced_at + ANNOUNCED_FOR:%Y-%m-%d %H:%M} UTC on. Until then they are in a backup, if you make one."
    )


def _check(now: datetime, last_told: Callable[[], datetime | None]) -> ClockCheck:
    """Return the row, locked; the first time it begins with what the database itself knows of the time."""
    check = ClockCheck.objects.select_for_update().order_by("pk").first()
    if check is None:
        check = ClockCheck.objects.create(seen_at=last_told() or now)
    return check


def _second_look(check: ClockCheck, now: datetime) -> bool:
    """Tell whether the clock has gone on steadily for long enough since it was doubted."""
    if check.doubted_at is None or not _steady(check, now):
        return False
    return now >= check.doubted_at + _wait(check.doubted_at - check.seen_at)


def _steady(check: ClockCheck, now: datetime) -> bool:
    last = check.looked_at or check.doubted_at
    return last is not None and -A_LITTLE_BACK <= now - last <= FAR_BEYOND


def _wait(gap: timedelta) -> timedelta:
    """Return for how long: a night's gap waits for half an hour, one of weeks for a day, as does a clock set back."""
    return min(LONGEST_WAIT, gap / SHARE_OF_THE_GAP) if gap > timedelta() else LONGEST_WAIT


def _save(check: ClockCheck, **fields: datetime) -> None:
    written = {"seen_at": check.seen_at, "doubted_at": None, "looked_at": None, **fields}
    ClockCheck.objects.filter(pk=check.pk).update(**written)
