"""What is done to an agreed opening while the process is killed: from which state, and by which way in."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from accounts.couple import pairing
from accounts.logins import Login, login_from_token, open_login
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.checkin import wire
from sessions.joining import openings as joining
from sessions.models import LiveSession, Mark
from sessions.store import execute, openings

LATER: Final = timedelta(hours=1)
ALL_DUE: Final = timedelta(hours=2)


class Opening:
    """Ana and Ben, and the opening that Ana has proposed for tomorrow."""

    def __init__(self) -> None:
        self.hour = timezone.now().replace(second=0, microsecond=0) + timedelta(days=1)
        self.people = [
            User.objects.create_user(f"{uuid.uuid4()}@example.org", None, first_name=name) for name in ("Ana", "Ben")
        ]
        pairing.form_couple(*self.people)
        self.logins: list[Login] = [login for one in self.people if (login := login_from_token(open_login(one)))]
        self.id = joining.propose(self.people[0], self.hour, moment=1).live_session.id
        self._sealed: dict[str, bytes] = {}

    def says(self, who: int, hour: datetime) -> None:
        """Let one of the two say an hour."""
        joining.say_hour(self.people[who], self.id, hour)

    def does(self, who: int, type: str, at: datetime | None = None, **fields: Any) -> None:
        """Let one of the two send a command, which is accepted."""
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        answer = execute.execute(self.logins[who], self.id, command, at)
        assert answer.code is None, answer.code

    def seals(self, who: int, intensity: int = 3) -> None:
        """Let one of the two seal a mark."""
        self.does(who, "mark.seal", round=1, reaction="anxious", intensity=intensity)

    def remember_seals(self) -> None:
        """Call what is sealed now by its seat alone, and what is sealed later new."""
        self._sealed = self._seals()

    def _seals(self) -> dict[str, bytes]:
        rows = Mark.objects.filter(round__live_session=self.id).exclude(seal=None)
        return {mark.seat: bytes(mark.seal) for mark in rows if mark.seal is not None}

    @property
    def stored(self) -> "Stored":
        """Return what the database says of it."""
        row = LiveSession.objects.get(id=self.id)
        [latest] = row.rounds.all()
        assert row.starts_at is not None
        seals = self._seals()
        return Stored(
            apart=row.apart,
            opens_in=row.starts_at - self.hour,
            asked_by=row.asked_by,
            asked_in=row.asked_starts_at and row.asked_starts_at - self.hour,
            ended="no" if row.ended_at is None else "before" if row.ended_at < row.starts_at else "at its hour",
            phase=latest.phase,
            sealed={seat: "as before" if seal == self._sealed.get(seat) else "new" for seat, seal in seals.items()},
            opened=latest.marks.filter(seal=None).count(),
        )


@dataclass(frozen=True)
class Stored:
    """An opening as it is stored, without what differs from one to the next."""

    apart: str
    opens_in: timedelta
    asked_by: str
    asked_in: timedelta | None
    ended: str
    phase: str
    sealed: dict[str, str]
    opened: int

    @property
    def waits(self) -> bool:
        """Tell whether its hour is still to come."""
        return self.ended == "no" and self.apart != "opened"

    @property
    def whole(self) -> bool:
        """Tell whether all of it is of one of the four kinds that there are."""
        if self.waits:
            return self.phase == "open" and self.opened == 0
        revealed = self.phase == "revealed" and self.opened == 2 and self.ended == "no"
        closed = self.phase == "set_aside" and self.opened == 0 and self.ended != "no"
        return not self.sealed and (revealed or closed)

    @property
    def will_open(self) -> bool:
        """Tell what becomes of it at its hour, by the rule in one line."""
        return self.apart == "agreed" and len(self.sealed) == 2


def _asked(opening: Opening) -> None:
    pass


def _agreed(opening: Opening) -> None:
    opening.says(1, opening.hour)


def _one_sealed(opening: Opening) -> None:
    _agreed(opening)
    opening.seals(0)


def _both_sealed(opening: Opening) -> None:
    _one_sealed(opening)
    opening.seals(1)


def _moving(opening: Opening) -> None:
    _both_sealed(opening)
    opening.says(0, opening.hour + LATER)


Step = Callable[[Opening], object]
# By name: what has been before, and what is done when the process is killed.
ACTIONS: Final[dict[str, tuple[Step, Step]]] = {
    "say another hour": (_asked, lambda one: one.says(1, one.hour + LATER)),
    "agree": (_asked, lambda one: one.says(1, one.hour)),
    "ask to move": (_both_sealed, lambda one: one.says(0, one.hour + LATER)),
    "move": (_moving, lambda one: one.says(1, one.hour + LATER)),
    "keep the hour": (_moving, lambda one: one.says(1, one.hour)),
    "seal first": (_agreed, lambda one: one.seals(0)),
    "seal second": (_one_sealed, lambda one: one.seals(1)),
    "replace": (_both_sealed, lambda one: one.seals(0, intensity=5)),
    "withdraw": (_both_sealed, lambda one: one.does(0, "mark.withdraw", round=1)),
    "call off": (_both_sealed, lambda one: joining.call_off(one.people[0], one.id)),
    "end": (_both_sealed, lambda one: one.does(0, "session.end")),
    "unpair": (_both_sealed, lambda one: pairing.unpair(one.people[0])),
    "delete an account": (_both_sealed, lambda one: delete_person(one.people[0])),
    "the sweep opens it": (_both_sealed, lambda one: openings.carry_out_due(one.hour)),
    "the sweep leaves it closed": (_one_sealed, lambda one: openings.carry_out_due(one.hour)),
    "a page opens it": (_both_sealed, lambda one: openings.carry_out(one.id, one.hour)),
    "a command opens it": (_both_sealed, lambda one: one.does(1, "sync", one.hour)),
}
