"""Who is no host, or no longer one: every way but consent to lose the right, and everybody who never had it."""

import json
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.cast.clients import Person, call
from tests.support.cast.host_consent import CANARY, NOWHERE, SWEEP, WITHIN, linked, sealed
from tests.support.cast.hosted import Therapist, hosted, in_shell, therapist
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server

DELETE = "from accounts.settings.deletion import delete_person; from accounts.models import User; "
DELETE += "delete_person(User.objects.get(id={id!r}))"
CLOSE_ACCOUNT = "from accounts.models import User; user = User.objects.get(id={id!r}); "
CLOSE_ACCOUNT += "user.is_active = False; user.save()"
NO_SECOND_FACTOR = "from allauth.mfa.models import Authenticator; "
NO_SECOND_FACTOR += "Authenticator.objects.filter(user={id!r})._raw_delete('default')"


@pytest.fixture(scope="module")
def server(rarely_sweeping: Server) -> Server:
    """Return the Cycle whose sweeps come rarely."""
    return rarely_sweeping


@pytest.mark.parametrize("by_link", [False, True], ids=["in the room", "by link"])
@pytest.mark.parametrize(
    "lose",
    [DELETE, CLOSE_ACCOUNT, NO_SECOND_FACTOR, ""],
    ids=["deleted", "closed", "second factor gone", "unconfirmed"],
)
def test_a_therapist_who_may_not_host_is_removed_within_a_sweep(server: Server, lose: str, by_link: bool) -> None:
    """Each happens in another process that this one hears nothing of."""
    tess = therapist(server)
    room = linked(server, tess) if by_link else hosted(tess)
    sealed(room)
    console, screen, ben = room.tess.connect(), room.tess.connect("?screen=room"), room.ben.connect()
    for line in (console, screen, ben):
        line.receive()
    if lose:
        in_shell(server, lose.format(id=tess.id))
    else:
        tess.withdraw_profile()
    for line in (console, screen):
        assert line.closed(SWEEP + WITHIN) in (4401, 4403), "a login may be gone with its account"
    ben.until(lambda session: not session["hosted"], SWEEP + WITHIN)
    assert room.ben.command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200
    assert room.ana.snapshot()["round"]["reveal"], "the open round was theirs to finish"
    ben.close()


def test_unpairing_closes_the_room_to_the_host_without_a_snapshot(server: Server, tess: Therapist) -> None:
    ana, ben = (Visitor(server, name).sign_up() for name in ("Ana", "Ben"))
    path = ana.invite()
    ben.get(path)
    ben.post(path)
    host, code = tess.host()
    for one in (ana, ben):
        one.get(f"/join/{code}/")
        one.post(f"/join/{code}/", first_name=one.name, agrees="yes")
    line = host.connect()
    line.until(lambda session: session["state"] == "live")
    ben.get("/couple/unpair/")
    ben.post("/couple/unpair/")
    assert line.closed(WITHIN) in (4403, 4410)
    assert all(session["round"] is None for session in map(_session, line.received))


def _session(text: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(text)["session"]
    return found


def routes_of_a_check_in() -> list[str]:
    """Return every path of ours that is about one check-in."""

    def within(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            path = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from within(pattern.url_patterns, path)
            elif "<uuid:session_id>" in path:
                yield "/" + path

    return sorted(within(get_resolver().url_patterns, ""))


ROUTES = routes_of_a_check_in()
# What each of them takes, so that nothing is refused for its form.
BODIES = {
    "commands": {"type": "session.end", "op": "1"},
    "notes": {"text": "Nobody else writes here."},
    "appointment": {"starts_at": "2099-01-01T10:00:00Z"},
}


def test_the_isolation_test_covers_every_route_of_a_check_in() -> None:
    ends = ("screen/", "summary/", "appointment.ics", "appointment/", "commands/", "consent/", "notes/", "name/")
    ends += ("move/", "call-off/", "host/")
    assert len(ROUTES) >= 9 and all(any(path.endswith(end) for path in ROUTES) for end in ends)


MAKE_STAFF = "from accounts.models import User; from accounts.logins import open_login; "
MAKE_STAFF += (
    "staff = User.objects.create_user('staff@example.org', is_staff=True, is_superuser=True, first_name='Staff'); "
)
MAKE_STAFF += "answer = open_login(staff)"


def test_another_therapist_and_staff_find_nothing_on_any_route(server: Server, tess: Therapist) -> None:
    room = linked(server, tess)
    assert room.tess.command("round.open", after=0, text=CANARY).status == 200
    strangers = [therapist(server, "Theo").token, in_shell(server, MAKE_STAFF)]
    visitor = Visitor(server)
    for path in ROUTES:
        for token in strangers:
            there = path.replace("<uuid:session_id>", room.tess.session)
            nowhere = path.replace("<uuid:session_id>", NOWHERE)
            answers = [visitor.get_as(token, one) for one in (there, nowhere)]
            assert answers[0].status == answers[1].status and answers[0].status in (404, 405), path
            assert len(answers[0].text) == len(answers[1].text), path
            if path.startswith("/api/v1/"):
                short = path.removeprefix("/api/v1/")
                for method in ("POST", "PUT", "DELETE"):
                    body = BODIES.get(short.rstrip("/").rpartition("/")[2], {})
                    two = [
                        call(server, method, short.replace("<uuid:session_id>", one), body, token)
                        for one in (room.tess.session, NOWHERE)
                    ]
                    assert (two[0].status, two[0].raw) == (two[1].status, two[1].raw), (path, method)
    for token in strangers:
        for query in ("", "?screen=room"):
            assert Person(server, "Nobody", token, room.tess.session).connect(query).closed() == 4404
    assert room.tess.snapshot()["round"]["moment"]["text"] == CANARY, "nobody ended it"
