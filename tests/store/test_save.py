"""What is stored says the same as what was decided: after any change, loading gives what ``apply`` gives."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from django.utils import timezone

from accounts.logins import Login, login_from_token, open_login
from accounts.models import User
from accounts.partners import couple_of
from sessions.checkin import changes, rules, wire
from sessions.checkin.state import PARTNERS, Partner, SeatName, SessionState
from sessions.joining import join, seats, start
from sessions.live import presence
from sessions.models import LiveSession, Mark, Round, Seat
from sessions.store import execute, load, save
from sessions.store.transaction import Answer
from sessions.words import library
from tests.support.cast.hosts import agree_in_the_room, may_host

# Committed for real: only what was committed is kept for the next command.
pytestmark = pytest.mark.django_db(transaction=True)

SEED = 20260118
COMMANDS = 250
ANY_DAY = timezone.now().date()
TODAY = ANY_DAY.isoformat()
DETAILS: dict[str, Any] = {
    "moves": ["protest", "listen"],
    "underneath": ["relief"],
    "impulse": "protest",
    "chosen": "listen",
    "guess": "steady",
    "thought": "Zoë thinks 🌊",
    "second_look": "a\nb",
    "words": "“words”",
}


class CheckIn:
    """Ana and Ben in a check-in with steps to follow up, and Tess who hosts it."""

    def __init__(self) -> None:
        self.now = timezone.now()
        people = [User.objects.create_guest(name) for name in ("Ana", "Ben", "Tess")]
        first = start.start_with_code(people[0], now=self.now - timedelta(hours=2))
        assert first.code
        self.id = join.join_by_code(people[1], first.code).id
        self.logins: dict[SeatName, Login] = {}
        for seat, person in zip(("a", "b", "host"), people, strict=True):
            login = login_from_token(open_login(person))
            assert login
            self.logins[seat] = login  # type: ignore[index]
        self.leave_steps_behind()
        # Tess hosted that one, too, and so sees the steps.
        Seat.objects.create(live_session_id=self.id, user=people[2], name="host", first_name="Tess")
        couple = couple_of(people[0])
        assert couple
        self.id = start.start_for_couple(people[0], couple, now=self.now).live_session.id
        seats.take_seat(people[1].id, self.id)
        Seat.objects.create(live_session_id=self.id, user=people[2], name="host", first_name="Tess")
        LiveSession.objects.filter(id=self.id).update(hosted=True)
        may_host(people[2])
        agree_in_the_room(LiveSession.objects.get(id=self.id))
        presence.refresh(list(Seat.objects.filter(live_session=self.id).values_list("id", flat=True)), self.now)

    def leave_steps_behind(self) -> None:
        """End a first check-in in which each chose a step."""
        seats: tuple[SeatName, SeatName] = ("a", "b")
        assert self.ask("a", "round.open", after=0, moment=1).code is None
        for seat in seats:
            assert self.ask(seat, "mark.seal", round=1, reaction="both", intensity=2).code is None
        for seat in seats:
            assert self.ask(seat, "quiet.skip", round=1).code is None
        for seat in seats:
            assert self.ask(seat, "step.choose", round=1, text=f"A step of {seat}").code is None
        assert self.ask("a", "session.end").code is None

    def ask(self, seat: SeatName, type: str, **fields: Any) -> Answer:
        """Carry out one command."""
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        return execute.execute(self.logins[seat], self.id, command, now=self.now)

    def stored(self) -> SessionState:
        """Return the state as loading gives it."""
        state = load.state_of(self.id)
        assert state
        return state


@pytest.fixture
def check_in(db: None) -> CheckIn:
    """Return a hosted check-in."""
    return CheckIn()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> set[type]:
    """Return the kinds of changes that have been stored so far."""
    kinds: set[type] = set()
    write = save.PendingWrites.write

    def watched(writes: save.PendingWrites, change: changes.Change) -> None:
        kinds.add(type(change))
        write(writes, change)

    monkeypatch.setattr(save.PendingWrites, "write", watched)
    return kinds


def any_fields(chance: random.Random, state: SessionState, type: str) -> dict[str, Any]:
    """Return fields for a command that fit the state, most of the time."""
    number = state.last_number if chance.random() < 0.95 else chance.randint(1, 3)
    texts = ["", "one", "Zoë 🌊", "two\nlines"]
    match type:
        case "round.open":
            theme = chance.choice([None, library.THEMES[0].code])
            which = {"moment": chance.randint(1, 5)} if chance.random() < 0.5 else {"text": chance.choice(texts[1:])}
            extra = {
                "theme": theme,
                "size": chance.choice([None, 1, 3]),
                "when": chance.choice([None, "now", "earlier"]),
            }
            return {"after": state.last_number, **which, **{name: value for name, value in extra.items() if value}}
        case "mark.seal":
            names = chance.sample(list(DETAILS), chance.randint(0, len(DETAILS)))
            shared = chance.sample(list(DETAILS), chance.randint(0, len(DETAILS)))
            reaction = chance.choice(["anxious", "anxious", "avoidant", "both", "steady"])
            core = {"round": max(1, number), "reaction": reaction, "intensity": chance.randint(1, 5), "share": shared}
            return {**core, **{name: DETAILS[name] for name in names}}
        case "pattern.fit":
            return {"round": max(1, number), "fits": chance.random() < 0.5}
        case "need.say":
            return {"round": max(1, number), "text": chance.choice(["", *texts])}
        case "step.choose":
            return {"round": max(1, number), "text": chance.choice(texts[1:])}
        case "step.tried":
            step = chance.choice(state.follow_up)
            return {"step": str(step.id), "tried": chance.choice(["yes", "partly", "no"])}
        case "reconnect.confirm":
            day = chance.choice([{}, {"day": ANY_DAY.isoformat()}])
            about = chance.choice([0, max(1, number)])
            return {"round": about, **day, **({"relief": chance.randint(0, 4)} if chance.random() < 0.5 else {})}
        case "loop.same":
            return {"round": max(1, number), "same": chance.random() < 0.7}
        case "turn.start":
            return {"speaker": chance.choice("ab"), "seconds": chance.choice([30, 300])}
        case "pause.start":
            return {"minutes": chance.choice([1, 5])}
        case "turn.end" | "pause.resume" | "session.end" | "session.stay" | "session.leave" | "sync":
            return {}
        case _:
            return {"round": max(1, number)}


FULL_MARK: dict[str, Any] = {"reaction": "anxious", "intensity": 4, **DETAILS, "share": ["moves", "words"]}
LATER = 20
EVENING: list[tuple[SeatName, str, dict[str, Any]]] = [
    ("a", "step.tried", {"step": "own", "tried": "partly"}),
    ("b", "reconnect.confirm", {"round": 0, "day": TODAY}),
    ("a", "reconnect.confirm", {"round": 0, "day": TODAY, "relief": 1}),
    ("host", "round.open", {"after": 0, "moment": 2, "size": 3, "when": "this_week"}),
    ("a", "mark.seal", {"round": 1, "reaction": "both", "intensity": 1}),
    ("a", "mark.seal", {"round": 1, **FULL_MARK}),
    ("a", "mark.withdraw", {"round": 1}),
    ("b", "mark.seal", {"round": 1, "reaction": "steady", "intensity": 5}),
    ("host", "round.set_aside", {"round": 1}),
    ("host", "round.open", {"after": 1, "text": "Zoë 🌊\nagain", "theme": library.THEMES[0].code}),
    ("a", "mark.seal", {"round": 2, **FULL_MARK}),
    ("b", "mark.seal", {"round": 2, **FULL_MARK}),
    ("b", "pattern.fit", {"round": 2, "fits": False}),
    ("b", "quiet.skip", {"round": 2}),
    ("a", "quiet.skip", {"round": 2}),
    ("host", "turn.start", {"speaker": "b", "seconds": 300}),
    ("host", "turn.end", {}),
    ("host", "turn.start", {"speaker": "a", "seconds": 300}),
    ("b", "pause.start", {"minutes": 1}),
    ("a", "pause.start", {"minutes": 5}),
    ("a", "pause.resume", {}),
    ("b", "pause.resume", {}),
    ("a", "need.say", {"round": 2, "text": "I need a word."}),
    ("a", "need.say", {"round": 2, "text": ""}),
    ("a", "need.say", {"round": 2, "text": "I need a little word."}),
    ("b", "need.say", {"round": 2, "text": "I need a while."}),
    ("b", "need.heard", {"round": 2}),
    ("b", "need.heard", {"round": 2, "words": "That a word would do."}),
    ("a", "need.say", {"round": 2, "text": "I need a word before nine."}),
    ("b", "need.heard", {"round": 2, "words": "That it be early."}),
    ("a", "meant.confirm", {"round": 2}),
    ("a", "step.choose", {"round": 2, "text": "I write a line."}),
    ("a", "step.choose", {"round": 2, "text": "I write two lines."}),
    ("b", "reconnect.confirm", {"round": 2}),
    ("a", "reconnect.confirm", {"round": 2, "relief": 3}),
    ("a", "loop.same", {"round": 2, "same": False}),
    ("b", "loop.same", {"round": 2, "same": True}),
    ("a", "loop.same", {"round": 2, "same": True}),
    ("host", "round.open", {"after": 2, "moment": 4}),
    ("host", "session.leave", {}),
    ("a", "mark.seal", {"round": 3, "reaction": "steady", "intensity": 1}),
    ("b", "mark.seal", {"round": 3, "reaction": "steady", "intensity": 1}),
    ("a", "need.say", {"round": 3, "text": "I need nothing."}),
    ("b", "session.end", {"soon": True}),
    ("a", "session.stay", {}),
    ("b", "session.end", {}),
]


def test_every_kind_of_change_is_stored_as_it_is_applied(check_in: CheckIn, seen: set[type]) -> None:
    own_step = next(str(step.id) for step in check_in.stored().follow_up if step.seat == "a")
    for seat, type, fields in EVENING:
        if type == "need.say":
            check_in.now += timedelta(seconds=LATER)
        answer = check_in.ask(seat, type, **{**fields, **({"step": own_step} if "step" in fields else {})})
        assert answer.code is None, (seat, type, fields)
        assert answer.state == check_in.stored(), (seat, type, fields)
    assert seen == set(get_args(changes.Change)) - {changes.HourCame}, (
        "this test means nothing for a change that it does not make"
    )


def test_a_host_who_has_left_sees_no_steps_of_earlier(check_in: CheckIn) -> None:
    assert check_in.stored().host_sees_follow_up
    answer = check_in.ask("host", "session.leave")
    assert answer.state and not answer.state.host_sees_follow_up
    assert answer.state == check_in.stored()


def test_two_are_back_in_contact_from_when_the_second_one_said_so(check_in: CheckIn) -> None:
    assert check_in.ask("host", "round.open", after=0, moment=2).code is None
    for seat in PARTNERS:
        assert check_in.ask(seat, "mark.seal", round=1, reaction="both", intensity=1).code is None
    known = []
    said: tuple[Partner, ...] = ("b", "a", "b")
    for seat in said:
        check_in.now += timedelta(minutes=1)
        assert check_in.ask(seat, "reconnect.confirm", round=1).code is None
        known.append(Round.objects.get(live_session=check_in.id).reconnected_at)
    assert known == [None, check_in.now - timedelta(minutes=1), check_in.now - timedelta(minutes=1)]


def test_whatever_is_asked_in_whatever_order_storing_says_the_same(check_in: CheckIn) -> None:
    """Random commands on the real database: the state that each answers with is the one that loading gives."""
    chance = random.Random(SEED)
    rare = {"round.set_aside", "mark.withdraw", "pause.start"}
    accepted = 0
    for number in range(COMMANDS):
        before = check_in.stored()
        seat: SeatName = chance.choice(["a", "b", "a", "b", "a", "b", "host"])
        # Nobody ends it, and Tess leaves half way.
        never = {"session.end"} if seat == "host" and number > COMMANDS / 2 else {"session.end", "session.leave"}
        open_now = set(rules.allowed(before, seat, check_in.now))
        candidates = open_now - rare - never
        if not candidates or chance.random() < 0.15:
            candidates = set(rules.COMMAND_TYPES) - never
        name = chance.choice(sorted(candidates))
        answer = check_in.ask(seat, name, **any_fields(chance, before, name))
        after = check_in.stored()
        if answer.code is None:
            accepted += 1
            assert name in open_now
            assert answer.state == after, name
        else:
            assert after == before, name
        check_in.now += timedelta(seconds=chance.choice([0, 0, 1, 20]))
    print(f"seed {SEED}: {COMMANDS} commands, {accepted} accepted, {after.last_number} rounds")
    assert accepted > COMMANDS / 2, "this test means nothing if hardly anything happens"


def test_marks_are_never_changed_after_the_reveal(check_in: CheckIn) -> None:
    assert check_in.ask("host", "round.open", after=0, moment=1).code is None
    for seat in ("a", "b"):
        assert check_in.ask(seat, "mark.seal", round=1, reaction="both", intensity=1).code is None  # type: ignore[arg-type]
    before = list(Mark.objects.order_by("pk").values())
    for seat in ("a", "b"):
        for type, fields in (("mark.seal", {"reaction": "steady", "intensity": 5}), ("mark.withdraw", {})):
            assert check_in.ask(seat, type, round=1, **fields).code == "round.not_open"  # type: ignore[arg-type]
    assert check_in.ask("a", "round.set_aside", round=1).code == "round.not_open"
    assert list(Mark.objects.order_by("pk").values()) == before


def test_the_times_that_states_hold_survive_storing(check_in: CheckIn) -> None:
    check_in.now = datetime.fromisoformat("2026-03-29T00:59:59.999999+00:00")
    LiveSession.objects.filter(id=check_in.id).update(created_at=check_in.now)
    answer = check_in.ask("b", "pause.start", minutes=20)
    assert answer.state == check_in.stored()
    pause = check_in.stored().pause
    assert pause and pause.until == check_in.now + timedelta(minutes=20)
