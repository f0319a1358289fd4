"""An agreed hour for two who look in the same moment: `python -m tests.support.racing_hours agreed_hours 64`.

Runs like ``racing``. The hour is tomorrow's; each look has a clock of its own, which the race sets.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import product
from typing import Final

from django.utils import timezone

from tests.support.racing import CheckIn, Deed, Race, begin, main, phase_and_end

from accounts.models import ClockCheck, User  # isort: skip
from sessions.joining import openings as joining  # isort: skip
from sessions.models import LiveSession  # isort: skip
from sessions.store import openings  # isort: skip

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
# A couple with thousands of rounds behind it would be slow for other reasons.
EACH_COUPLE: Final = 25
Look = Callable[[CheckIn, datetime], bool]


def look(check_in: CheckIn, now: datetime) -> bool:
    """Look as a page does; tell whether this carried it out."""
    return openings.carry_out(check_in.session_id, now)


def sweep(check_in: CheckIn, now: datetime) -> bool:
    """Look as the sweep does."""
    return openings.carry_out_due(now) == 1


def command(deed: Deed, check_in: CheckIn, now: datetime) -> bool:
    """Look by a command of Ben's; never told whether that carried it out."""
    answer = check_in.does(check_in.logins[1], deed, now)
    assert answer.code in (None, "session.ended", "round.not_open"), answer.code
    return False


LOOKS: Final[tuple[Look, ...]] = (
    look,
    sweep,
    partial(command, ("sync", {})),
    partial(command, ("mark.withdraw", {"round": 1})),
)


class Hours:
    """Openings that were agreed on for one hour, one after the other."""

    def __init__(self) -> None:
        self.hour = timezone.now().replace(second=0, microsecond=0) + DAY
        self.seen: Counter[str] = Counter({"early": 0, "twice": 0, "lost": 0})
        self.check_in = begin()

    def agree(self, number: int) -> int:
        """Agree on the next one; every second one is sealed by one alone. Return how many have sealed."""
        if number % EACH_COUPLE == 0:
            self.check_in = begin()
        check_in = self.check_in
        people = [User.objects.get(id=login.user_id) for login in check_in.logins]
        check_in.session_id = joining.propose(people[0], self.hour, moment=1).live_session.id
        joining.say_hour(people[1], check_in.session_id, self.hour)
        sealed = 2 - number % 2
        for login in check_in.logins[:sealed]:
            answer = check_in.does(login, ("mark.seal", {"round": 1, "reaction": "both", "intensity": 3}))
            assert answer.code is None, answer.code
        return sealed

    @property
    def stored(self) -> tuple[str, int]:
        """Return how far the present one is, and how often it was written to."""
        row = LiveSession.objects.get(id=self.check_in.session_id)
        return "over" if row.ended_at else row.apart, row.version

    def judge(self, before: tuple[str, int], done: list[bool], sealed: int) -> None:
        """Count what came of its hour: it has happened, and one write did it."""
        how_far, version = self.stored
        self.seen["lost"] += how_far == "agreed"
        self.seen["twice"] += done.count(True) > 1 or version > before[1] + 1
        self.seen[f"{sealed} sealed: {phase_and_end(self.check_in)}"] += 1


def agreed_hours(race: Race, count: int) -> Counter[str]:
    """Let an agreed hour come, and two look in that moment: sweeps, readers, and somebody who would still change it."""
    hours = Hours()
    pairs = list(product(LOOKS, LOOKS))
    for number in range(count):
        sealed = hours.agree(number)
        before = hours.stored
        early = race.together(*(partial(one, hours.check_in, hours.hour - SECOND) for one in (look, sweep)))
        hours.seen["early"] += any(early) or hours.stored != before
        looks = pairs[number // 2 % len(pairs)]
        done = race.together(*(partial(one, hours.check_in, hours.hour) for one in looks))
        assert not set(looks) <= {look, sweep} or done.count(True) == 1, "of these two, one did it"
        hours.judge(before, done, sealed)
    return hours.seen


def clocks_apart(race: Race, count: int) -> Counter[str]:
    """Let two processes sweep in the same moment by clocks that are a day apart, before and after the hour."""
    hours = Hours()
    logging.getLogger("sessions.store.clock").setLevel(logging.ERROR)  # what it says of the wrong one
    for number in range(count):
        ClockCheck.objects.all().delete()
        sealed = hours.agree(number)
        ClockCheck.objects.create(seen_at=hours.hour - DAY / 4)
        before = hours.stored
        for wrong in (DAY, -DAY):
            at = hours.hour - SECOND
            early = race.together(*(partial(sweep, hours.check_in, at + by) for by in (timedelta(), wrong)))
            hours.seen["early"] += any(early) or hours.stored != before
        wrong = DAY if number // 2 % 2 else -DAY
        done = race.together(*(partial(sweep, hours.check_in, hours.hour + by) for by in (timedelta(), wrong)))
        assert done == [True, False], "the right one did it"
        hours.judge(before, done, sealed)
    return hours.seen


if __name__ == "__main__":
    main({"agreed_hours": agreed_hours, "clocks_apart": clocks_apart})
