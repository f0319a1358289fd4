"""Who may do what now, and what it changes: the only place that knows.

``obstacle`` is asked for the buttons (``can``), for the refusals, and by ``decide``; a rule is written once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from sessions.checkin import changes as change
from sessions.checkin import contact, endings, own_moment
from sessions.checkin import exchange as in_exchange
from sessions.checkin import exchange_rules as answers
from sessions.checkin import frames as command
from sessions.checkin.changes import Change
from sessions.checkin.exchange_rules import Outcome
from sessions.checkin.frames import Command
from sessions.checkin.refusals import Refusal
from sessions.checkin.reveal import Decision
from sessions.checkin.state import PARTNERS, Partner, RoundState, SessionState, other
from sessions.words import library

EXCHANGE_COMMANDS: Final = frozenset(
    {"need.say", "meant.confirm", "need.heard", "step.choose", "reconnect.confirm", "loop.same"}
)
TURN_COMMANDS: Final = frozenset({"turn.start", "turn.end"})
AFTER_REVEAL: Final = EXCHANGE_COMMANDS | TURN_COMMANDS | {"pattern.fit", "quiet.skip"}
OPEN_ROUND_COMMANDS: Final = frozenset({"mark.seal", "mark.withdraw", "round.set_aside"})
PACING_COMMANDS: Final = TURN_COMMANDS | {"round.open"}
ALWAYS: Final = frozenset({"sync", "session.end", "session.leave", "session.stay"})
WHILE_PAUSED: Final = frozenset({"pause.start", "pause.resume", "mark.withdraw", "round.set_aside"})

FOR_PARTNERS: Final = (
    EXCHANGE_COMMANDS
    | PACING_COMMANDS
    | OPEN_ROUND_COMMANDS
    | {"pattern.fit", "quiet.skip", "step.tried", "pause.start", "pause.resume"}
    | ALWAYS
)
FOR_A_HOSTED_PARTNER: Final = FOR_PARTNERS - PACING_COMMANDS
FOR_A_HOST: Final = PACING_COMMANDS | {"round.set_aside", "pause.start"} | ALWAYS
THEME_CODES: Final = frozenset(theme.code for theme in library.THEMES)
COMMAND_TYPES: Final = tuple(sorted(FOR_PARTNERS | FOR_A_HOST))


def allowed(state: SessionState, seat: str, now: datetime) -> tuple[str, ...]:
    """Return exactly the command types that would now be accepted from this seat, sorted."""
    situation = _situation(state, seat, now)
    return tuple(name for name in COMMAND_TYPES if _obstacle(situation, name) is None)


def obstacle(state: SessionState, seat: str, name: str, now: datetime, number: int | None = None) -> str | None:
    """Return the code of what stands in the way of a command, or None.

    ``number`` is the round that the command names; without it the latest round is meant.
    """
    return _obstacle(_situation(state, seat, now), name, number)


@dataclass(frozen=True, slots=True)
class _Situation:
    """What the rules ask of a state: once for all commands, because each snapshot lists those that are allowed."""

    state: SessionState
    seat: str
    for_this_seat: frozenset[str]
    ended: bool
    waiting: bool
    ahead: bool
    due: bool
    paused: bool
    quiet: bool
    listening: bool


def _situation(state: SessionState, seat: str, now: datetime) -> _Situation:
    exchange = state.round.exchange if state.round else None
    turn = state.turn_at(now)
    return _Situation(
        state=state,
        seat=seat,
        for_this_seat=_commands_of(state, seat),
        ended=state.ended(now),
        waiting=state.waiting(),
        ahead=state.ahead(now),
        due=state.opening_due(now),
        paused=state.pause_at(now) is not None,
        quiet=exchange is not None and exchange.quiet(now),
        listening=turn is not None and seat in PARTNERS and seat != turn.speaker,
    )


def _commands_of(state: SessionState, seat: str) -> frozenset[str]:
    person = state.person(seat)  # type: ignore[arg-type]
    if person is None or not person.may_listen:
        return frozenset()
    if seat == "host":
        return FOR_A_HOST
    return FOR_A_HOSTED_PARTNER if state.hosted else FOR_PARTNERS


def _obstacle(situation: _Situation, name: str, number: int | None = None) -> str | None:
    if name not in situation.for_this_seat:
        return "seat.not_allowed"
    if situation.ended:
        return "session.ended"
    if situation.ahead:
        return _obstacle_ahead(situation, name)
    if situation.state.apart:
        return _obstacle_apart(situation, name, number)
    if name in ALWAYS:
        return None
    if situation.waiting:
        return "session.waiting"
    if situation.paused and name not in WHILE_PAUSED:
        return "session.paused"
    if name == "pause.resume" and not situation.paused:
        return "session.not_paused"
    # Otherwise whoever should listen could take the floor; a pause is open to both.
    if name in PACING_COMMANDS and situation.listening:
        return "seat.not_allowed"
    if name == "round.open":
        return "round.already_open" if _open_round(situation.state) else None
    if name in OPEN_ROUND_COMMANDS:
        return _obstacle_to_open_round(situation.state, number)
    if name == "reconnect.confirm" and number in (contact.EARLIER, None) and situation.state.earlier:
        return None
    if name in AFTER_REVEAL:
        return _obstacle_after_reveal(situation, name, number)
    return None


def _obstacle_ahead(situation: _Situation, name: str) -> str | None:
    """Refuse what is for a room while there is only an appointment; to end it is to call it off.

    A host who leaves it leaves nobody there, and has always called it off by that.
    """
    calls_off = name == "session.end" or (name == "session.leave" and situation.seat == "host")
    return None if calls_off or name == "sync" else "session.not_yet"


def _obstacle_apart(situation: _Situation, name: str, number: int | None) -> str | None:
    """Refuse all but one's own mark, once the hour is agreed on, and calling it off. Going back calls nothing off.

    It is called off after its hour, too, while that waits for a clock in doubt or a lost key: nobody is kept in it.
    """
    apart = situation.state.apart
    if name in ("sync", "session.end"):
        return None
    marking = apart is not None and apart.agreed and name in OPEN_ROUND_COMMANDS - {"round.set_aside"}
    return _obstacle_to_open_round(situation.state, number) if marking and not situation.due else "session.not_yet"


def _open_round(state: SessionState) -> RoundState | None:
    return state.round if state.round and state.round.phase == "open" else None


def _obstacle_to_open_round(state: SessionState, number: int | None) -> str | None:
    if _open_round(state) is None:
        return "round.not_open"
    if number is None or number == state.last_number:
        return None
    return "round.stale" if number < state.last_number else "round.not_open"


def _obstacle_after_reveal(situation: _Situation, name: str, number: int | None) -> str | None:
    state = situation.state
    if number is not None and number < state.last_number:
        return "exchange.closed" if name in EXCHANGE_COMMANDS else "round.stale"
    if number is not None and number > state.last_number:
        return "round.not_revealed"
    exchange = state.round.exchange if state.round else None
    if exchange is None:
        return "round.not_revealed"
    if name == "pattern.fit":
        return None
    if name == "quiet.skip":
        return None if situation.quiet else "exchange.quiet_over"
    if situation.quiet:
        return "exchange.quiet"
    if name in ("meant.confirm", "need.heard") and exchange.needs is None:
        return "exchange.not_yet"
    if name == "need.say" and situation.seat in exchange.meant:
        return "exchange.closed"
    return contact.obstacle_to_same_loop(state) if name == "loop.same" else None


def decide(
    state: SessionState, seat: str, asked: Command, now: datetime, *, new_step_id: UUID | None
) -> Decision | Refusal:
    """Return what a command changes (nothing, for one that is already so) or why it is refused.

    ``new_step_id`` names the step that a ``step.choose`` would make, and nothing else needs one: ids come from outside,
    so that deciding twice gives the same answer.
    """
    code = obstacle(state, seat, asked.type, now, getattr(asked, "round", None))
    outcome = Refusal(code) if code else _outcome(state, seat, asked, now, new_step_id)
    return Decision(outcome) if isinstance(outcome, tuple) else outcome


def _outcome(state: SessionState, seat: str, asked: Command, now: datetime, new_step_id: UUID | None) -> Outcome:
    partner: Partner = "a" if seat == "a" else "b"
    match asked:
        case command.Sync():
            return ()
        case command.SessionEnd():
            return _ending(state, seat, asked, now)
        case command.SessionStay():
            return endings.stopped(state)
        case command.SessionLeave():
            return endings.leaving(state, seat, now)
        case command.PauseStart():
            return _pausing(state, asked.minutes, now)
        case command.PauseResume():
            return _resuming(state, partner)
        case command.TurnStart():
            return (change.TurnStarted(asked.speaker, now + timedelta(seconds=asked.seconds)),)
        case command.TurnEnd():
            return _unless(state.turn_at(now) is None, change.TurnEnded())
        case command.RoundOpen():
            return _opening(state, asked)
        case command.RoundSetAside():
            return (change.RoundClosedUnread(),)
        case command.MarkSeal():
            return own_moment.refusal(state, asked) or _sealing(state, partner)
        case command.MarkWithdraw():
            return _unless(partner not in state.latest_round.sealed, change.MarkWithdrawn(partner))
        case command.PatternFit():
            return (change.FitAnswered(partner, asked.fits),)
        case command.QuietSkip():
            return answers.skipping(state.exchange, partner, now)
        case command.NeedSay():
            return answers.saying(state.exchange, partner, asked.text)
        case command.MeantConfirm():
            return _unless(partner in state.exchange.meant, in_exchange.MeantConfirmed(partner))
        case command.NeedHeard():
            return answers.hearing(state.exchange, partner, asked.words)
        case command.StepChoose():
            return answers.choosing(state.exchange, partner, asked.text, new_step_id)
        case command.StepTried():
            return _telling_of_a_step(state, partner, asked)
        case command.ReconnectConfirm():
            return contact.confirm(state, partner, asked, now)
        case command.LoopSame():
            return contact.answer_same_loop(state, partner, asked)
        case _:
            assert_never(asked)


def _telling_of_a_step(state: SessionState, partner: Partner, asked: command.StepTried) -> tuple[Change, ...] | Refusal:
    if asked.step in state.gone_steps:
        return Refusal("step.gone")
    own = {step.id for step in state.follow_up if step.seat == partner}
    if asked.step not in own:
        return Refusal("seat.not_allowed")
    return (change.TriedAnswered(asked.step, asked.tried),)


def _ending(state: SessionState, seat: str, asked: command.SessionEnd, now: datetime) -> tuple[Change, ...]:
    # An appointment that is called off is called off: nobody sits there who could stay.
    gently = asked.soon and not state.ahead(now) and state.apart is None
    return endings.asked_for(state, seat, now) if gently else endings.at_once(state, now)


def _unless(already: bool, *wanted: Change) -> tuple[Change, ...]:
    return () if already else wanted


def _opening(state: SessionState, asked: command.RoundOpen) -> tuple[Change, ...] | Refusal:
    if asked.after != state.last_number:
        return Refusal("round.stale")
    moment = library.MOMENT_BY_ID.get(asked.moment) if asked.moment else None
    if (asked.moment and moment is None) or (asked.theme and asked.theme not in THEME_CODES):
        return Refusal("frame.invalid")
    text = moment.text if moment else asked.text or ""
    theme = moment.theme if moment else asked.theme or ""
    opened = change.RoundOpened(asked.after + 1, text, asked.moment, theme, asked.size, asked.when)
    return (*endings.closing(state), opened)


def _sealing(state: SessionState, seat: Partner) -> Decision:
    second = state.apart is None and other(seat) in state.latest_round.sealed
    return Decision((change.MarkSealed(seat),), due="marks" if second else None)


def _pausing(state: SessionState, minutes: int, now: datetime) -> tuple[Change, ...]:
    until = now + timedelta(minutes=minutes)
    running = state.pause_at(now)
    if running and running.until >= until:
        return ()
    ended_turn = (change.TurnEnded(),) if state.turn_at(now) else ()
    # Who needs a pause is not done.
    return (*ended_turn, *endings.stopped(state), change.PauseStarted(until))


def _resuming(state: SessionState, seat: Partner) -> tuple[Change, ...]:
    assert state.pause is not None
    if seat in state.pause.asked_to_resume:
        return ()
    if other(seat) in state.pause.asked_to_resume:
        return (change.ResumeAsked(seat), change.PauseEnded())
    return (change.ResumeAsked(seat),)
