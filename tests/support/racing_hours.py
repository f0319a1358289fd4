"""An agreed hour for two who look in the same moment: `python -m tests.support.racing_hours agreed_hours 64`.

Runs like ``racing``. The hours are tomorrow's, one each second; each look has a clock of its own, which the race sets.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Final

import django
from django.db.models import Count
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
django.setup()

from accounts.models import ClockCheck, User  # noqa: E402
from sessions.checkin.state import PARTNERS  # noqa: E402
from sessions.checkin.wire import command_from  # noqa: E402
from sessions.models import LiveSession, Mark, Round, Seat  # noqa: E402
from sessions.store import openings, sealing  # noqa: E402
from tests.support.racing import CheckIn, Deed, Race, begin, main  # noqa: E402

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
BATCH: Final = 50
# Looks at one of them by a clock; returns how many this look has carried out.
Look = Callable[[CheckIn, datetime], int]


def look(check_in: CheckIn, now: datetime) -> int:
    """Look as a page does."""
    return openings.carry_out(check_in.session_id, now)


def sweep(check_in: CheckIn, now: datetime) -> int:
    """Look as the sweep does, for all that are due."""
    return openings.carry_out_due(now)


def command(deed: Deed, check_in: CheckIn, now: datetime) -> int:
    """Look by a command of Ben's, which does not tell whether it carried anything out."""
    answer = check_in.does(check_in.logins[1], deed, now)
    assert answer.code in (None, "session.ended", "round.not_open"), answer.code
    return 0


LOOKS: Final[tuple[Look, ...]] = (
    look,
    sweep,
    partial(command, ("sync", {})),
    partial(command, ("mark.withdraw", {"round": 1})),
)


class Hours:
    """Openings that wait, agreed on for one hour after the other; every second one is sealed by one alone."""

    def __init__(self, logins: CheckIn, count: int) -> None:
        self.first = timezone.now().replace(microsecond=0) + DAY
        people = [User.objects.get(id=login.user_id) for login in logins.logins]
        self.rows = LiveSession.objects.bulk_create(
            LiveSession(apart="agreed", starts_at=self.first + number * SECOND) for number in range(count)
        )
        Seat.objects.bulk_create(
            Seat(live_session=row, name=name, user=one, first_name=one.first_name)
            for row in self.rows
            for name, one in zip(PARTNERS, people, strict=True)
        )
        rounds = Round.objects.bulk_create(
            Round(live_session=row, number=1, moment=1, text="Late again.", opened_at=self.first - DAY)
            for row in self.rows
        )
        mark = command_from({"type": "mark.seal", "op": "1", "round": 1, "reaction": "both", "intensity": 3})
        Mark.objects.bulk_create(
            Mark(round=one, seat=seat, seal=sealing.seal_mark(mark, of=sealing.SealedIn.of(one), seat=seat))  # type: ignore[arg-type]
            for number, one in enumerate(rounds)
            for seat in PARTNERS[: sealed(number)]
        )
        self.check_ins = [CheckIn(row.id, logins.logins) for row in self.rows]

    def hour(self, number: int) -> datetime:
        """Return the hour of one of them."""
        return self.first + number * SECOND

    def counted(self) -> Counter[str]:
        """Count what has come of each, by what is stored: one write has done it, or it is lost, or it came twice."""
        seen: Counter[str] = Counter()
        rows = Round.objects.filter(live_session__in=self.rows).select_related("live_session")
        by_hour = rows.annotate(kept=Count("marks")).order_by("live_session__starts_at")
        for number, one in enumerate(by_hour):
            row = one.live_session
            seen["lost"] += row.apart == "agreed" and row.ended_at is None
            seen["twice"] += row.version > 1
            going = "ended" if row.ended_at else "goes on"
            seen[f"{sealed(number)} sealed: {one.phase}, {one.kept} marks, {going}"] += 1
        return seen


def sealed(number: int) -> int:
    """Return how many have sealed for one of them."""
    return 2 - number % 2


def in_batches(count: int, run: Callable[[Hours, CheckIn, int], Counter[str]]) -> Counter[str]:
    """Run on so many hours, a batch at a time."""
    logins = begin()
    seen: Counter[str] = Counter({"early": 0, "twice": 0, "lost": 0})
    for begun in range(0, count, BATCH):
        size = min(BATCH, count - begun)
        hours = Hours(logins, size)
        for number, check_in in enumerate(hours.check_ins):
            seen.update(run(hours, check_in, number))
        seen.update(hours.counted())
    return seen


def agreed_hours(race: Race, count: int) -> Counter[str]:
    """Let an agreed hour come, and two look in that moment: sweeps, readers, and somebody who would still change it."""
    pairs = list(product(LOOKS, LOOKS))

    def run(hours: Hours, check_in: CheckIn, number: int) -> Counter[str]:
        early = race.together(*(partial(one, check_in, hours.hour(number) - SECOND / 1000) for one in (look, sweep)))
        looks = pairs[number // 2 % len(pairs)]
        done = race.together(*(partial(one, check_in, hours.hour(number)) for one in looks))
        # The next hour is a second later: a sweep that does more than one does one early.
        early_at_the_hour = max(0, sum(done) - 1) if sweep in looks else 0
        assert not set(looks) <= {look, sweep} or sum(done) == 1, "of these two, one did it"
        return Counter({"early": sum(early) + early_at_the_hour})

    return in_batches(count, run)


def clocks_apart(race: Race, count: int) -> Counter[str]:
    """Let two processes sweep in the same moment by clocks that are a day apart, before and after the hour."""
    logging.getLogger("sessions.store.clock").setLevel(logging.ERROR)  # what it says of the wrong one

    def run(hours: Hours, check_in: CheckIn, number: int) -> Counter[str]:
        ClockCheck.objects.update_or_create(defaults={"seen_at": hours.first - DAY / 4, "doubted_at": None})
        early = 0
        for wrong in (DAY, -DAY):
            at = hours.hour(number) - SECOND / 1000
            early += sum(race.together(*(partial(sweep, check_in, at + by) for by in (timedelta(), wrong))))
        wrong = DAY if number // 2 % 2 else -DAY
        looks = (partial(sweep, check_in, hours.hour(number) + by) for by in (timedelta(), wrong))
        assert race.together(*looks) == [1, 0], "the right one did it"
        return Counter({"early": early})

    return in_batches(count, run)


if __name__ == "__main__":
    main({"agreed_hours": agreed_hours, "clocks_apart": clocks_apart})
