"""From a code to a seat: who may sit down, when a code works, and what looking at it tells."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts import partners
from accounts.couple import pairing
from accounts.models import Couple, User
from accounts.person.rename import rename
from sessions.joining import join, seats, start
from sessions.models import LiveSession, Seat
from sessions.store import load, system_changes
from tests.support.cast.clients import Person, call, join_as, start_as
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.both_stacks

CODE = re.compile(r"[BCDFGHJKMNPQRSTVWXZ]{6}")


# Starting, and a guest who joins.


def test_starting_gives_a_login_a_code_and_a_link(server: Server) -> None:
    answer = call(server, "POST", "start/", {"first_name": "Ana"})
    assert answer.status == 201
    assert set(answer.body) == {"token", "session", "code", "link"}
    assert CODE.fullmatch(answer.body["code"])
    assert answer.body["link"].endswith(f"/join/{answer.body['code']}/")
    ana = Person(server, "Ana", answer.body["token"], answer.body["session"])
    assert ana.snapshot()["state"] == "waiting"
    assert ana.snapshot()["can"] == ["session.end", "session.leave", "sync"]


def test_it_is_live_for_both_once_the_other_has_joined(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    at_ana = ana.connect()
    assert at_ana.receive()["session"]["state"] == "waiting"
    ben = join_as(server, "Ben", code)
    assert ben.session == ana.session
    session = at_ana.until(lambda session: session["state"] == "live")
    assert [(person["seat"], person["name"]) for person in session["people"]] == [("a", "Ana"), ("b", "Ben")]
    assert "round.open" in session["can"]
    assert ben.snapshot()["you"] == {"seat": "b", "name": "Ben"}
    at_ana.close()


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: f"{code[:3]}-{code[3:]}", lambda code: f" {code[:3]} {code[3:]}"]
)
def test_a_code_may_be_typed_as_people_type(server: Server, typed: Callable[[str], str]) -> None:
    ana, code = start_as(server, "Ana")
    path = typed(code).replace(" ", "%20")
    assert join_as(server, "Ben", path).session == ana.session


def test_a_code_works_once(server: Server) -> None:
    _, code = start_as(server, "Ana")
    join_as(server, "Ben", code)
    used = call(server, "POST", f"join/{code}/", {"first_name": "Otto"})
    unknown = call(server, "POST", "join/BBBBBB/", {"first_name": "Otto"})
    assert (used.status, used.body["code"]) == (404, "code.not_found")
    assert used.raw == unknown.raw


def test_of_two_who_post_a_code_at_once_one_gets_in(server: Server) -> None:
    for _ in range(5):
        ana, code = start_as(server, "Ana")
        barrier = Barrier(2)

        def post(name: str, code: str = code, barrier: Barrier = barrier) -> int:
            barrier.wait()
            return call(server, "POST", f"join/{code}/", {"first_name": name}).status

        with ThreadPoolExecutor(2) as both:
            assert sorted(both.map(post, ("Ben", "Otto"))) == [201, 404]
        assert len(ana.snapshot()["people"]) == 2


@pytest.mark.parametrize(
    "name",
    ["", "   ", "a" * 41, "A\0", "A\nB", "A\u2028B", None, 1, ["Ana"]],
)
def test_a_name_has_to_be_one(server: Server, name: object) -> None:
    _, code = start_as(server, "Ana")
    for path in ("start/", f"join/{code}/"):
        answer = call(server, "POST", path, {"first_name": name})
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid")
    assert join_as(server, "Ben", code)


def test_a_name_is_kept_as_typed_but_for_its_form(server: Server) -> None:
    typed, kept = "  Zoe\u0308 <b>🌊</b> ", "Zo\u00eb <b>🌊</b>"
    person, _ = start_as(server, typed)
    assert person.snapshot()["you"]["name"] == kept


@pytest.mark.parametrize("extra", [{"user": "x"}, {"seat": "b"}, {"email": "ana@example.org"}])
def test_nothing_else_is_taken(server: Server, extra: dict[str, str]) -> None:
    _, code = start_as(server, "Ana")
    for path in ("start/", f"join/{code}/"):
        assert call(server, "POST", path, {"first_name": "Ben", **extra}).status == 400
    padded = call(server, "POST", f"join/{code}/", {"first_name": "Ben", "pad": "x"})
    assert padded.status == 201


# The same in pages, and what time does.


@pytest.fixture
def waiting(db: None) -> LiveSession:
    """Return a check-in in which Ana waits."""
    return start.start_with_code(User.objects.create_guest("Ana"))


def test_looking_at_a_link_uses_nothing_up(waiting: LiveSession) -> None:
    before = everything_stored()
    for _ in range(3):
        assert Client().get(f"/join/{waiting.code}/").status_code == 200
        assert Client().head(f"/join/{waiting.code}/").status_code in (200, 405)
    assert everything_stored() == before
    assert Client().post(f"/join/{waiting.code}/", {"first_name": "Ben"}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.code is None


def everything_stored() -> list[tuple[object, ...]]:
    """Return every row of the tables that a visit could write to."""
    tables = ("live_sessions_livesession", "live_sessions_seat", "accounts_user", "accounts_couple", "django_session")
    rows: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            rows += cursor.fetchall()
    return rows


def test_a_code_lives_for_24_hours(waiting: LiveSession) -> None:
    assert waiting.code
    ben = User.objects.create_guest("Ben")
    with pytest.raises(join.UnknownCode):
        join.join_by_code(ben, waiting.code, now=waiting.created_at + timedelta(hours=24))
    assert join.join_by_code(ben, waiting.code, now=waiting.created_at + timedelta(hours=24, seconds=-1)) == waiting


def test_a_code_of_a_check_in_that_ended_opens_nothing(waiting: LiveSession) -> None:
    code = waiting.code
    assert code
    system_changes.end([waiting.id], timezone.now())
    with pytest.raises(join.UnknownCode):
        join.join_by_code(User.objects.create_guest("Ben"), code)


def test_who_started_is_led_back_into_the_room(waiting: LiveSession) -> None:
    starter = waiting.seats.get().user
    assert starter and waiting.code
    assert join.join_by_code(starter, waiting.code) == waiting
    assert waiting.seats.count() == 1
    waiting.refresh_from_db()
    assert waiting.code, "the code is still for the other one"


def test_wrong_codes_are_limited_by_address(db: None, settings: Settings) -> None:
    settings.JOIN_RATE = 60
    client = Client(REMOTE_ADDR="203.0.113.20")
    statuses = [
        client.post("/api/v1/join/BBBBBB/", {"first_name": "Otto"}, "application/json").status_code for _ in range(21)
    ]
    assert statuses == [404] * 20 + [429]
    refused = client.post("/api/v1/join/BBBBBB/", {"first_name": "Otto"}, "application/json")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json()["code"] == "rate.limited"
    assert client.get("/join/BBBBBB/").status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.21").get("/join/BBBBBB/").status_code == 404


def test_starting_is_limited_by_address(db: None, settings: Settings) -> None:
    settings.JOIN_RATE = 3
    client = Client(REMOTE_ADDR="203.0.113.22")
    answers = [client.post("/api/v1/start/", {"first_name": "Otto"}, "application/json") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 429]
    assert client.post("/start/", {"first_name": "Otto"}).status_code == 429


# A couple that is one already.


@pytest.fixture
def pair(db: None) -> tuple[User, User, Couple]:
    """Return Ana and Ben, a couple whose first check-in has ended."""
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    first = start.start_with_code(ana)
    assert first.code
    first = join.join_by_code(ben, first.code)
    system_changes.end([first.id], timezone.now())
    assert first.couple
    return ana, ben, first.couple


def test_both_pressing_start_meet_in_one_room(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    one, other = start.start_for_couple(ben, couple), start.start_for_couple(ana, couple)
    assert (one.is_new, other.is_new) == (True, False)
    assert one.live_session == other.live_session
    assert [(seat.name, seat.user) for seat in one.live_session.seats.all()] == [("b", ben)], "seats last as the couple"
    seats.take_seat(ana.id, one.live_session.id)
    place = load.live_session_for(ana.id, one.live_session.id)
    assert not place.state.waiting()
    assert place.seat and place.seat.name == "a"


def test_a_couples_code_seats_only_its_own_two(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    started = start.start_for_couple(ana, couple).live_session
    assert started.code
    otto = User.objects.create_guest("Otto")
    for stranger in (otto, User.objects.create_guest("Ben")):
        with pytest.raises(join.UnknownCode):
            join.join_by_code(stranger, started.code)
        with pytest.raises(load.NotFound):
            seats.take_seat(stranger.id, started.id)
    anonymous = Client().get(f"/join/{started.code}/")
    assert anonymous.status_code == Client().get("/join/BBBBBB/").status_code == 404
    assert join.join_by_code(ben, started.code) == started
    assert {seat.user_id for seat in started.seats.all()} == {ana.id, ben.id}


def test_a_check_in_that_ran_out_gives_way_to_a_new_one(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    first = start.start_for_couple(ana, couple).live_session
    later = first.created_at + timedelta(hours=24)
    second = start.start_for_couple(ben, couple, now=later)
    assert second.is_new
    first.refresh_from_db()
    assert first.ended_at is not None


def test_who_starts_anew_leaves_a_couple_with_a_guest(pair: tuple[User, User, Couple]) -> None:
    ana, ben, couple = pair
    together = start.start_for_couple(ana, couple).live_session
    anew = start.start_with_code(ben)
    assert anew.code
    cleo = User.objects.create_guest("Cleo")
    join.join_by_code(cleo, anew.code)
    together.refresh_from_db()
    assert together.ended_at is not None
    assert partners.couple_of(ana) is None
    now_together = partners.couple_of(ben)
    assert now_together and now_together == partners.couple_of(cleo)


def test_a_first_name_that_changes_is_shown_to_both(pair: tuple[User, User, Couple]) -> None:
    ana, _, couple = pair
    live_session = start.start_for_couple(ana, couple).live_session
    before = LiveSession.objects.get(id=live_session.id).version
    rename(ana, "Anouk")
    assert Seat.objects.get(live_session=live_session, user=ana).first_name == "Anouk"
    assert LiveSession.objects.get(id=live_session.id).version > before


# Nobody else.


def test_a_stranger_takes_no_seat(server: Server, ana: Person, otto: Person) -> None:
    for session in (ana.session, str(uuid4())):
        answer = call(server, "POST", f"sessions/{session}/join/", {}, otto.token)
        assert (answer.status, answer.body["code"]) == (404, "session.not_found")
    assert [person["name"] for person in ana.snapshot()["people"]] == ["Ana", "Ben"]


def test_a_check_in_is_listed_for_who_sits_in_it(ana: Person, ben: Person, otto: Person) -> None:
    for person in (ana, ben):
        listed = call(person.server, "GET", "sessions/", token=person.token).body["results"]
        assert [one["session"] for one in listed] == [person.session]
    listed = call(otto.server, "GET", "sessions/", token=otto.token).body["results"]
    assert [one["session"] for one in listed] == [otto.session]


def test_the_couple_meets_again_over_rest(ana: Person, ben: Person) -> None:
    assert call(ana.server, "POST", "sessions/", {}, ana.token).body["session"] == ana.session
    assert ana.command("session.end").status == 200
    again = call(ana.server, "POST", "sessions/", {}, ana.token)
    assert again.status == 201
    assert again.body["session"] != ana.session
    other = call(ben.server, "POST", "sessions/", {}, ben.token)
    assert (other.status, other.body["session"]) == (200, again.body["session"])
    joined = call(ben.server, "POST", f"sessions/{again.body['session']}/join/", {}, ben.token)
    assert joined.body["session"]["state"] == "live"
    assert joined.body["session"]["you"] == {"seat": "b", "name": "Ben"}


@pytest.mark.django_db(transaction=True)
def test_both_pressing_start_at_once_make_one_room() -> None:
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    couple = pairing.form_couple(ana, ben)
    barrier = Barrier(2)

    def press(person: User) -> LiveSession:
        barrier.wait()
        try:
            return start.start_for_couple(person, couple).live_session
        finally:
            connection.close()

    for _ in range(20):
        with ThreadPoolExecutor(2) as both:
            one, other = both.map(press, (ana, ben))
        assert one == other
        seats.take_seat(ana.id, one.id)
        seats.take_seat(ben.id, one.id)
        state = load.state_of(one.id)
        assert state and not state.waiting()
        system_changes.end([one.id], timezone.now())
