"""How somebody wishes to be given notice: reading it, and the one place where it is written."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from accounts.models import NoticeWishes, User
from accounts.notices import times
from cycleproject.web.time_zones import zone_named


class NeedsAddress(Exception):
    """Mail is wished for by somebody who has no confirmed address."""


def of(person: User) -> NoticeWishes:
    """Return what a person wishes; where they have said nothing, that is nothing."""
    return NoticeWishes.objects.filter(user=person).first() or NoticeWishes(user=person)


def save(
    person: User,
    *,
    by_mail: bool,
    hour_before: bool,
    wording: str,
    quiet: tuple[time, time] | None = None,
    zone: str = "",
) -> None:
    """Store what a person wishes, instead of what they wished before. Raises NeedsAddress."""
    if by_mail and person.is_guest:
        raise NeedsAddress
    quiet_from, quiet_until = quiet or (None, None)
    said = {"by_mail": by_mail, "hour_before": hour_before, "wording": wording, "zone": zone if quiet else ""}
    NoticeWishes.objects.update_or_create(
        user=person, defaults={**said, "quiet_from": quiet_from, "quiet_until": quiet_until}
    )


def quiet_until(wished: NoticeWishes, now: datetime) -> datetime | None:
    """Return when the quiet hours end in which it is for somebody; None where it is in none."""
    zone = zone_named(wished.zone) or ZoneInfo("UTC")
    ends_at = times.quiet_ends_at(now, wished.quiet_from, wished.quiet_until, zone)
    return ends_at.astimezone(UTC) if ends_at else None
