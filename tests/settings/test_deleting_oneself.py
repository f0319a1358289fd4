"""Deleting oneself: alone, at any moment; one's words are gone, and the other's history stays readable."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accounts import partners
from accounts.couple import pairing
from accounts.logins import Login, login_from_token, open_login
from accounts.models import Couple, User
from accounts.settings.deletion import delete_person
from sessions.checkin import wire
from sessions.joining import seats, start
from sessions.models import LiveSession, Mark, Part, Round, Seat
from sessions.store import execute, load
from tests.support.cast.visitors import PASSWORD, Visitor, in_a_check_in
from tests.support.servers.cycle import Server

CANARY = "zebra"


def everything_readable() -> str:
    """Return every value in the database, decrypted where it can be."""
    return "\n".join(
        f"{model.__name__}.{name}={value!r}"
        for model in apps.get_models()
        for row in model._default_manager.all()
        for name, value in ((field.attname, getattr(row, field.attname)) for field in model._meta.concrete_fields)
    )


class TwoPeople:
    """Ana and Ben with a check-in between them, in this process."""

    def __init__(self) -> None:
        self.ana = User.objects.create_user(f"{CANARY}-ana@example.org", PASSWORD, first_name=f"{CANARY}-Ana")
        self.ben = User.objects.create_user("ben@example.org", PASSWORD, first_name="Ben")
        self.couple: Couple = pairing.form_couple(self.ana, self.ben)
        self.session: uuid.UUID = start.start_for_couple(self.ana, self.couple).live_session.id
        seats.take_seat(self.ben.id, self.session)
        self._logins = {person: login_from_token(open_login(person)) for person in (self.ana, self.ben)}

    def ask(self, person: User, type: str, **fields: Any) -> None:
        """Carry out one command."""
        login = self._logins[person]
        assert isinstance(login, Login)
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        assert execute.execute(login, self.session, command).code is None

    def reveal(self, number: int = 1) -> None:
        """Open a round and mark it, both of them, with words."""
        self.ask(self.ana, "round.open", after=number - 1, moment=1)
        mine = {"words": f"{CANARY} words", "thought": f"{CANARY} thought", "guess": "steady", "share": ["words"]}
        self.ask(self.ana, "mark.seal", round=number, reaction="anxious", intensity=4, **mine)
        self.ask(self.ben, "mark.seal", round=number, reaction="avoidant", intensity=3, words="Ben's", share=["words"])
        for person in (self.ana, self.ben):
            self.ask(person, "quiet.skip", round=number)

    def exchange(self, number: int = 1) -> None:
        """Say needs and choose steps."""
        self.ask(self.ana, "need.say", round=number, text=f"{CANARY} need")
        self.ask(self.ben, "need.say", round=number, text="Ben's need")
        self.ask(self.ana, "step.choose", round=number, text=f"{CANARY} step")
        self.ask(self.ana, "reconnect.confirm", round=number, relief=4)


@pytest.fixture
def two(transactional_db: None) -> Iterator[TwoPeople]:
    """Return Ana and Ben after a reveal and an exchange."""
    pair = TwoPeople()
    pair.reveal()
    pair.exchange()
    assert everything_readable().count(CANARY) >= 7  # the words are there, or their absence would mean nothing
    return pair


def test_deleting_oneself_leaves_none_of_ones_words_readable(two: TwoPeople) -> None:
    ana_id = str(two.ana.id)
    assert ana_id in everything_readable()
    delete_person(two.ana)
    assert CANARY not in everything_readable()
    assert ana_id not in everything_readable()


@pytest.mark.parametrize("planner", ["ana", "ben"])
def test_a_title_goes_with_whoever_gave_it_and_stays_with_the_other(two: TwoPeople, planner: str) -> None:
    two.ask(two.ana, "session.end")
    who, other = (two.ana, two.ben) if planner == "ana" else (two.ben, two.ana)
    at = timezone.now() + timedelta(days=1)
    plan = start.start_for_couple(who, two.couple, title="quince Sunday", starts_at=at).live_session
    seats.take_seat(other.id, plan.id, at)
    delete_person(two.ana)
    assert (LiveSession.objects.get(id=plan.id).title == "") == (planner == "ana")


def test_the_others_history_stays_readable(two: TwoPeople) -> None:
    delete_person(two.ana)
    place = load.live_session_for(two.ben.id, two.session)
    reveal = place.state.round.reveal if place.state.round else None
    assert reveal is not None
    assert (reveal.pattern, reveal.marks["a"].reaction, reveal.marks["a"].intensity) == (
        "pursue_withdraw",
        "anxious",
        4,
    )
    assert reveal.marks["b"].details == {"words": "Ben's"}
    assert Part.objects.get(seat="b").need == "Ben's need"
    assert Seat.objects.get(name="b").first_name == "Ben"


def test_a_sealed_mark_is_destroyed_unread(two: TwoPeople) -> None:
    two.ask(two.ana, "round.open", after=1, moment=2)
    two.ask(two.ana, "mark.seal", round=2, reaction="both", intensity=5, words=CANARY)
    two.ask(two.ben, "round.set_aside", round=2)
    two.ask(two.ana, "round.open", after=2, moment=2)
    two.ask(two.ana, "mark.seal", round=3, reaction="both", intensity=5, words=CANARY)
    delete_person(two.ana)
    assert not Mark.objects.filter(round__number__gt=1).exists()
    assert Round.objects.get(number=3).phase == "set_aside"
    assert LiveSession.objects.get().ended_at is not None


def test_a_need_that_was_not_shown_is_destroyed_unread(transactional_db: None) -> None:
    pair = TwoPeople()
    pair.reveal()
    pair.ask(pair.ana, "need.say", round=1, text=CANARY)
    delete_person(pair.ana)
    assert not Part.objects.exclude(need_seal=None).exists()


def test_deleting_oneself_unpairs_both(two: TwoPeople) -> None:
    delete_person(two.ana)
    assert partners.couple_of(two.ben) is None
    assert partners.is_free(two.ben)


def test_when_both_have_gone_nothing_is_left(two: TwoPeople) -> None:
    delete_person(two.ana)
    delete_person(two.ben)
    assert not any(model.objects.exists() for model in (User, Couple, LiveSession, Seat, Round, Mark))


def test_a_check_in_that_waited_alone_goes_with_its_starter(transactional_db: None) -> None:
    guest = User.objects.create_guest("Cleo")
    live_session = start.start_with_code(guest)
    assert live_session.code
    delete_person(guest)
    assert not LiveSession.objects.exists()


def test_an_account_has_to_log_in_again_first(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    assert ana.get("/settings/leave/").path == "/accounts/reauthenticate/"
    assert ana.post("/settings/leave/").path == "/accounts/reauthenticate/"
    assert ana.get("/settings/").status == 200
    ana.show_it_is_me()
    assert "This can’t be undone" in ana.get("/settings/leave/").text
    assert "Your data has been deleted" in ana.post("/settings/leave/").text
    assert ana.get("/settings/").path == "/"
    assert "don’t match" in ana.log_in().text


def test_a_guest_leaves_for_good_even_in_the_middle_of_a_check_in(server: Server) -> None:
    guest = Visitor(server, "Cleo")
    session = guest.start()
    guest.get("/settings/leave/")
    assert "Your data has been deleted" in guest.post("/settings/leave/").text
    assert guest.get(f"/sessions/{session}/").status == 404


def test_deletion_looks_to_the_partner_like_leaving(server: Server) -> None:
    shown = []
    for delete in (False, True):
        ana, ben, session = in_a_check_in(server)
        line = ben.in_room(session).connect()
        line.until(lambda session: session["state"] == "live")
        if delete:
            ana.show_it_is_me()
            ana.get("/settings/leave/")
            ana.post("/settings/leave/")
        else:
            ana.in_room(session).command("session.leave")
        assert line.until(lambda session: session["state"] == "ended")
        shown.append(line.received[-1].replace(session, "session"))
        assert line.closed() == 4410
    assert shown[0] == shown[1]
