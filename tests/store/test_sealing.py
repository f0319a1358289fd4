"""Encryption at rest: what a seal is bound to, what its length says, and what happens when keys change or are lost."""

import base64
import os
import uuid
from dataclasses import replace
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from accounts.logins import Login, login_from_token, open_login
from accounts.models import User
from cycleproject import encryption, unreadable
from sessions.checkin import frames, wire
from sessions.checkin.state import PARTNERS, Partner
from sessions.joining import join, start
from sessions.models import Mark, Round
from sessions.store import execute, load, sealing
from sessions.store.sealing import CannotOpenSeal, SealedIn

HERE = SealedIn(uuid.uuid4(), number=7, row=7)
CANARY = "canary-e1b7c30a94d5f268"

LITTLE: dict[str, Any] = {"reaction": "both", "intensity": 1}
MUCH: dict[str, Any] = {
    "reaction": "avoidant",
    "intensity": 5,
    "moves": ["seek-reassurance", "reach-out-more", "change-subject"],
    "underneath": ["fear-of-losing-connection", "fear-of-failing-the-other", "fear-of-being-too-much"],
    "impulse": "seek-reassurance",
    "chosen": "stay-and-share",
    "guess": "avoidant",
    "thought": "\U0001f30a" * 280,
    "second_look": "\U0001f30a" * 280,
    "words": "\\\U0001f30a" * 250,
    "share": ["moves", "underneath", "impulse", "chosen", "guess", "thought", "second_look", "words"],
}


def mark(fields: dict[str, Any]) -> frames.MarkSeal:
    """Return a mark as it comes from the protocol."""
    command = wire.command_from({"type": "mark.seal", "op": "one", "round": 1, **fields})
    assert isinstance(command, frames.MarkSeal)
    return command


def new_key() -> str:
    """Return a fresh field key."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


# What a seal is.


def test_both_marks_open_together_to_what_was_sealed() -> None:
    seals = {seat: sealing.seal_mark(mark(MUCH), of=HERE, seat=seat) for seat in PARTNERS}
    opened = sealing.open_marks(seals, of=HERE)
    for seat in PARTNERS:
        assert (opened[seat].reaction, opened[seat].intensity) == ("avoidant", MUCH["intensity"])
        assert opened[seat].details == mark(MUCH).details()
        assert set(opened[seat].share) == set(MUCH["share"])


@pytest.mark.parametrize("seats", [(), ("a",), ("b",)])
def test_one_mark_alone_never_opens(seats: tuple[Partner, ...]) -> None:
    seals = {seat: sealing.seal_mark(mark(LITTLE), of=HERE, seat=seat) for seat in seats}
    with pytest.raises(CannotOpenSeal):
        sealing.open_marks(seals, of=HERE)
    needs = {seat: sealing.seal_need("I need a little time.", of=HERE, seat=seat) for seat in seats}
    with pytest.raises(CannotOpenSeal):
        sealing.open_needs(needs, of=HERE)


def test_a_seal_opens_nowhere_else() -> None:
    a, b = (sealing.seal_mark(mark(LITTLE), of=HERE, seat=seat) for seat in PARTNERS)
    need = sealing.seal_need("I need a little time.", of=HERE, seat="a")
    assert sealing.open_marks({"a": a, "b": b}, of=HERE)
    for seals, of in (
        ({"a": b, "b": a}, HERE),
        ({"a": a, "b": a}, HERE),
        ({"a": a, "b": b}, replace(HERE, number=8)),
        ({"a": a, "b": b}, replace(HERE, check_in=uuid.uuid4())),
        ({"a": need, "b": b}, HERE),
    ):
        with pytest.raises(CannotOpenSeal):
            sealing.open_marks(seals, of=of)
    assert sealing.open_marks({"a": a, "b": b}, of=replace(HERE, row=9)), "a counter does not count"
    with pytest.raises(CannotOpenSeal):
        sealing.open_needs({"a": a, "b": b}, of=HERE)


@pytest.mark.parametrize("position", [0, 1, 5, 17, 4000, -1])
def test_a_seal_that_was_touched_does_not_open(position: int) -> None:
    seals = {seat: sealing.seal_mark(mark(LITTLE), of=HERE, seat=seat) for seat in PARTNERS}
    touched = bytearray(seals["a"])
    touched[position] ^= 1
    with pytest.raises(CannotOpenSeal):
        sealing.open_marks({**seals, "a": bytes(touched)}, of=HERE)


@hypothesis.settings(deadline=None)
@given(text=st.text(max_size=280), words=st.text(max_size=500))
def test_every_seal_has_one_length_and_says_nothing(text: str, words: str) -> None:
    try:
        some = mark({**LITTLE, "thought": text, "words": words})
        said = wire.command_from({"type": "need.say", "op": "one", "round": 1, "text": text})
    except wire.BadFrame:
        return
    assert isinstance(said, frames.NeedSay)
    seals = [
        sealing.seal_mark(some, of=HERE, seat="a"),
        sealing.seal_mark(mark(LITTLE), of=HERE, seat="a"),
        sealing.seal_mark(mark(MUCH), of=SealedIn(uuid.UUID(int=1 << 127), 70_000_000, 7), seat="b"),
        sealing.seal_need(said.text, of=HERE, seat="a"),
    ]
    assert len({len(seal) for seal in seals}) == 1


def test_the_same_mark_never_gives_the_same_bytes() -> None:
    one, other = (sealing.seal_mark(mark(LITTLE), of=HERE, seat="a") for _ in range(2))
    assert one != other
    assert one[encryption.HEADER_LENGTH :] != other[encryption.HEADER_LENGTH :]


def raw(model: Any, column: str) -> list[bytes]:
    """Return a column as it is stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} WHERE {column} IS NOT NULL ORDER BY 1")
        return [bytes(row[0]) for row in cursor.fetchall()]


# In a check-in.


class CheckIn:
    """Ana and Ben with a round open."""

    def __init__(self) -> None:
        ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
        waiting = start.start_with_code(ana)
        assert waiting.code
        self.id = join.join_by_code(ben, waiting.code).id
        self.logins: dict[str, Login] = {}
        for seat, person in (("a", ana), ("b", ben)):
            login = login_from_token(open_login(person))
            assert login
            self.logins[seat] = login
        assert self.ask("a", "round.open", after=0, text=CANARY) is None

    def ask(self, seat: str, type: str, **fields: Any) -> str | None:
        """Return the code of the refusal, or None."""
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        return execute.execute(self.logins[seat], self.id, command).code

    def seal(self, seat: str, **fields: Any) -> str | None:
        """Seal a mark."""
        return self.ask(seat, "mark.seal", **{"round": 1, **LITTLE, **fields})

    def phase(self) -> str:
        """Return where the round is."""
        state = load.state_of(self.id)
        assert state and state.round
        return state.round.phase


@pytest.fixture
def check_in(db: None) -> CheckIn:
    """Return a check-in with a round open."""
    return CheckIn()


@pytest.fixture
def keys(settings: Settings) -> Settings:
    """Return the settings whose FIELD_KEYS the test changes."""
    return settings


def test_a_stored_seal_put_elsewhere_stops_the_reveal_and_opens_nothing(check_in: CheckIn) -> None:
    assert check_in.seal("a", words=CANARY) is None
    stored = Mark.objects.get(seat="a")
    Mark.objects.filter(seat="a").update(seal=sealing.seal_mark(mark(LITTLE), of=SealedIn.of(stored.round), seat="b"))
    assert check_in.seal("b") == "service.unavailable"
    assert check_in.phase() == "open"
    assert not Mark.objects.filter(seat="b").exists(), "wholly or not at all"
    assert check_in.seal("a") is None, "who seals anew is heard"
    assert check_in.seal("b") is None
    assert check_in.phase() == "revealed"


def test_a_lost_key_refuses_the_reveal_and_nothing_else(check_in: CheckIn, keys: Settings) -> None:
    assert check_in.seal("a") is None
    keys.FIELD_KEYS = [new_key()]
    assert check_in.seal("b") == "service.unavailable"
    assert check_in.phase() == "open"
    assert check_in.ask("a", "pause.start", minutes=1) is None
    assert check_in.ask("a", "mark.withdraw", round=1) is None
    assert not Mark.objects.exists()


@pytest.mark.parametrize("type", ["round.set_aside", "session.leave", "session.end"])
@pytest.mark.parametrize("seat", PARTNERS)
def test_with_a_lost_key_everybody_can_still_go(check_in: CheckIn, keys: Settings, type: str, seat: str) -> None:
    assert check_in.seal("a") is None
    keys.FIELD_KEYS = [new_key()]
    assert check_in.ask(seat, type, **({"round": 1} if type == "round.set_aside" else {})) is None
    assert check_in.phase() == "set_aside"
    assert not Mark.objects.exists()


def test_with_a_lost_key_what_is_revealed_loads_without_its_words(
    check_in: CheckIn, keys: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    for seat in PARTNERS:
        assert check_in.seal(seat, words=CANARY, share=["words"]) is None
    keys.FIELD_KEYS = [new_key()]
    unreadable._warn_once.cache_clear()
    state = load.state_of(check_in.id)
    assert state and state.round and state.round.reveal
    assert "live_sessions.Round.text holds values that no key" in caplog.text
    assert state.round.text == ""
    assert state.round.reveal.pattern == "unsettled"
    assert [state.round.reveal.marks[seat].details for seat in PARTNERS] == [{}, {}]
    assert check_in.ask("a", "session.leave") is None


def test_what_cannot_be_read_is_never_written_over(check_in: CheckIn, keys: Settings) -> None:
    right = keys.FIELD_KEYS
    stored = raw(Round, "text")
    keys.FIELD_KEYS = [new_key()]
    closed = Round.objects.get()
    with pytest.raises(unreadable.CannotOpen), transaction.atomic():
        closed.save()
    assert raw(Round, "text") == stored
    keys.FIELD_KEYS = right
    assert Round.objects.get().text == CANARY
