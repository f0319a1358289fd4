"""From a code to a seat: who may take it, when a code works, and what looking at it tells."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from sessions.joining import join, start
from sessions.models import LiveSession
from sessions.store import system_changes
from tests.support.cast.clients import Person, call, join_as, start_as
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.both_stacks


CODE = re.compile(r"[BCDFGHJKMNPQRSTVWXZ]{6}")


def test_starting_gives_a_login_a_code_and_a_link(server: Server) -> None:
    answer = call(server, "POST", "start/", {"first_name": "Ana"})
    assert answer.status == 201
    assert set(answer.body) == {"token", "session", "code", "link", "link_with_key"}
    assert CODE.fullmatch(answer.body["code"])
    assert answer.body["link"].endswith(f"/join/{answer.body['code']}/")
    assert answer.body["link_with_key"].startswith(f"{answer.body['link']}?key=")
    ana = Person(server, "Ana", answer.body["token"], answer.body["session"])
    assert ana.snapshot()["state"] == "waiting"
    assert ana.snapshot()["can"] == ["session.end", "session.leave", "session.stay", "sync"]


def test_a_check_in_is_live_once_both_have_joined(server: Server) -> None:
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
def test_a_code_is_accepted_in_any_case_with_blanks_and_hyphens(server: Server, typed: Callable[[str], str]) -> None:
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


def test_of_two_who_post_a_code_at_once_one_is_seated(server: Server) -> None:
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
def test_a_first_name_that_is_empty_or_unprintable_is_refused(server: Server, name: object) -> None:
    _, code = start_as(server, "Ana")
    for path in ("start/", f"join/{code}/"):
        answer = call(server, "POST", path, {"first_name": name})
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid")
    assert join_as(server, "Ben", code)


def test_a_first_name_is_stored_in_nfc_without_outer_blanks(server: Server) -> None:
    typed, kept = "  Zoe\u0308 <b>🌊</b> ", "Zo\u00eb <b>🌊</b>"
    person, _ = start_as(server, typed)
    assert person.snapshot()["you"]["name"] == kept


@pytest.mark.parametrize("extra", [{"user": "x"}, {"seat": "b"}, {"email": "ana@example.org"}])
def test_an_unknown_field_of_the_body_is_refused(server: Server, extra: dict[str, str]) -> None:
    _, code = start_as(server, "Ana")
    for path in ("start/", f"join/{code}/"):
        assert call(server, "POST", path, {"first_name": "Ben", **extra}).status == 400
    padded = call(server, "POST", f"join/{code}/", {"first_name": "Ben", "pad": "x"})
    assert padded.status == 201


@pytest.fixture
def waiting(db: None) -> LiveSession:
    """Return a check-in in which Ana waits."""
    return start.start_with_code(User.objects.create_guest("Ana"))


def test_opening_a_join_link_does_not_use_the_code_up(waiting: LiveSession) -> None:
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


def test_a_code_expires_after_24_hours(waiting: LiveSession) -> None:
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


def test_the_starter_is_redirected_into_the_room_by_their_own_code(waiting: LiveSession) -> None:
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
