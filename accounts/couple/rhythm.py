"""A couple's rhythm as stored: saying one, ending it, skipping its next time, a pause; the rules are in rhythm_times.

It is the couple's: whatever one of the two may do, the other may, and who did it is stored nowhere, but for a rhythm
that one has said and the other has not.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm_times import Asked, Every, Rhythm, Seat, Standing
from accounts.models import Couple, Membership, User
from accounts.partners import couple_of
from cycleproject.web.time_zones import zone_named

# How its columns are where nothing holds and nothing is asked; when it changed last is the calendar's.
NOTHING: Final[dict[str, Any]] = {
    "weekly_day": None,
    "weekly_time": None,
    "weekly_zone": "",
    "weekly_every": 1,
    "weekly_from": None,
    "weekly_skipped": None,
    "weekly_paused_until": None,
    "weekly_asked_by": "",
    "weekly_asked_day": None,
    "weekly_asked_time": None,
    "weekly_asked_zone": "",
    "weekly_asked_every": 1,
    "weekly_asked_from": None,
}


class NoCouple(Exception):
    """Who asks is in no couple now."""


def standing_of(couple: Couple) -> Standing:
    """Return how a couple's rhythm stands."""
    held, asked = None, None
    if couple.weekly_day is not None and couple.weekly_time is not None:
        zone, every = _known(couple.weekly_zone), _every(couple.weekly_every)
        held = Rhythm(couple.weekly_day, couple.weekly_time, zone, every, couple.weekly_from)
    if couple.weekly_asked_by and couple.weekly_asked_day is not None and couple.weekly_asked_time is not None:
        zone, every = _known(couple.weekly_asked_zone), _every(couple.weekly_asked_every)
        said = Rhythm(couple.weekly_asked_day, couple.weekly_asked_time, zone, every, couple.weekly_asked_from)
        asked = Asked(_seat(couple.weekly_asked_by), said) if zone else None
    return Standing(held, asked, couple.weekly_skipped, couple.weekly_paused_until)


def say(person: User, said: Rhythm) -> None:
    """Say a rhythm: it holds once both have said the same. Raises NoCouple."""
    _change(person, lambda standing, seat: rules.say(standing, seat, said))


def keep(person: User) -> None:
    """Leave it as it holds: take one's own question back, or say no to the other's. Raises NoCouple."""
    _change(person, lambda standing, seat: rules.keep(standing))


def end(person: User) -> None:
    """End the rhythm for both, and take away what is asked; alone and at once. Raises NoCouple."""
    _change(person, lambda standing, seat: Standing())


def skip(person: User, on: date, now: datetime | None = None) -> None:
    """Skip the next time, named by its day. Raises NoCouple, rhythm_times.NotNext."""
    now = now or timezone.now()
    _change(person, lambda standing, seat: rules.skip(standing, on, now))


def bring_back(person: User, on: date, now: datetime | None = None) -> None:
    """Bring back a time that was skipped. Raises NoCouple."""
    now = now or timezone.now()
    _change(person, lambda standing, seat: rules.bring_back(standing, on, now))


def pause(person: User, weeks: int, now: datetime | None = None) -> None:
    """Pause for some weeks from today on. Raises NoCouple."""
    now = now or timezone.now()
    _change(person, lambda standing, seat: rules.pause(standing, weeks, now))


def resume(person: User) -> None:
    """End a pause. Raises NoCouple."""
    _change(person, lambda standing, seat: rules.resume(standing))


def _change(person: User, change: Callable[[Standing, Seat], Standing]) -> None:
    found = couple_of(person)
    if found is None:
        raise NoCouple
    with transaction.atomic():
        # Without the lock two who say the same at once each leave a question.
        couple = Couple.objects.select_for_update().get(id=found.id)
        half = Membership.objects.filter(couple=couple, user=person, left_at=None).first()
        if half is None:
            raise NoCouple
        before = standing_of(couple)
        after = change(before, _seat(half.seat))
        if after != before:
            _store(couple, before, after)


def _store(couple: Couple, before: Standing, after: Standing) -> None:
    columns = {**NOTHING, "weekly_skipped": after.skipped, "weekly_paused_until": after.paused_until}
    for name, one in (("weekly_", after.held), ("weekly_asked_", after.asked.rhythm if after.asked else None)):
        if one:
            said = {"day": one.day, "time": one.at, "zone": one.zone, "every": one.every, "from": one.week}
            columns |= {f"{name}{column}": value for column, value in said.items()}
    if after.asked:
        columns["weekly_asked_by"] = after.asked.by
    if after.held != before.held:
        columns |= {"weekly_set_at": timezone.now(), "weekly_revision": couple.weekly_revision + 1}
    Couple.objects.filter(id=couple.id).update(**columns)


def _known(zone: str) -> str:
    """Return a zone that there still is: the lists of zones change, too."""
    return zone if zone_named(zone) else ""


def _every(stored: int) -> Every:
    return 2 if stored == 2 else 1


def _seat(stored: str) -> Seat:
    return "a" if stored == "a" else "b"
