"""Agreed openings on the real database: each is carried out once at its hour, by whoever comes first; none is lost."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.couple import pairing
from accounts.logins import login_from_token
from accounts.models import User
from accounts.settings.deletion import delete_person
from sessions.checkin import apart as rules
from sessions.checkin import wire
from sessions.checkin.apart import OPEN_FOR
from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import snapshot_for
from sessions.checkin.state import PARTNERS, Partner, SessionState
from sessions.history.readers import readers_of
from sessions.joining import openings as joining
from sessions.joining import start
from sessions.models import LiveSession, Mark, Round
from sessions.privacy import expiry
from sessions.store import cache, execute, load, openings, system_changes
from sessions.store.transaction import Answer, Submission
from tests.support.cast.api_world import fresh_login
from tests.support.cast.past import pair

pytestmark = pytest.mark.django_db

A_DAY = timedelta(days=1)
BOTH: tuple[Partner, Partner] = PARTNERS


class Opening:
    """Ana and Ben, and the opening that they have agreed on; the test holds the clock of what is asked of the store."""

    def __init__(
        self, *, agreed: bool = True, now: datetime | None = None, names: tuple[str, str] = ("Ana", "Ben")
    ) -> None:
        self.two = pair(*names)
        self.people: dict[str, User] = {"a": self.two.a, "b": self.two.b}
        # As if it had been proposed two days ago: so its hour can be in the past of the real clock.
        self.made_at = (now or timezone.now()) - 2 * A_DAY
        self.hour = (self.made_at + A_DAY).replace(second=0, microsecond=0)
        made = joining.propose(self.two.a, self.hour, text="canary-moment", now=self.made_at)
        assert made.is_new
        self.id = made.live_session.id
        if agreed:
            self.says("b", self.hour)

    def says(self, seat: Partner, hour: datetime) -> None:
        place = load.live_session_for(self.people[seat].id, self.id)
        assert place.state.apart
        said = rules.say_hour(place.state.apart, seat, hour, self.made_at)
        assert said
        system_changes.say_hour(place.live_session, said)

    def ask(self, seat: Partner, type: str, at: datetime | None = None, **fields: Any) -> Answer:
        login = login_from_token(fresh_login(self.people[seat]))
        assert login
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        return execute.execute(login, self.id, command, at or self.made_at)

    def seal(self, *seats: Partner, at: datetime | None = None, intensity: int = 3) -> None:
        for seat in seats:
            answer = self.ask(
                seat, "mark.seal", at, round=1, reaction="anxious", intensity=intensity, words=f"canary-{seat}"
            )
            assert answer.code is None, answer.code

    @property
    def state(self) -> SessionState:
        return load.load(self.id).state

    @property
    def row(self) -> LiveSession:
        return LiveSession.objects.get(id=self.id)

    def view(self, seat: Partner, at: datetime) -> Any:
        return snapshot_for(self.state, Viewer(seat), at)


def test_both_sealed_opens_once_at_the_hour_and_is_open_for_three_days_from_then() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    assert Mark.objects.exclude(seal=None).count() == 2, "a second mark opens nothing"
    assert openings.carry_out_due(opening.hour - timedelta(seconds=1)) == 0
    at = opening.hour + timedelta(seconds=3)
    assert [openings.carry_out_due(at) for _ in range(3)] == [1, 0, 0]
    state = opening.state
    assert state.round and state.round.reveal and state.apart is None and state.expires_at == at + OPEN_FOR
    assert {seat: mark.details["words"] for seat, mark in state.round.reveal.marks.items()} == {
        "a": "canary-a",
        "b": "canary-b",
    }
    one = Round.objects.get(live_session=opening.id)
    assert (one.revealed_at, one.opened_at) == (at, at) and opening.row.took_place_at == opening.hour
    assert not Mark.objects.exclude(seal=None).exists()


@pytest.mark.parametrize("sealed", [(), ("a",), ("b",)])
def test_one_missing_stays_closed_and_both_seals_are_destroyed(sealed: tuple[Partner, ...]) -> None:
    opening = Opening()
    opening.seal(*sealed)
    assert Mark.objects.count() == len(sealed)
    assert openings.carry_out_due(opening.hour) == 1
    assert not Mark.objects.exists() and opening.row.ended_at == opening.hour
    shown = [opening.view(seat, opening.hour) for seat in PARTNERS]
    assert all(one["state"] == "ended" and one["round"] is None for one in shown)
    assert all(one["apart"]["outcome"] == "stayed_closed" for one in shown)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("sealed", [BOTH, ("a",)])
def test_what_is_kept_in_memory_is_what_was_written(sealed: tuple[Partner, ...]) -> None:
    opening = Opening()
    opening.seal(*sealed)
    openings.carry_out_due(opening.hour)
    kept = cache.newest(opening.id)
    assert kept and kept.state == opening.state and not kept.seals


def test_an_hour_that_was_never_agreed_on_ends_in_the_same_words() -> None:
    opening = Opening(agreed=False)
    assert opening.ask("a", "mark.seal", round=1, reaction="both", intensity=1).code == "session.not_yet"
    assert openings.carry_out_due(opening.hour) == 1
    assert opening.view("a", opening.hour)["apart"]["outcome"] == "stayed_closed"


def test_a_command_that_comes_first_carries_it_out() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    answer = opening.ask("a", "sync", opening.hour)
    assert answer.state and answer.state.round and answer.state.round.phase == "revealed"


@pytest.mark.parametrize("path", ["/sessions/{}/", "/api/v1/sessions/{}/", "/", "/couple/", "/history/"])
def test_whatever_page_is_looked_at_first(path: str) -> None:
    opening = Opening()
    opening.seal(*BOTH)
    token = fresh_login(opening.two.b)
    phone = Client()
    phone.cookies["session"] = token
    answer = phone.get(path.format(opening.id), headers={"X-Session-Token": token} if "api" in path else {})
    assert answer.status_code == 200
    assert opening.state.round.phase == "revealed"  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_nothing_ran_for_days_and_it_opens_all_the_same() -> None:
    opening = Opening(now=timezone.now() - 9 * A_DAY)
    opening.seal(*BOTH)
    now = timezone.now()
    assert now > opening.row.expires_at + 5 * A_DAY, "premise: as anything else it would be over"
    assert not LiveSession.objects.run_out(now).exists() and LiveSession.objects.going_on(now).count() == 1
    expiry.purge(now)
    assert opening.row.ended_at is None
    assert openings.carry_out_due(now) == 1
    assert opening.state.round.phase == "revealed" and opening.state.expires_at == now + OPEN_FOR  # type: ignore[union-attr]
    assert expiry.purge(now + OPEN_FOR + timedelta(minutes=1)).check_ins == 1, "its time over, it ends as all do"


def test_a_clock_that_is_set_back_revives_nothing_and_takes_nothing_back() -> None:
    for sealed, refusal in ((BOTH, "round.not_open"), (("a",), "session.ended")):
        opening = Opening(names=("Ana", "Ben") if sealed == BOTH else ("Cleo", "Dan"))
        opening.seal(*sealed)
        assert openings.carry_out_due(opening.hour) == 1
        told = opening.state
        assert openings.carry_out_due(opening.hour - A_DAY) == 0
        assert opening.ask("a", "mark.withdraw", opening.hour - A_DAY, round=1).code == refusal
        assert opening.state == told


def test_a_mark_that_comes_at_the_hour_is_too_late() -> None:
    opening = Opening()
    opening.seal("a")
    answer = opening.ask("b", "mark.seal", opening.hour, round=1, reaction="both", intensity=1)
    assert answer.code == "session.ended"
    assert not Mark.objects.exists() and Round.objects.get().phase == "set_aside"


@pytest.mark.parametrize("way", ["unpair", "delete", "call_off", "command"])
def test_whoever_goes_before_the_hour_leaves_nothing_sealed_and_opens_nothing(way: str) -> None:
    opening = Opening(now=timezone.now() + 2 * A_DAY)
    opening.seal(*BOTH, at=timezone.now())
    match way:
        case "unpair":
            pairing.unpair(opening.two.a)
        case "delete":
            delete_person(opening.two.a)
        case "call_off":
            joining.call_off(opening.two.a, opening.id)
        case _:
            assert opening.ask("a", "session.end", timezone.now(), soon=True).code is None
    assert not Mark.objects.exists() and Round.objects.get().phase == "set_aside"
    assert opening.view("b", timezone.now())["apart"]["outcome"] == "called_off"
    assert openings.carry_out_due(opening.hour) == 0


def test_it_hides_no_other_check_in_and_start_does_not_lead_into_it() -> None:
    opening = Opening(now=timezone.now() + A_DAY + timedelta(minutes=10))
    assert opening.hour - timezone.now() < timedelta(minutes=30), "premise: a planned one would be open by now"
    started = start.start_for_couple(opening.two.a, opening.two.couple)
    assert started.is_new and started.live_session.id != opening.id
    assert start.own_room(opening.two.a) == started.live_session
    again = joining.propose(opening.two.b, opening.hour, moment=1)
    assert (again.is_new, again.live_session.id) == (False, opening.id), "a couple has one that waits"


def test_after_it_opened_it_is_a_check_in_like_any_other() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    assert openings.carry_out_due() == 1
    now = timezone.now() + timedelta(minutes=1)
    for seat in BOTH:
        assert opening.ask(seat, "need.say", now, round=1, text="A word.").code is None
    assert opening.ask("a", "round.open", now, after=1, moment=2).code is None
    assert opening.ask("a", "session.leave", now).code is None
    [reader] = readers_of(opening.two.b.id, now)
    assert reader.couple == opening.two.couple


def test_one_that_cannot_be_opened_goes_on_waiting_and_holds_up_nobody() -> None:
    lost = Opening()
    other = Opening(now=timezone.now() + timedelta(minutes=5), names=("Cleo", "Dan"))
    for opening in (lost, other):
        opening.seal(*BOTH)
    Mark.objects.filter(round__live_session=lost.id, seat="a").update(seal=b"not a seal of ours")
    cache.evict(lost.id)
    assert openings.carry_out_due(other.hour) == 1
    assert other.state.apart is None and lost.state.apart is not None
    assert lost.ask("b", "sync", other.hour).code == "service.unavailable"
    joining.call_off(lost.two.a, lost.id)
    assert lost.row.ended_at is not None and not Mark.objects.exclude(seal=None).exists()


def test_a_heartbeat_in_the_moment_of_the_hour_waits_for_its_turn_and_carries_it_out() -> None:
    opening = Opening()
    opening.seal(*BOTH)
    assert opening.hour < timezone.now(), "it is due"
    login = login_from_token(fresh_login(opening.two.a))
    assert login
    asked = Submission(login, opening.id, wire.command_from({"type": "sync", "op": uuid.uuid4().hex}))
    assert execute.answer_by_reading(asked) is None
    assert [answer.code for answer in execute.execute_batch([asked])] == [None]
    assert opening.state.apart is None and not Mark.objects.exclude(seal=None).exists()
