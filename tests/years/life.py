"""The years as they are lived on the database of this process, which ``tests.years`` starts.

Ana and Ben check in each week, and so do Cleo and Dan. After a year they part; Ana pairs with Cleo. Ben sees less of
what was and takes his words back. Guests come and go; Tess hosts, looks back and plans. Nobody comes to a plan.
"""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.care import invitations as care_invitations
from accounts.care import scopes
from accounts.couple import invitations, pairing, retention
from accounts.logins import login_from_token, open_login
from accounts.models import CareLink, CareNotes, Couple, User
from sessions.checkin import wire
from sessions.history import readers
from sessions.history.rounds import all_rounds
from sessions.hosting import host_rights
from sessions.joining import join, seats, start
from sessions.privacy import erasure
from sessions.store import execute
from tests.support.cast.past import Pair, therapist_of
from tests.support.cast.tokens import let_test_clients_present_tokens
from tests.years import wrong_clocks
from tests.years.audit import Audit, table
from tests.years.clock import BEGAN, set_to

HALF_A_DAY, HOUR, DAY, WEEK = timedelta(hours=12), timedelta(hours=1), timedelta(days=1), timedelta(days=7)
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


class Years:
    """The people, and what happens to them in which week."""

    def __init__(self) -> None:
        self.audit = Audit()
        self.now = BEGAN
        self.rounds = 0
        self.days: dict[UUID, tuple[str, str]] = {}
        self._at(BEGAN)
        names = ("Ana", "Ben", "Cleo", "Dan")
        self.ana, self.ben, self.cleo, self.dan = (
            User.objects.create_user(f"{name.lower()}@example.org", "two-phones-one-loop", first_name=name)
            for name in names
        )
        for person in (self.ana, self.ben, self.cleo, self.dan):
            EmailAddress.objects.create(user=person, email=str(person.email), verified=True, primary=True)
        self.couples: dict[tuple[User, User], Couple] = {
            (self.ana, self.ben): pairing.form_couple(self.ana, self.ben),
            (self.cleo, self.dan): pairing.form_couple(self.cleo, self.dan),
        }
        self.former = self.couples[self.ana, self.ben]
        self.tess = therapist_of(Pair(self.ana, self.ben, self.former), "host", "history")
        self.tokens = {person: open_login(person) for person in (self.ana, self.ben, self.cleo, self.dan)}

    def live(self, weeks: int) -> None:
        """Let weeks pass, half a day after the other, each of them with a purge."""
        for week in range(weeks):
            evening = self._evening(week)
            for half in range(14):
                until = BEGAN + week * WEEK + (half + 1) * HALF_A_DAY
                for at in _odd_hours(self.now, until):
                    self._at(at)
                    self._check_in(*next(iter(self.couples)))
                if self.now <= evening < until:
                    self._at(evening)
                    self._happenings(week)
                self._at(until)
                self.audit.purge(self.now, judged=half == JUDGED)
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
            self._check_in(*two, zone=_zone(week))
        if week in WISHES and (self.ana, self.ben) in self.couples:
            seat, months = WISHES[week]
            retention.set_retention(self.ana if seat == "a" else self.ben, self.former, months, self.now)
        if week % 4 == 1:
            self._what_comes_monthly(week)
        match week:
            case 5 | 57 | 101:
                wrong_clocks.lie(self.audit, self.now)
            case 40:
                scopes.withdraw(self.ana, CareLink.objects.get(), ["history"], self.now)
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
            case 70:
                erasure.take_back_all_words(self.former.id, "b")
            case 62 | 90:
                wrong_clocks.twice_at_once(self.audit, self.now + HOUR)
            case 64 | 98:
                self._at(self.now + HOUR)
                wrong_clocks.killed_in_the_middle(self.audit, self.now)

    def _what_comes_monthly(self, week: int) -> None:
        """Guests, plans that nobody comes to, invitations and logins that nobody uses, looks and notes."""
        self._guests(signs_up_after=timedelta(days=2.5) if week == 9 else 4 * DAY if week == 13 else None)
        for two, couple in self.couples.items():
            start.start_for_couple(two[0], couple, self.now, title="Our time", starts_at=self.now + 9 * DAY)
        host_rights.start_hosted(self.tess, title="Two who are new", starts_at=self.now + 5 * DAY, now=self.now)
        if scopes.has_scope(self.tess.id, self.former.id, "history"):
            readers.reader_for(self.tess, self.former.id, self.now)
            host_rights.start_hosted(self.tess, self.former.id, starts_at=self.now + 6 * DAY, now=self.now)
            CareNotes.objects.get_or_create(link=CareLink.objects.get(), defaults={"text": "Slower."})
        if not self.couples:
            invitations.create(self.ben)
        care_invitations.create(self.tess, as_therapist=True)
        phone = Client()
        answer = phone.post("/accounts/login/", {"login": "dan@example.org", "password": "two-phones-one-loop"})
        assert answer.status_code == 302, answer.content.decode()
        phone.post("/my-part/journal/", {"text": "One more month."})
        # A check-in that is left open, with one mark sealed, ends by itself and opens nothing.
        alone = start.start_with_code(self.dan, now=self.now) if not self.couples else None
        assert alone is None or alone.code

    def _check_in(self, ana: User, ben: User, zone: ZoneInfo | None = None) -> None:
        """Play one evening of one round; every fifth ends by itself, with the next moment's first mark sealed."""
        session = start.start_for_couple(ana, self.couples[ana, ben], self.now).live_session
        seats.take_seat(ben.id, session.id, self.now)
        self.rounds += 1
        self._round(session.id, ana, ben, number=session.rounds.count() + 1)
        if zone:
            found = session.rounds.latest("number")
            self.days[found.history_id] = (found.opened_at.astimezone(zone).date().isoformat(), zone.key)
        if self.rounds % 5 == 0:
            number = session.rounds.count()
            self._ask(session.id, ben, "round.open", after=number, text="It was late again.")
            self._ask(session.id, ana, "mark.seal", round=number + 1, reaction="both", intensity=2, words="Sealed.")
        else:
            self._ask(session.id, ana, "session.end")

    def _round(self, session: UUID, ana: User, ben: User, number: int) -> None:
        self._ask(session, ana, "round.open", after=number - 1, text="A reply took long.", when="now")
        for person, reaction in ((ana, "anxious"), (ben, "avoidant")):
            mark = {"reaction": reaction, "intensity": 3, "words": f"Of {person.first_name}.", "share": ["words"]}
            self._ask(session, person, "mark.seal", round=number, **mark)
        for person in (ana, ben):
            self._ask(session, person, "quiet.skip", round=number)
        for person in (ana, ben):
            self._ask(session, person, "need.say", round=number, text=f"A need of {person.first_name}.")
            self._ask(session, person, "step.choose", round=number, text="A walk.")

    def _ask(self, session: UUID, person: User, type: str, **fields: Any) -> None:
        command = wire.command_from({"type": type, "op": uuid4().hex, **fields})
        # As a socket that opens does: what is used lasts. Who stayed away for two weeks logs in again.
        login = login_from_token(self.tokens[person])
        if login is None:
            self.tokens[person] = open_login(person)
            login = login_from_token(self.tokens[person])
        assert login, f"{self.now}: {person.first_name} cannot log in"
        answer = execute.execute(login, session, command, self.now)
        assert answer.code is None, f"{self.now} {type}: {answer.code}"

    def _guests(self, signs_up_after: timedelta | None) -> None:
        """Let two guests have one round; one of them may sign up, and open the mail so much later."""
        phone = Client()
        phone.post("/start/", {"first_name": "Guest"})
        guest = User.objects.filter(email=None).latest("created_at")
        other = User.objects.create_guest("Other")
        session = guest.seats.get().live_session
        assert session.code
        join.join_by_code(other, session.code, self.now)
        self.tokens |= {person: open_login(person) for person in (guest, other)}
        self._round(session.id, guest, other, 1)
        self._ask(session.id, guest, "session.end")
        if signs_up_after is None:
            return
        address = f"guest{self.now:%y%m%d}@example.org"
        phone.post("/accounts/signup/", {"email": address, "password1": "a quiet lake before rain"})
        link = re.search(r"/accounts/confirm-email/[^\s?]+", str(mail.outbox[-1].body))
        assert link, mail.outbox[-1].body
        before, until = self.now, self.now + signs_up_after
        self.audit.purge(self.now, judged=False)
        while self.now < until:
            self._at(min(self.now + HALF_A_DAY, until))
            self.audit.purge(self.now, judged=True)
        phone.post(link[0])
        in_time = signs_up_after < timedelta(days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS)
        if User.objects.filter(email=address).exists() != in_time:
            self.audit.wrong.append(f"{before:%Y-%m-%d}: a mail that was opened {signs_up_after} later")

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

    def _at(self, now: datetime) -> None:
        self.now = set_to(max(now, self.now))


def _zone(week: int) -> ZoneInfo:
    """Return where they live then."""
    return ZoneInfo(ZONES[max(begun for begun in ZONES if begun <= week)])


def _odd_hours(since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the odd hours between two times."""
    for naive in ODD_HOURS:
        if since < (at := naive.replace(tzinfo=BEGAN.tzinfo)) <= until:
            yield at


def main(weeks: int) -> int:
    """Live, say what was found, and return how much of it was wrong."""
    let_test_clients_present_tokens()
    began = time.monotonic()
    years = Years()
    years.live(weeks)
    audit = years.audit

    rows = table(timezone.now())
    print(f"{years.now:%Y-%m-%d}: {years.rounds} check-ins of couples, {audit.purges} purges, {audit.judged} judged")
    print(f"deleted while judged: {dict(sorted(audit.gone.items()))}")
    print(*rows, sep="\n")
    wrong = audit.wrong + [row for row in rows if "NO LINE ALLOWS" in row]
    print(*(f"WRONG {one}" for one in wrong[:40]), sep="\n")
    print(f"{len(wrong)} wrong, in {time.monotonic() - began:.0f} s", flush=True)
    return int(bool(wrong))
