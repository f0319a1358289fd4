"""The people of the two years, and what they do in a check-in."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress

from accounts.care import scopes
from accounts.couple import pairing
from accounts.logins import login_from_token, open_login
from accounts.models import CareLink, Couple, User
from sessions.checkin import wire
from sessions.joining import seats, start
from sessions.store import execute
from tests.support.cast.past import Pair, therapist_of
from tests.years.audit import Audit
from tests.years.clock import BEGAN, set_to

PASSWORD: Final = "two-phones-one-loop"
HALF_A_DAY: Final = timedelta(hours=12)


class People:
    """Ana and Ben, Cleo and Dan, Otto alone, and Tess, at a time of theirs; and the audit of what is purged."""

    def __init__(self) -> None:
        self.audit = Audit()
        self.now = BEGAN
        self.rounds = 0
        self.days: dict[UUID, tuple[str, str]] = {}
        self.at(BEGAN)
        names = ("Ana", "Ben", "Cleo", "Dan", "Otto")
        self.ana, self.ben, self.cleo, self.dan, self.otto = (
            User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, first_name=name) for name in names
        )
        for person in (self.ana, self.ben, self.cleo, self.dan):
            EmailAddress.objects.create(user=person, email=str(person.email), verified=True, primary=True)
        self.couples: dict[tuple[User, User], Couple] = {
            (self.ana, self.ben): pairing.form_couple(self.ana, self.ben),
            (self.cleo, self.dan): pairing.form_couple(self.cleo, self.dan),
        }
        self.former = self.couples[self.ana, self.ben]
        self.tess = therapist_of(Pair(self.ana, self.ben, self.former), "host", "history")
        self.link = CareLink.objects.get()
        theirs = CareLink.objects.create(therapist=self.tess, couple=self.couples[self.cleo, self.dan])
        for person in (self.cleo, self.dan):
            scopes.agree(person, theirs, ["host"])
        self.tokens = {person: open_login(person) for person in (self.ana, self.ben, self.cleo, self.dan)}

    def check_in(self, ana: User, ben: User, zone: ZoneInfo | None = None) -> None:
        """Play one evening of one round; every fifth ends by itself, with the next moment's first mark sealed."""
        session = start.start_for_couple(ana, self.couples[ana, ben], self.now).live_session
        seats.take_seat(ben.id, session.id, self.now)
        self.rounds += 1
        self.play(session.id, ana, ben, number=session.rounds.count() + 1)
        if zone:
            found = session.rounds.latest("number")
            self.days[found.history_id] = (found.opened_at.astimezone(zone).date().isoformat(), zone.key)
        if self.rounds % 5 == 0:
            number = session.rounds.count()
            self.ask(session.id, ben, "round.open", after=number, text="It was late again.")
            self.ask(session.id, ana, "mark.seal", round=number + 1, reaction="both", intensity=2, words="Sealed.")
        else:
            self.ask(session.id, ana, "session.end")

    def play(self, session: UUID, ana: User, ben: User, number: int) -> None:
        """Play one round, with everything that can be said in it."""
        self.ask(session, ana, "round.open", after=number - 1, text="A reply took long.", when="now")
        for person, reaction in ((ana, "anxious"), (ben, "avoidant")):
            mark = {"reaction": reaction, "intensity": 3, "words": f"Of {person.first_name}.", "share": ["words"]}
            self.ask(session, person, "mark.seal", round=number, **mark)
        for person in (ana, ben):
            self.ask(session, person, "quiet.skip", round=number)
        for person in (ana, ben):
            self.ask(session, person, "need.say", round=number, text=f"A need of {person.first_name}.")
            self.ask(session, person, "step.choose", round=number, text="A walk.")
        for person in (ana, ben):
            self.ask(session, person, "need.heard", round=number, words="That a word helps.")

    def ask(self, session: UUID, person: User, type: str, **fields: Any) -> None:
        """Send one command, and find it accepted."""
        command = wire.command_from({"type": type, "op": uuid4().hex, **fields})
        # As a socket that opens does: what is used lasts. Who stayed away for two weeks logs in again.
        login = login_from_token(self.tokens[person])
        if login is None:
            self.tokens[person] = open_login(person)
            login = login_from_token(self.tokens[person])
        assert login, f"{self.now}: {person.first_name} cannot log in"
        answer = execute.execute(login, session, command, self.now)
        assert answer.code is None, f"{self.now} {type}: {answer.code}"

    def at(self, now: datetime) -> None:
        """Let it be a time, unless it is later already."""
        self.now = set_to(max(now, self.now))
