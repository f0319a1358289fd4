"""Who has a seat is led to it, by whatever way they come; who enters a room does not end another one unasked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import partners
from accounts.models import User
from sessions.hosting import host_rights
from sessions.joining import join, start
from sessions.models import JoinCode, LiveSession
from sessions.privacy import expiry
from sessions.store import system_changes
from tests.support.cast.care_cast import Three, account, device
from tests.support.cast.clients import call, join_as, start_as
from tests.support.servers.cycle import Server

OWN_LINK = "This link is for the other person"

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")


@pytest.fixture
def ana(db: None) -> User:
    """Return Ana, a guest."""
    return User.objects.create_guest("Ana")


@pytest.fixture
def ben(db: None) -> User:
    """Return Ben, a guest."""
    return User.objects.create_guest("Ben")


def live(starter: User, joiner: User) -> tuple[LiveSession, str]:
    """Return the check-in of two people, and the code that brought them together."""
    waiting = start.start_with_code(starter)
    assert waiting.code
    return join.join_by_code(joiner, waiting.code), waiting.code


def path_of(live_session: LiveSession) -> str:
    """Return the address of a room."""
    return f"/sessions/{live_session.id}/"


# The room that one has.


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_a_used_link_leads_those_who_sit_there_back_in(ana: User, ben: User, who: str) -> None:
    together, code = live(ana, ben)
    phone = device({"ana": ana, "ben": ben}[who])
    for answer in (
        phone.get(f"/join/{code}/"),
        phone.post(f"/join/{code}/", {"first_name": "Ben"}),
        phone.post("/join/", {"code": code.lower()}),
    ):
        assert (answer.status_code, answer.headers.get("Location")) == (302, path_of(together))
    assert OWN_LINK not in phone.get(path_of(together)).content.decode(), "nobody else is waited for"


def test_over_rest_a_used_code_answers_those_who_sit_there_with_their_check_in(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    ben = join_as(server, "Ben", code)
    for person in (ana, ben):
        answer = call(server, "POST", f"join/{code}/", {"first_name": person.name}, person.token)
        assert (answer.status, answer.body) == (201, {"token": person.token, "session": ana.session})


def test_a_link_to_a_check_in_that_has_ended_leads_to_its_end(ana: User, ben: User) -> None:
    together, code = live(ana, ben)
    system_changes.end([together.id])
    answer = device(ben).get(f"/join/{code}/")
    assert answer.headers["Location"] == path_of(together)
    assert device(ben).get(path_of(together)).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "a guest", "an account"])
def test_to_everybody_else_a_used_code_is_an_unknown_one(ana: User, ben: User, who: str) -> None:
    _, code = live(ana, ben)
    otto = {"nobody": lambda: None, "a guest": lambda: User.objects.create_guest("Otto")}.get(
        who, lambda: account("Otto")
    )()
    seen = []
    for asked in (code, "BBBBBB"):
        phone = device(otto) if otto else Client()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = phone.get(f"/join/{asked}/")
        typed = phone.post("/join/", {"code": asked})
        refused = phone.post(f"/api/v1/join/{asked}/", {"first_name": "Otto"}, "application/json")
        shown = typed.content.decode().replace(asked, "")
        page_shown = page.content.replace(asked.encode(), b"")  # it leads back to what was asked for, with a login
        seen.append((page.status_code, page_shown, len(queries), typed.status_code, len(shown), refused.content))
    assert seen[0] == seen[1]
    assert seen[0][0] == 404


def test_a_code_is_forgotten_a_day_after_its_check_in_has_ended(transactional_db: None) -> None:
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    together, _ = live(ana, ben)
    now = timezone.now()
    system_changes.end([together.id], now)
    User.objects.update(email=None, created_at=now + timedelta(days=2))
    expiry.purge(now + timedelta(hours=23))
    assert JoinCode.objects.exists()
    expiry.purge(now + timedelta(hours=25))
    assert not JoinCode.objects.exists()
    assert LiveSession.objects.filter(id=together.id).exists()


def test_a_host_is_led_to_the_console(cast: Three) -> None:
    live_session = host_rights.start_hosted(cast.tess)
    answer = device(cast.tess).get(f"/join/{live_session.code}/")
    assert answer.headers["Location"] == path_of(live_session)


# One browser, two people.


def test_ones_own_link_says_whom_it_is_for_and_what_to_do(ana: User) -> None:
    waiting = start.start_with_code(ana)
    phone = device(ana)
    assert phone.get(f"/join/{waiting.code}/").headers["Location"] == path_of(waiting)
    room = phone.get(path_of(waiting)).content.decode()
    assert OWN_LINK in room
    assert "you are Ana" in room
    assert OWN_LINK not in phone.get(path_of(waiting)).content.decode(), "once"


# A second one.


@pytest.mark.parametrize("state", ["waiting", "live"])
def test_back_to_the_page_to_start_makes_no_second_check_in(ana: User, ben: User, state: str) -> None:
    first = start.start_with_code(ana)
    if state == "live":
        assert first.code
        join.join_by_code(ben, first.code)
    phone = device(ana)
    assert path_of(first) in phone.get("/start/").content.decode()
    assert phone.post("/start/", {"first_name": "Ana"}).headers["Location"] == path_of(first)
    assert LiveSession.objects.count() == 1
    system_changes.end([first.id])
    assert phone.post("/start/", {"first_name": "Ana"}).headers["Location"] != path_of(first)


def test_the_lobby_says_what_to_do_about_a_guest_who_cannot_return(ana: User, ben: User) -> None:
    together, _ = live(ana, ben)
    system_changes.end([together.id])
    phone = device(ana)
    again = phone.post("/start/together/").headers["Location"]
    assert "only the browser they were in last time" in phone.get(again).content.decode()
    # A link for anybody: the couple of two guests gives way.
    system_changes.end(list(LiveSession.objects.values_list("id", flat=True)))
    anew = phone.post("/start/", {"first_name": "Ana"}).headers["Location"]
    assert "only the browser they were in last time" not in phone.get(anew).content.decode()
    code = LiveSession.objects.get(ended_at=None).code
    assert Client().post(f"/join/{code}/", {"first_name": "Ben"}).headers["Location"] == anew


# Each enters the other's code.


def test_two_who_started_and_enter_each_others_code_meet(ana: User, ben: User) -> None:
    rooms = {person: start.start_with_code(person) for person in (ana, ben)}
    codes = {person: room.code for person, room in rooms.items()}
    met = join.join_by_code(ana, codes[ben] or "")
    assert join.join_by_code(ben, codes[ana] or "") == met == rooms[ben]
    assert sorted(seat.user_id for seat in met.seats.all()) == sorted((ana.id, ben.id))
    met.refresh_from_db()
    assert met.ended_at is None
    rooms[ana].refresh_from_db()
    assert rooms[ana].ended_at is not None, "nobody comes in there any more, and ends what they have now"
    assert device(ben).get(f"/join/{codes[ana]}/").headers["Location"] == path_of(met)


@pytest.mark.both_stacks
def test_in_the_same_moment_they_meet_too(server: Server) -> None:
    for _ in range(10):
        people = [start_as(server, "Ana"), start_as(server, "Ben")]
        barrier = Barrier(2)

        def enter(number: int, people: list = people, barrier: Barrier = barrier) -> str:
            barrier.wait()
            body = {"first_name": people[number][0].name}
            answer = call(server, "POST", f"join/{people[1 - number][1]}/", body, people[number][0].token)
            assert answer.status == 201, answer
            return str(answer.body["session"])

        with ThreadPoolExecutor(2) as both:
            [met] = {*both.map(enter, (0, 1))}
        for person, _ in people:
            person.session = met
            assert person.snapshot()["state"] == "live"


def test_two_who_are_in_a_live_check_in_are_led_to_it_by_any_code_of_theirs(ana: User, ben: User) -> None:
    forgotten = start.start_with_code(ben)
    together, _ = live(ana, ben)
    assert forgotten.code
    assert device(ana).get(f"/join/{forgotten.code}/").headers["Location"] == path_of(together)


# What entering would end.


def test_joining_somebody_else_asks_before_it_ends_a_live_check_in(ana: User, ben: User) -> None:
    together, _ = live(ana, ben)
    otto = start.start_with_code(User.objects.create_guest("Otto"))
    phone, path = device(ana), f"/join/{otto.code}/"
    asked = phone.post(path, {"first_name": "Ana"})
    assert asked.status_code == 409
    for page in (asked, phone.get(path)):
        text = page.content.decode()
        assert "with <bdi>Ben</bdi>" in text
        assert path_of(together) in text
        assert f'name="leaves" value="{together.id}"' in text
    together.refresh_from_db()
    assert together.ended_at is None
    assert partners.partner_of(ana) == ben
    assert phone.post(path, {"first_name": "Ana", "leaves": str(together.id)}).headers["Location"] == path_of(otto)
    together.refresh_from_db()
    assert together.ended_at is not None


def test_it_says_that_ones_own_check_in_closes_where_nobody_has_come(ana: User) -> None:
    own = start.start_with_code(ana)
    otto = start.start_with_code(User.objects.create_guest("Otto"))
    phone, path = device(ana), f"/join/{otto.code}/"
    assert "If you join this one, the check-in you started closes" in phone.get(path).content.decode()
    assert phone.post(path, {"first_name": "Ana"}).headers["Location"] == path_of(otto)
    own.refresh_from_db()
    assert own.ended_at is not None
