"""The years as they are lived on the database of this process, which ``tests.years`` starts.

Ana and Ben check in each week, and so do Cleo and Dan. After a year they part; Ana pairs with Cleo. Ben sees less of
what was and takes his words back. Guests come and go; Tess hosts, looks back and plans. Nobody comes to a plan.
"""

import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.core.management import call_command
from django.db import connection
from django.test import Client

from accounts.care import scopes
from accounts.couple import pairing, retention
from accounts.logins import open_login
from accounts.person.rename import rename
from accounts.settings.deletion import delete_person
from sessions.history import readers
from sessions.history.rounds import all_rounds
from sessions.privacy import erasure
from tests.support.cast.tokens import let_test_clients_present_tokens
from tests.years import forgetting, monthly, wrong_clocks
from tests.years.audit import table
from tests.years.clock import BEGAN
from tests.years.people import HALF_A_DAY, People

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
# When nobody has come for long.
MUCH_LATER: Final = datetime(2041, 6, 1, tzinfo=BEGAN.tzinfo)
# The zones in which they live, from which week on.
ZONES: Final = {0: "Europe/Berlin", 26: "America/New_York", 78: "Pacific/Auckland"}
# The purge of a week, of fourteen, at which every row is judged: the guests' day is over.
JUDGED: Final = 3
# What no weekly evening meets: both changes of the clock in Berlin, and the day that is not in every year.
ODD_HOURS: Final = (
    datetime(2027, 3, 28, 0, 59, 30),
    datetime(2027, 10, 31, 0, 30),
    datetime(2027, 10, 31, 1, 30),
    datetime(2028, 2, 29, 23, 30),
)
# Wishes of Ana and Ben for how many months their history is kept, by week: down, up, down by the other, and up.
WISHES: Final = {20: ("a", 3), 23: ("a", 12), 30: ("b", 6), 36: ("b", 60), 44: ("a", 24)}


class Years(People):
    """The people, and what happens to them in which week."""

    def live(self, weeks: int) -> None:
        """Let weeks pass, half a day after the other, each of them with a purge."""
        for week in range(weeks):
            evening = self._evening(week)
            for half in range(14):
                until, quiet = BEGAN + week * WEEK + (half + 1) * HALF_A_DAY, True
                for at in _odd_hours(self.now, until):
                    quiet = False
                    self.at(at)
                    self.check_in(*next(iter(self.couples)))
                if self.now <= evening < until:
                    quiet = False
                    self.at(evening)
                    self._happenings(week)
                self.at(until)
                self.audit.purge(self.now, judged=half == JUDGED, quiet=quiet)
            if week % 13 == 12:
                print(f"{self.now:%Y-%m-%d}: {len(self.audit.wrong)} wrong", file=sys.stderr, flush=True)
            if self.audit.wrong:
                break
        self._days_are_as_they_were()

    def _evening(self, week: int) -> datetime:
        """Return a quarter past eight on their clocks, on the first day of a week."""
        evening = (BEGAN + week * WEEK).astimezone(_zone(week)).replace(hour=20, minute=15).astimezone(BEGAN.tzinfo)
        return evening if evening >= BEGAN + week * WEEK else evening + DAY

    # What happens in which week.

    def _happenings(self, week: int) -> None:
        for two in list(self.couples):
            self.check_in(*two, zone=_zone(week))
        if week in WISHES and (self.ana, self.ben) in self.couples:
            seat, months = WISHES[week]
            retention.set_retention(self.ana if seat == "a" else self.ben, self.former, months, self.now)
        if week % 4 == 1:
            monthly.come(self, week)
        match week:
            case 1 | 57 | 101:
                wrong_clocks.lie(self.audit, self.now)
            case 10:
                rename(self.ben, "Benedikt")
            case 40:
                scopes.withdraw(self.ana, self.link, ["history"], self.now)
            case 48:
                # The way back to the version before, and the way on.
                call_command("migrate", "accounts", "0031", verbosity=0)
                call_command("migrate", verbosity=0)
            case 52:
                pairing.unpair(self.ana, leave_words=True)
                pairing.unpair(self.dan)
                self.couples.clear()
            case 56:
                self.couples[self.ana, self.cleo] = pairing.form_couple(self.ana, self.cleo)
            case 60:
                retention.set_own_view(self.ben, self.former, 3)
            case 66:
                rename(self.ana, "Anna")
            case 70:
                erasure.take_back_all_words(self.former.id, "b")
            case 61 | 89:
                self.at(self.now + DAY + HOUR)
                wrong_clocks.twice_at_once(self.audit, self.now)
            case 65 | 97:
                # The guests of this week go, and rounds of a year ago.
                self.at(self.now + DAY + HOUR)
                wrong_clocks.killed_in_the_middle(self.audit, self.now)
            case 74:
                wrong_clocks.late(self.audit, self.at, self.now + 16 * DAY)
            case 80:
                delete_person(self.dan)

    # Afterwards.

    def _days_are_as_they_were(self) -> None:
        """Find each round that is kept on the day that it was where they lived then."""
        for person in (self.ana, self.cleo):
            phone = Client(headers={"x-session-token": open_login(person)})
            for reader in readers.readers_of(person.pk, self.now):
                for seen in list(all_rounds(reader))[::9]:
                    day, zone = self.days.get(seen.id, ("", ""))
                    asked = {"from": day, "to": day, "tz": zone, "couple": str(reader.couple.id)}
                    listed = phone.get("/api/v1/history/", asked).json() if day else None
                    if listed and str(seen.id) not in [one["id"] for one in listed["results"]]:
                        self.audit.wrong.append(f"{seen.id} is not found on {day} in {zone}")


def _zone(week: int) -> ZoneInfo:
    """Return where they live then."""
    return ZoneInfo(ZONES[max(begun for begun in ZONES if begun <= week)])


def _odd_hours(since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the odd hours between two times."""
    for naive in ODD_HOURS:
        if since < (at := naive.replace(tzinfo=BEGAN.tzinfo)) <= until:
            yield at


def main(weeks: int) -> int:
    """Live, say what was found, and return whether something of it was wrong."""
    let_test_clients_present_tokens()
    began = time.monotonic()
    years = Years()
    years.live(weeks)
    audit = years.audit
    print(f"{years.rounds} check-ins of couples, {audit.purges} purges, {audit.judged} judged, {audit.waited} waited")
    print(f"deleted: {dict(sorted(audit.gone.items()))}")
    wrong = _left(years)
    # Of everything there is something to go.
    monthly.come(years, 1)
    years.at(MUCH_LATER)
    if connection.vendor == "sqlite":
        wrong += forgetting.unnoticed(years.now)
    # Ending comes before going.
    for judged in (False, True):
        audit.purge(years.now, judged=judged, at_once=True)
    wrong += audit.wrong + _left(years) + [f"no row was ever in {table}" for table in audit.never_held()]
    print(*(f"WRONG {one}" for one in wrong[:40]), sep="\n")
    print(f"{len(wrong)} wrong, in {time.monotonic() - began:.0f} s", flush=True)
    return int(bool(wrong))


def _left(years: Years) -> list[str]:
    """Print what is left now, table by table; return what no line allows."""
    rows = table(years.now)
    print(f"left on {years.now:%Y-%m-%d}:", *rows, sep="\n")
    return [row for row in rows if "NO LINE ALLOWS" in row]
