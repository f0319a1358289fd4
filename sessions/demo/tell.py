"""Plays the demo's story through the real rules and writer, as two people would, at the story's own times."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from accounts.logins import Login
from accounts.models import Couple, User
from sessions.checkin import wire
from sessions.checkin.state import QUIET
from sessions.demo.story import STORY
from sessions.demo.told import ToldCheckIn, ToldRound
from sessions.joining import seats, start
from sessions.store import execute, load

READING: Final = timedelta(seconds=40)


class Evening:
    """One check-in being played; ``clock`` is the time in the story."""

    def __init__(self, logins: Mapping[str, Login], couple: Couple, began: datetime) -> None:
        self.clock = began
        self._logins = logins
        ana, ben = (User.objects.get(id=logins[name].user_id) for name in ("ana", "ben"))
        self.session_id: UUID = start.start_for_couple(ana, couple, began).live_session.id
        seats.take_seat(ben.id, self.session_id, began)

    def ask(self, who: str, type: str, **fields: Any) -> None:
        """Carry out one command of Ana or Ben, forty seconds after the last."""
        self.clock += READING
        command = wire.command_from({"type": type, "op": uuid4().hex, **fields})
        answer = execute.execute(self._logins[who], self.session_id, command, self.clock)
        if answer.code:
            raise RuntimeError(f"the story cannot be told: {type} is answered {answer.code}")

    def wait(self, spell: timedelta) -> None:
        """Move the story's clock forward."""
        self.clock += spell

    def steps_of(self, who: str) -> list[str]:
        """Return the ids of the steps that Ana or Ben chose in the check-in before."""
        place = load.live_session_for(self._logins[who].user_id, self.session_id)
        seat = place.seat.name if place.seat else ""
        return [str(step.id) for step in place.state.follow_up if step.seat == seat]


def tell_story(logins: Mapping[str, Login], couple: Couple, today: datetime) -> None:
    """Play all check-ins of the story, dated so that they end about ``today``."""
    for told in STORY:
        hour, minute = told.at
        day = today - timedelta(days=told.days_ago)
        _tell(told, Evening(logins, couple, day.replace(hour=hour, minute=minute, second=0, microsecond=0)))


def _tell(told: ToldCheckIn, evening: Evening) -> None:
    for who, tried in told.tried.items():
        for step in evening.steps_of(who):
            evening.ask(who, "step.tried", step=step, tried=tried)
    for number, told_round in enumerate(told.rounds, start=1):
        _tell_round(told_round, number, evening)
    evening.ask("ben", "session.end")


def _tell_round(told: ToldRound, number: int, evening: Evening) -> None:
    about = {"text": told.moment} if isinstance(told.moment, str) else {"moment": told.moment}
    evening.ask("ana" if number % 2 else "ben", "round.open", after=number - 1, size=told.size, when=told.when, **about)
    opened = evening.clock
    evening.ask("ana", "mark.seal", round=number, **told.ana)
    evening.ask("ben", "mark.seal", round=number, **told.ben)
    evening.wait(QUIET)
    for who, fits in zip(("ana", "ben"), told.fits, strict=True):
        evening.ask(who, "pattern.fit", round=number, fits=fits)
    if told.needs:
        for who, need in zip(("ana", "ben"), told.needs, strict=True):
            evening.ask(who, "need.say", round=number, text=need)
        for who in ("ana", "ben"):
            evening.ask(who, "meant.confirm", round=number)
            evening.ask(who, "need.heard", round=number)
    for who, step in zip(("ana", "ben"), told.steps, strict=True):
        if step:
            evening.ask(who, "step.choose", round=number, text=step)
    if told.same_loop:
        for who in ("ana", "ben"):
            evening.ask(who, "loop.same", round=number, same=True)
    if told.reconnected_after is not None:
        evening.clock = max(evening.clock, opened + timedelta(minutes=told.reconnected_after))
        for who, relief in zip(("ana", "ben"), told.relief, strict=True):
            evening.ask(who, "reconnect.confirm", round=number, relief=relief)
