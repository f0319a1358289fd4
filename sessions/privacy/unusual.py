"""More rounds than usual that are about to go: said in one line, an hour before."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from accounts.models import ClockCheck
from sessions.store import clock

# As many rounds as a couple may well lose on one day, and the share of all that is never usual.
USUAL: Final = 50
UNUSUAL_SHARE: Final = 4
ANNOUNCED_FOR: Final = timedelta(hours=1)


@transaction.atomic
def announce(now: datetime, going: int, kept: int) -> str:
    """Return in a sentence that more rounds than usual are about to go; nothing once that was said an hour ago."""
    check = clock.locked_check(now, lambda: now)
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
