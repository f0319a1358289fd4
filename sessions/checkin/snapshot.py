"""What one viewer may see of a check-in now: a pure function, and the only thing that leaves for a live viewer.

Each shape is what a function here returns, and what the contract's documents are written from.
"""

from datetime import datetime
from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from sessions.checkin import apart as agreed
from sessions.checkin.apart import Outcome
from sessions.checkin.contact import same_loop_offered
from sessions.checkin.rules import COMMAND_TYPES, allowed
from sessions.checkin.shown_moment import ChosenMoment, Translate, moment_of
from sessions.checkin.shown_round import (
    ChosenStep,
    Identifier,
    Instant,
    LatestRound,
    Viewer,
    iso,
    round_for,
)
from sessions.checkin.state import Ending, Partner, Pause, SeatName, SessionState, Tried, Turn

CommandType = Annotated[str, Field(json_schema_extra={"enum": list(COMMAND_TYPES)})]
StateWord = Literal["waiting", "live", "paused", "ended"]


class You(TypedDict):
    """The viewer's own seat."""

    seat: SeatName
    name: str


class Somebody(TypedDict):
    """A person who has taken a seat."""

    seat: SeatName
    name: str
    here: bool


class RunningPause(TypedDict):
    """A pause and when it ends by itself."""

    until: Instant
    you_asked_to_resume: bool


class RunningTurn(TypedDict):
    """A speaker-listener turn and when it ends by itself."""

    speaker: Partner
    until: Instant


class ComingEnd(TypedDict):
    """Who would like to end, and when the check-in closes unless anybody stays."""

    by: SeatName
    until: Instant


class FollowUp(ChosenStep):
    """A step of the couple's last check-in that had any."""

    seat: Partner
    tried: Tried | None


class LastTime(TypedDict):
    """The last round of the check-in before, while not both have said that contact came back."""

    moment: ChosenMoment
    opened_at: Instant
    you_reconnected: bool


class AskedHour(TypedDict):
    """An hour that one of the two has said and the other has not."""

    by: Partner
    opens_at: Instant


class AgreedOpening(TypedDict):
    """The hour at which what each has sealed alone opens for both; nothing here depends on who has."""

    opens_at: Instant
    agreed: bool
    asked: AskedHour | None
    outcome: Outcome | None


class Session(TypedDict):
    """A check-in as one viewer may see it now."""

    id: Identifier
    state: StateWord
    hosted: bool
    title: str
    open_until: NotRequired[Instant | None]
    apart: NotRequired[AgreedOpening | None]
    you: You
    people: list[Somebody]
    pause: RunningPause | None
    turn: RunningTurn | None
    ending: ComingEnd | None
    follow_up: list[FollowUp]
    last_time: LastTime | None
    round: LatestRound | None
    can: list[CommandType]


def snapshot_for(state: SessionState, viewer: Viewer, now: datetime, translate: Translate = str) -> Session:
    """Return the session as this viewer may see it at ``now`` (the ``session`` of docs/protocol.md)."""
    you = state.person(viewer.seat)
    # To a host who may no longer look it is over, and that is all there is to tell.
    gone = you is not None and not you.may_listen
    ended = gone or state.ended(now)
    pause = None if ended else state.pause_at(now)
    turn = None if ended else state.turn_at(now)
    return {
        "id": str(state.id),
        "state": _state_word(state, ended, pause is not None),
        "hosted": state.hosted,
        "title": state.title,
        # Of its day alone: an end that somebody asked for is told by itself.
        "open_until": None if ended or state.apart else iso(state.expires_at),
        "apart": None if gone else apart_for(state, now),
        "you": {"seat": viewer.seat, "name": you.name if you else ""},
        "people": [
            {"seat": person.seat, "name": person.name, "here": person.here(now) and not ended and not state.apart}
            for person in state.people
            if person.may_listen and not gone
        ],
        "pause": _pause(pause, viewer) if pause else None,
        "turn": _turn(turn) if turn else None,
        "ending": None if ended or state.ending is None else _coming_end(state.ending),
        "follow_up": [] if ended or state.apart else _follow_up(state, viewer),
        "last_time": None if ended or state.apart else _last_time(state, viewer, translate),
        "round": None
        if ended or state.round is None
        else round_for(
            state.round,
            state.expires_at,
            viewer,
            now,
            translate,
            names={person.seat: person.name for person in state.people if person.seat != "host"},
            same_loop_offered=same_loop_offered(state),
        ),
        "can": [] if ended else list(allowed(state, viewer.seat, now)),
    }


def apart_for(state: SessionState, now: datetime) -> AgreedOpening | None:
    """Return the hour that a check-in waits for, or has waited for; the same to both, whoever has sealed."""
    apart, ended_at = state.apart, state.ended_at
    if apart is None:
        return None
    asked = None if ended_at else agreed.open_question(apart, now)
    return {
        "opens_at": iso(apart.opens_at),
        "agreed": apart.agreed,
        "asked": {"by": asked.by, "opens_at": iso(asked.opens_at)} if asked else None,
        "outcome": agreed.outcome(apart, ended_at) if ended_at else None,
    }


def _state_word(state: SessionState, ended: bool, paused: bool) -> StateWord:
    if ended:
        return "ended"
    if state.waiting():
        return "waiting"
    return "paused" if paused else "live"


def _pause(pause: Pause, viewer: Viewer) -> RunningPause:
    return {"until": iso(pause.until), "you_asked_to_resume": viewer.partner in pause.asked_to_resume}


def _turn(turn: Turn) -> RunningTurn:
    return {"speaker": turn.speaker, "until": iso(turn.until)}


def _coming_end(ending: Ending) -> ComingEnd:
    return {"by": ending.by, "until": iso(ending.until)}


def _last_time(state: SessionState, viewer: Viewer, translate: Translate) -> LastTime | None:
    if state.earlier is None or viewer.partner is None:
        return None
    return {
        "moment": moment_of(state.earlier, translate),
        "opened_at": iso(state.earlier.opened_at),
        "you_reconnected": viewer.partner in state.earlier.reconnected,
    }


def _follow_up(state: SessionState, viewer: Viewer) -> list[FollowUp]:
    # A host looks at the shared screen too, whoever opened it.
    for_a_host = viewer.seat == "host" or (viewer.shared and state.hosted)
    if for_a_host and not state.host_sees_follow_up:
        return []
    return [{"id": str(one.id), "text": one.text, "seat": one.seat, "tried": one.tried} for one in state.follow_up]
