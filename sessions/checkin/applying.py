"""What each change does to a state, without a database.

The exhaustive tests run on it, and a test holds it equal to what storing and loading gives.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import singledispatch
from typing import TypeVar

from sessions.checkin import changes
from sessions.checkin.state import QUIET, Exchange, Partner, Pause, Reveal, RoundState, SessionState, Step, Turn

Key = TypeVar("Key")
Value = TypeVar("Value")


def _with(mapping: Mapping[Key, Value], key: Key, value: Value) -> dict[Key, Value]:
    return {**mapping, key: value}


def _round(state: SessionState) -> RoundState:
    assert state.round is not None
    return state.round


def _exchange(state: SessionState) -> Exchange:
    exchange = _round(state).exchange
    assert exchange is not None
    return exchange


def _in_round(state: SessionState, **fields: object) -> SessionState:
    return replace(state, round=replace(_round(state), **fields))  # type: ignore[arg-type]


def _in_exchange(state: SessionState, **fields: object) -> SessionState:
    return _in_round(state, exchange=replace(_exchange(state), **fields))  # type: ignore[arg-type]


@singledispatch
def apply(change: changes.Change, state: SessionState) -> SessionState:
    """Return the state after one change."""
    raise NotImplementedError(change)


@apply.register
def _(change: changes.RoundOpened, state: SessionState) -> SessionState:
    return replace(
        state, turn=None, round=RoundState(change.number, "open", text=change.text, moment_id=change.moment_id)
    )


@apply.register
def _(change: changes.MarkSealed, state: SessionState) -> SessionState:
    return _in_round(state, sealed=_round(state).sealed | {change.seat})


@apply.register
def _(change: changes.MarkWithdrawn, state: SessionState) -> SessionState:
    return _in_round(state, sealed=_round(state).sealed - {change.seat})


@apply.register
def _(change: changes.RevealDue, state: SessionState) -> SessionState:
    raise NotImplementedError("a reveal that is due must be carried out as Revealed")


@apply.register
def _(change: changes.Revealed, state: SessionState) -> SessionState:
    return _in_round(
        state,
        phase="revealed",
        sealed=frozenset(),
        reveal=Reveal(change.pattern, change.version, change.marks, fits={"a": None, "b": None}),
        exchange=Exchange(quiet_until=change.at + QUIET),
    )


@apply.register
def _(change: changes.RoundSetAside, state: SessionState) -> SessionState:
    return _in_round(state, phase="set_aside", sealed=frozenset())


@apply.register
def _(change: changes.FitAnswered, state: SessionState) -> SessionState:
    reveal = _round(state).reveal
    assert reveal is not None
    return _in_round(state, reveal=replace(reveal, fits=_with(reveal.fits, change.seat, change.fits)))


@apply.register
def _(change: changes.QuietSkipped, state: SessionState) -> SessionState:
    return _in_exchange(state, skipped_quiet=_exchange(state).skipped_quiet | {change.seat})


@apply.register
def _(change: changes.QuietEnded, state: SessionState) -> SessionState:
    return _in_exchange(state, quiet_until=change.at)


@apply.register
def _(change: changes.NeedSealed, state: SessionState) -> SessionState:
    return _in_exchange(state, said=_exchange(state).said | {change.seat})


@apply.register
def _(change: changes.NeedTakenBack, state: SessionState) -> SessionState:
    return _in_exchange(state, said=_exchange(state).said - {change.seat})


@apply.register
def _(change: changes.NeedsDue, state: SessionState) -> SessionState:
    raise NotImplementedError("needs that are due must be carried out as NeedsShown")


@apply.register
def _(change: changes.NeedsShown, state: SessionState) -> SessionState:
    return _in_exchange(state, needs=dict(change.needs))


@apply.register
def _(change: changes.NeedReworded, state: SessionState) -> SessionState:
    exchange = _exchange(state)
    listener: Partner = "b" if change.seat == "a" else "a"
    needs = _with(exchange.needs or {}, change.seat, change.text)
    return _in_exchange(state, needs=needs, heard=exchange.heard - {listener})


@apply.register
def _(change: changes.MeantConfirmed, state: SessionState) -> SessionState:
    return _in_exchange(state, meant=_exchange(state).meant | {change.seat})


@apply.register
def _(change: changes.NeedHeard, state: SessionState) -> SessionState:
    return _in_exchange(state, heard=_exchange(state).heard | {change.seat})


@apply.register
def _(change: changes.StepChosen, state: SessionState) -> SessionState:
    step = Step(change.step_id, change.seat, change.text)
    return _in_exchange(state, steps=_with(_exchange(state).steps, change.seat, step))


@apply.register
def _(change: changes.StepTried, state: SessionState) -> SessionState:
    steps = tuple(replace(step, tried=change.tried) if step.id == change.step_id else step for step in state.follow_up)
    return replace(state, follow_up=steps)


@apply.register
def _(change: changes.ReconnectConfirmed, state: SessionState) -> SessionState:
    return _in_exchange(state, reconnected=_exchange(state).reconnected | {change.seat})


@apply.register
def _(change: changes.TurnStarted, state: SessionState) -> SessionState:
    return replace(state, turn=Turn(change.speaker, change.until))


@apply.register
def _(change: changes.TurnEnded, state: SessionState) -> SessionState:
    return replace(state, turn=None)


@apply.register
def _(change: changes.PauseStarted, state: SessionState) -> SessionState:
    return replace(state, pause=Pause(change.until))


@apply.register
def _(change: changes.ResumeAsked, state: SessionState) -> SessionState:
    assert state.pause is not None
    asked = state.pause.asked_to_resume | {change.seat}
    return replace(state, pause=replace(state.pause, asked_to_resume=asked))


@apply.register
def _(change: changes.PauseEnded, state: SessionState) -> SessionState:
    return replace(state, pause=None)


@apply.register
def _(change: changes.ExchangeClosed, state: SessionState) -> SessionState:
    exchange = _exchange(state)
    return state if exchange.needs is not None else _in_exchange(state, said=frozenset())


@apply.register
def _(change: changes.SessionEnded, state: SessionState) -> SessionState:
    people = tuple(replace(person, seen_at=None) for person in state.people)
    return replace(state, ended_at=change.at, pause=None, turn=None, people=people)


@apply.register
def _(change: changes.HostLeft, state: SessionState) -> SessionState:
    people = tuple(
        replace(person, may_listen=False, seen_at=None) if person.seat == "host" else person for person in state.people
    )
    return replace(state, hosted=False, people=people, host_sees_follow_up=False)
