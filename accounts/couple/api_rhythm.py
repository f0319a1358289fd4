"""API operations on the rhythm: showing it, saying one, ending it, skipping its next time, a pause."""

from collections.abc import Callable
from datetime import date, time
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from django.utils import timezone
from pydantic import AfterValidator, Field, model_validator
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import partners
from accounts.api.operation import Operation
from accounts.api.repeatable import Repeatable, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import Instant, as_instant
from accounts.couple import rhythm
from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm_times import Rhythm, Seat
from accounts.models import User
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem
from cycleproject.web.time_zones import zone_named

Weekday = Annotated[int, Field(ge=0, le=6, description="0 is Monday.")]
WallTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="By a clock in the zone.")]


def _zone(name: str) -> str:
    if zone_named(name) is None:
        raise ValueError("no such time zone")
    return name


ZoneName = Annotated[str, Field(max_length=64, description="The name of a time zone (IANA)."), AfterValidator(_zone)]
CalendarDay = Annotated[
    str,
    Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", json_schema_extra={"format": "date"}),
    AfterValidator(lambda said: date.fromisoformat(said).isoformat()),
]


class RhythmSaid(Repeatable):
    """A day of the week and a time, by a clock in a zone; every week, or every second one with ``week`` one of them."""

    day: Weekday
    time: WallTime
    zone: ZoneName
    every: Literal[1, 2] = 1
    week: CalendarDay | None = None

    @model_validator(mode="after")
    def _one_week(self) -> "RhythmSaid":
        if (self.every == 2) != (self.week is not None):
            raise ValueError("a week for every second one, and only there")
        return self


class DaySaid(Repeatable):
    """A day of the rhythm, as `next_time` or `skipped` names it; ``skip`` false brings it back."""

    on: CalendarDay
    skip: bool = True


class PauseSaid(Repeatable):
    """For how many weeks from today on."""

    weeks: Annotated[int, Field(ge=1, le=rules.LONGEST_PAUSE)]


class RhythmHeld(Given):
    """A rhythm. No zone: it is from before zones, and falls on an hour that only the two know."""

    day: int
    time: str
    zone: str | None
    every: Literal[1, 2]
    week: str | None


class RhythmAsked(RhythmHeld):
    """A rhythm that one of the two has said and the other has not."""

    by: Seat


class NextTime(Given):
    """The next time that is neither skipped nor within a pause: its day in the couple's zone, and the instant."""

    on: str
    at: Instant


class RhythmTold(Given):
    """How the rhythm stands, to both the same.

    `skipped` is the day up to which it is skipped, `paused_until` the day on which a pause is over; null once they are
    past. Who skipped or paused is stored nowhere.
    """

    rhythm: RhythmHeld | None
    asked: RhythmAsked | None
    next_time: NextTime | None
    skipped: str | None
    paused_until: str | None


class ShowRhythm(Operation):
    """Show the couple's rhythm, another that one of the two has said, and when it comes next."""

    gives = {200: RhythmTold}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        return Response(_told(self.person()))


class _Changes(RepeatableOperation):
    gives = {200: RhythmTold}
    refuses: ClassVar[tuple[str, ...]] = ("item.not_found",)

    def told_once(self, do: Callable[[], object]) -> Response:
        """Do it once, and answer with how the rhythm stands. Raises Problem."""
        try:
            self.do_once(do)
        except rhythm.NoCouple:
            raise Problem("item.not_found") from None
        except rules.NotNext:
            raise Problem("rhythm.not_next") from None
        return Response(_told(self.person()))


class SayRhythm(_Changes):
    """Say a rhythm. It holds once both partners have said the same; until then the one that holds stays.

    Saying the one that holds takes a question about it back.
    """

    takes = RhythmSaid
    examples = {
        "every week": {"day": 6, "time": "19:00", "zone": "Europe/Berlin"},
        "every second week": {"day": 6, "time": "19:00", "zone": "Europe/Berlin", "every": 2, "week": "2026-12-07"},
    }

    def put(self, request: Request) -> Response:
        wanted = self.body(RhythmSaid)
        week = rules.monday_of(date.fromisoformat(wanted.week)) if wanted.week else None
        said = Rhythm(wanted.day, time.fromisoformat(wanted.time), wanted.zone, wanted.every, week)
        return self.told_once(partial(rhythm.say, self.person(), said))


class EndRhythm(_Changes):
    """End the rhythm for both, alone and at once, with whatever is asked; again is the same."""

    asks = RepeatableQuery

    def delete(self, request: Request) -> Response:
        return self.told_once(partial(rhythm.end, self.person()))


class SkipNext(_Changes):
    """Skip the next time, for both, or bring one back that is skipped and still to come; nobody is told who did it.

    It is named by its day, so that again is the same.
    """

    takes = DaySaid
    examples = {"a day": {"on": "2026-12-06"}}
    refuses = ("item.not_found", "rhythm.not_next")

    def put(self, request: Request) -> Response:
        wanted = self.body(DaySaid)
        change = rhythm.skip if wanted.skip else rhythm.bring_back
        return self.told_once(partial(change, self.person(), date.fromisoformat(wanted.on)))


class PauseRhythm(_Changes):
    """Pause it for some weeks from today on, for both; one that is paused for longer stays so."""

    takes = PauseSaid
    examples = {"weeks": {"weeks": 2}}

    def put(self, request: Request) -> Response:
        return self.told_once(partial(rhythm.pause, self.person(), self.body(PauseSaid).weeks))


class ResumeRhythm(_Changes):
    """End a pause, for both; again is the same."""

    asks = RepeatableQuery

    def delete(self, request: Request) -> Response:
        return self.told_once(partial(rhythm.resume, self.person()))


def _told(person: User) -> dict[str, Any]:
    couple = partners.couple_of(person)
    if couple is None:
        raise Problem("item.not_found")
    now, standing = timezone.now(), rhythm.standing_of(couple)
    following = rules.next_time(standing, now)
    skipped = standing.skipped if standing.skipped and rules.is_skipped(standing, standing.skipped, now) else None
    until = standing.paused_until if rules.is_paused(standing, now) else None
    return {
        "rhythm": _shown(standing.held) if standing.held else None,
        "asked": {"by": standing.asked.by, **_shown(standing.asked.rhythm)} if standing.asked else None,
        "next_time": {"on": following.on.isoformat(), "at": as_instant(following.at)} if following else None,
        "skipped": skipped.isoformat() if skipped else None,
        "paused_until": until.isoformat() if until else None,
    }


def _shown(one: Rhythm) -> dict[str, Any]:
    return {
        "day": one.day,
        "time": f"{one.at:%H:%M}",
        "zone": one.zone or None,
        "every": one.every,
        "week": one.week.isoformat() if one.week else None,
    }
