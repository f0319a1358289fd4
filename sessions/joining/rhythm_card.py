"""What the rhythm proposes: its next time as an opening or a check-in, once nothing is planned for it."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm import standing_of
from accounts.couple.rhythm_times import Occurrence, Standing
from accounts.models import Couple
from sessions.checkin import apart
from sessions.models import LiveSession


@dataclass(frozen=True, slots=True)
class Card:
    """How a couple's rhythm stands now, and what may be done about its next time."""

    standing: Standing
    following: Occurrence | None
    skipped: Occurrence | None
    is_paused: bool
    is_planned: bool
    may_suggest: bool

    @property
    def is_calm(self) -> bool:
        """Tell whether there is nothing to propose: no time is known, or something is planned for it."""
        return self.following is None or (self.is_planned and not self.skipped)

    @property
    def day(self) -> date | None:
        """Return a date that falls on its day of the week."""
        return weekday(self.standing.held.day) if self.standing.held else None

    @property
    def following_on_wire(self) -> str:
        """Return the next instant as a link names it."""
        return self.following.at.isoformat() if self.following else ""

    @property
    def changes_at(self) -> datetime | None:
        """Return when time alone next changes it."""
        return min((one.at for one in (self.following, self.skipped) if one), default=None)


def weekday(day: int) -> date:
    """Return a date that falls on a day of the week, for its name: the first of January 2024 was a Monday."""
    return date(2024, 1, 1 + day)


def card_of(couple: Couple, opening: LiveSession | None, now: datetime) -> Card:
    """Return what the rhythm proposes; ``opening`` is the one that waits, of which a couple has one."""
    standing = standing_of(couple)
    following = rules.next_time(standing, now)
    return Card(
        standing=standing,
        following=following,
        skipped=_skipped(standing, standing.skipped, now),
        is_paused=rules.is_paused(standing, now),
        is_planned=following is not None and _is_planned(couple, opening, following.at),
        # Fourteen days of the wall are an hour more where clocks go back: then it cannot be said yet.
        may_suggest=following is not None and opening is None and following.at <= now + apart.WITHIN,
    )


def _skipped(standing: Standing, on: date | None, now: datetime) -> Occurrence | None:
    if on is None or standing.held is None or not rules.is_skipped(standing, on, now):
        return None
    return Occurrence(on, rules.instant(on, standing.held.at, standing.held.zone))


def _is_planned(couple: Couple, opening: LiveSession | None, at: datetime) -> bool:
    if opening and opening.starts_at == at:
        return True
    return LiveSession.objects.planned().filter(couple=couple, ended_at=None, starts_at=at).exists()
