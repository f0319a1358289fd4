"""People of every role in one database, each with something of their own, to ask the API about in this process."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.care import invitations as care_invitations
from accounts.care import notes as care_notes
from accounts.care import scopes
from accounts.couple import invitations, pairing
from accounts.logins import login_from_token, open_login
from accounts.models import SCOPES, Couple, User
from accounts.my_part import notes as private_notes
from accounts.my_part.api import EXAMPLES, KINDS
from accounts.session_store import SessionStore
from sessions.checkin import wire
from sessions.hosting import host_rights
from sessions.joining import openings, seats, start
from sessions.models import Part, Round
from sessions.store import execute
from tests.support.cast.care_cast import linked, therapist

PASSWORD = "a password of five plain words"
# Stands in everything that Ana and Ben told each other, and in what Ana told nobody.
CANARY = "zebra"
PRIVATE_CANARY = "zebrafish"
ABSENT = "00000000-0000-4000-8000-000000000000"


@dataclass
class Role:
    """Somebody who asks: their login, and what is theirs."""

    name: str
    person: User | None = None
    token: str = ""
    sessions: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)
    code: str = ""
    # Care links that this one may answer as a partner, and may keep notes on as a therapist.
    answers: list[str] = field(default_factory=list)
    cares_for: list[str] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        """Return what this one sends along."""
        return {"X-Session-Token": self.token} if self.token else {}


class World:
    """Ana and Ben in a check-in; Dan, who was Ana's partner and is Cleo's; Otto; a guest; somebody of the staff.

    Tess is Ana's and Ben's therapist, with everything agreed to; Colleague is Cleo's and Dan's, with nothing. Ana has
    taken back what she and Ben had agreed to with one more.
    """

    def __init__(self) -> None:
        self.roles: dict[str, Role] = {"anonymous": Role("anonymous")}
        self.ana = self._account("Ana")
        self.ben = self._account("Ben")
        self.dan = self._account("Dan")
        self._former_couple()
        couple = pairing.form_couple(self.ana, self.ben)
        self.couple = str(couple.id)
        self.session = str(start.start_for_couple(self.ana, couple).live_session.id)
        seats.take_seat(self.ben.id, uuid.UUID(self.session))
        self.anas_notes = self._notes(self.ana, PRIVATE_CANARY)
        _, self.invitation = invitations.create(self._account("Inviting"))
        self._of(self.ben, "partner", self.session)
        self._of(self.dan, "ex-partner", self.former_session)
        cleo = self._account("Cleo")
        self.used_invitation = invitations.create(cleo)[1]
        others = invitations.accept(self.used_invitation, self.dan)
        self.other_couple = str(others.id)
        waiting = start.start_for_couple(cleo, others).live_session
        self.couples_code = waiting.code or ""
        for name, person in (
            ("outsider", self._account("Otto")),
            ("guest", User.objects.create_guest("Guest")),
            ("staff", self._account("Staff", is_staff=True, is_superuser=True)),
        ):
            started = start.start_with_code(person)
            self._of(person, name, str(started.id), started.code or "")
        self._care()
        self._tell()
        self._planned_for = timezone.now() + timedelta(days=3)

    @property
    def plan(self) -> str:
        """Return what Ana has planned with Ben; made when asked for, so that it is in nobody's lists before."""
        return self._plan(self.ana, self.couple)

    @property
    def others_plan(self) -> str:
        """Return what Dan has planned with Cleo."""
        return self._plan(self.dan, self.other_couple)

    @property
    def hosted(self) -> str:
        """Return what Tess hosts for two who are new; made when asked for, so that it is in nobody's lists before."""
        return str(host_rights.start_hosted(self.roles["therapist"].person).id)

    @property
    def opening(self) -> str:
        """Return the opening that Ana has proposed to Ben; made when asked for, so that it is in nobody's lists."""
        return self._opening(self.ana)

    @property
    def others_opening(self) -> str:
        """Return what Dan has proposed to Cleo."""
        return self._opening(self.dan)

    def calls_off_its_opening(self) -> None:
        """Let nothing wait for Ana and Ben, so that a therapist may suggest something."""
        if waiting := openings.waiting_of(self.ana):
            openings.call_off(self.ana, waiting.id)

    def _opening(self, person: User) -> str:
        hour = self._planned_for.replace(second=0, microsecond=0)
        return str(openings.propose(person, hour, moment=1).live_session.id)

    def _plan(self, person: User, couple: str) -> str:
        planned = start.start_for_couple(person, Couple.objects.get(id=couple), starts_at=self._planned_for)
        return str(planned.live_session.id)

    def _care(self) -> None:
        """Link each couple with a therapist of its own."""
        tess, colleague = therapist("Tess"), therapist("Colleague")
        link, other = linked(tess, self.ana), linked(colleague, self.dan)
        for partner in (self.ana, self.ben):
            scopes.agree(partner, link, SCOPES)
        care_notes.write(tess, link.id, "Both slowed down.")
        care_notes.write(colleague, other.id, f"{CANARY} notes")
        self.link, self.other_link = str(link.id), str(other.id)
        started = start.start_with_code(tess)
        self._of(tess, "therapist", str(started.id), started.code or "")
        self.roles["therapist"].cares_for = [self.link]
        self.roles["partner"].answers = [self.link]
        self.roles["ex-partner"].answers = [self.other_link]
        self._taken_back()
        another = therapist("Therapist")
        self.care_invitation = care_invitations.create(another, as_therapist=True)[1]
        self.used_care_invitation = care_invitations.create(another, as_therapist=True)[1]
        care_invitations.accept(self.used_care_invitation, self.dan)

    def _taken_back(self) -> None:
        """Link Ana and Ben with another therapist, to whom they agreed before she took everything back."""
        revoked = therapist("Revoked")
        link = linked(revoked, self.ana)
        for partner in (self.ana, self.ben):
            scopes.agree(partner, link, SCOPES)
        assert scopes.active_scopes(link) == set(SCOPES)
        scopes.withdraw(self.ana, link, SCOPES)
        started = start.start_with_code(revoked)
        self._of(revoked, "revoked therapist", str(started.id), started.code or "")
        self.roles["revoked therapist"].cares_for = [str(link.id)]

    def _account(self, first_name: str, **fields: Any) -> User:
        return User.objects.create_user(f"{first_name.lower()}@example.org", None, first_name=first_name, **fields)

    def _former_couple(self) -> None:
        former = pairing.form_couple(self.ana, self.dan)
        yesterday = timezone.now() - timedelta(hours=20)
        self.former_session = str(start.start_for_couple(self.ana, former, yesterday).live_session.id)
        seats.take_seat(self.dan.id, uuid.UUID(self.former_session), yesterday)
        ask = self._asking(self.former_session, self.ana, self.dan)
        ask(self.ana, "round.open", after=0, text=f"{CANARY} former moment")
        ask(self.ana, "mark.seal", round=1, reaction="anxious", intensity=4, words=f"{CANARY} former", share=["words"])
        ask(self.dan, "mark.seal", round=1, reaction="avoidant", intensity=3)
        pairing.unpair(self.dan)
        self.former_round = self._round_of(self.former_session)

    def _of(self, person: User, name: str, session: str, code: str = "") -> None:
        token = fresh_login(person)
        self.roles[name] = Role(name, person, token, [session], self._notes(person, name), code)

    def _notes(self, person: User, word: str) -> dict[str, str]:
        notes = {}
        for kind, (stored, _) in KINDS.items():
            content = {key: value for key, value in EXAMPLES[kind].items() if key != "hold"}
            if "text" in content:
                content["text"] = f"{word} {content['text']}"
            notes[kind] = str(private_notes.add_note(person, stored, content).id)
        return notes

    def _tell(self) -> None:
        """Let Ana and Ben reveal one round and have another open, in which she has sealed."""
        ask = self._asking(self.session, self.ana, self.ben)
        hers = {"words": f"{CANARY} words", "thought": f"{PRIVATE_CANARY} thought", "share": ["words"]}
        ask(self.ana, "round.open", after=0, text=f"{CANARY} moment")
        ask(self.ana, "mark.seal", round=1, reaction="anxious", intensity=4, **hers)
        ask(self.ben, "mark.seal", round=1, reaction="avoidant", intensity=3)
        for person in (self.ana, self.ben):
            ask(person, "quiet.skip", round=1)
        for person in (self.ana, self.ben):
            ask(person, "need.say", round=1, text=f"{CANARY} need")
            ask(person, "step.choose", round=1, text=f"{CANARY} step")
        ask(self.ana, "round.open", after=1, text=f"{CANARY} second moment")
        ask(self.ana, "mark.seal", round=2, reaction="both", intensity=5, words=f"{PRIVATE_CANARY} sealed")
        self.round = self._round_of(self.session)
        for person, line in ((self.ana, f"{PRIVATE_CANARY} a day later"), (self.ben, "Ben, a day later")):
            part = Part.objects.get(
                round__history_id=self.round,
                round__live_session__seats__user=person,
                round__live_session__seats__name=F("seat"),
            )
            part.look_back = {"feeling": "relief", "line": line, "shared": False}
            part.save()

    def _asking(self, session: str, *people: User) -> Callable[..., None]:
        logins = {person.id: login_from_token(open_login(person)) for person in people}

        def ask(person: User, type: str, **fields: Any) -> None:
            login = logins[person.id]
            assert login is not None
            frame = {"type": type, "op": uuid.uuid4().hex, **fields}
            answer = execute.execute(login, uuid.UUID(session), wire.command_from(frame))
            assert answer.code is None, answer.code

        return ask

    def _round_of(self, session: str) -> str:
        return str(Round.objects.get(live_session=session, phase="revealed").history_id)


def fresh_login(person: User) -> str:
    """Return the token of somebody who has just logged in."""
    token = open_login(person)
    request = HttpRequest()
    request.session = SessionStore.presented(token)
    record_authentication(request, person, "password")
    request.session.save()
    return token


@contextmanager
def one_connection() -> Iterator[None]:
    """Keep requests from closing the connection, and with it the transaction that a test takes back."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@contextmanager
def undone() -> Iterator[None]:
    """Take back whatever is done meanwhile, so that every question finds the same world."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
