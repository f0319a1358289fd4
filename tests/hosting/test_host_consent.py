"""A host is there while both partners agree, now. Once it is taken back nothing more arrives, and nobody learns why."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.cast.clients import Line, Person, call, couple, join_as
from tests.support.cast.hosted import Hosted, Therapist, hosted, hosted_by_link, in_shell, therapist
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import Server
from tests.support.servers.services import RedisServer
from tests.support.servers.stacks import services

WITHIN = 2 * 2.0
# Longer than a revocation may take: what closes in time was told, and not found by a sweep.
SWEEP = 2.5
CANARY = "zebra crossing"
NOWHERE = "00000000-0000-4000-8000-000000000000"

Reach = Callable[[Hosted], None]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Return a Cycle whose sweeps come rarely."""
    running = Server(
        DJANGO_SETTINGS_MODULE="tests.support.servers.served_settings", ROOMS_SWEEP_EVERY=str(SWEEP), FRAME_RATE="1000"
    ).start()
    yield running
    running.close()


@pytest.fixture(scope="module")
def tess(server: Server) -> Therapist:
    """Return Tess, who may host."""
    return therapist(server)


# How far a check-in has come


def live(room: Hosted) -> None:
    """Come no further than both being in."""


def open_round(room: Hosted) -> None:
    """Open a round."""
    assert room.tess.command("round.open", after=0, moment=1).status == 200


def sealed(room: Hosted) -> None:
    """Let one of the two seal."""
    open_round(room)
    assert room.ana.command("mark.seal", round=1, reaction="anxious", intensity=4).status == 200


def paused(room: Hosted) -> None:
    """Pause it while one mark is sealed."""
    sealed(room)
    assert room.ben.command("pause.start", minutes=1).status == 200


def revealed(room: Hosted) -> None:
    """Reveal it; the quiet begins."""
    sealed(room)
    assert room.ben.command("mark.seal", round=1, reaction="avoidant", intensity=3).status == 200


def exchanging(room: Hosted) -> None:
    """End the quiet; one of the two has said a need."""
    revealed(room)
    for person in (room.ana, room.ben):
        assert person.command("quiet.skip", round=1).status == 200
    assert room.ana.command("need.say", round=1, text="To know.").status == 200


def in_a_turn(room: Hosted) -> None:
    """Give one of the two the word."""
    exchanging(room)
    assert room.tess.command("turn.start", speaker="a", seconds=300).status == 200


def set_aside(room: Hosted) -> None:
    """Set a round aside."""
    sealed(room)
    assert room.tess.command("round.set_aside", round=1).status == 200


STEPS: list[Reach] = [live, open_round, sealed, paused, revealed, exchanging, in_a_turn, set_aside]


def take_back(room: Hosted, by: str = "a") -> None:
    """Take one partner's yes back, over REST."""
    person = room.partners[by]
    assert call(person.server, "DELETE", f"sessions/{person.session}/consent/", token=person.token).status == 204


def take_back_on_the_page(room: Hosted, by: str = "a") -> None:
    """Take one partner's yes back in the room."""
    visitor = Visitor(room.ana.server, room.partners[by].name)
    page = visitor.get_as(room.partners[by].token, f"/sessions/{room.ana.session}/")
    assert "Go on without a host" in page.text
    visitor.post_as(room.partners[by].token, f"/sessions/{room.ana.session}/consent/")


def end_scope(room: Hosted, by: str = "a") -> None:
    """Take one partner's consent to the care link back."""
    person = room.partners[by]
    body = {"scope": ["host"]}
    assert call(person.server, "DELETE", f"care/{room.link}/consent/", body, person.token).status in (200, 204)


def goes_on_with(person: Person) -> None:
    """Do something in the room that everybody who listens would be shown."""
    if person.snapshot()["pause"]:
        assert person.command("pause.start", minutes=20).status == 200
        return
    assert person.command("pause.start", minutes=1).status == 200


def assert_nothing_more(line: Line, within: float = WITHIN) -> None:
    """Check that a socket closes in time, without a further byte."""
    heard = len(line.received)
    began = time.monotonic()
    assert line.closed(within) == 4403
    assert time.monotonic() - began < within
    # What had been on its way before the yes was taken back may still have been in the pipe; nothing after it is.
    for text in line.received[heard:]:
        assert '"minutes"' not in text and '"state":"paused"' not in text and CANARY not in text, text


def assert_shut_out(room: Hosted) -> None:
    """Check that no road leads back in."""
    for query in ("", "?screen=room"):
        assert room.tess.connect(query).closed() == 4403
    answer = call(room.tess.server, "GET", f"sessions/{room.tess.session}/", token=room.tess.token)
    assert (answer.status, answer.body["code"]) == (403, "seat.not_allowed")
    for type, fields in (("sync", {}), ("round.open", {"after": 1, "moment": 1}), ("session.end", {})):
        assert room.tess.command(type, **fields).body["code"] == "seat.not_allowed"
    visitor = Visitor(room.tess.server)
    for path in ("", "screen/", "summary/"):
        assert visitor.get_as(room.tess.token, f"/sessions/{room.tess.session}/{path}").status == 404


# Taking it back


@pytest.mark.parametrize("reach", STEPS)
@pytest.mark.parametrize("how", [take_back, end_scope], ids=["in the room", "of the link"])
def test_a_yes_taken_back_at_any_step_closes_the_host_out(
    server: Server, tess: Therapist, reach: Reach, how: Reach
) -> None:
    room = hosted(tess) if how is take_back else linked(server, tess)
    reach(room)
    console, screen = room.tess.connect(), room.tess.connect("?screen=room")
    for line in (console, screen):
        assert line.receive()["session"]["hosted"], "a host who sees nothing beforehand proves nothing"
    how(room)
    goes_on_with(room.ben)
    for line in (console, screen):
        assert_nothing_more(line)
    assert_shut_out(room)
    after = room.ben.snapshot()
    assert (after["hosted"], [person["seat"] for person in after["people"]]) == (False, ["a", "b"])


def linked(server: Server, tess: Therapist) -> Hosted:
    """Return a hosted check-in of a couple with a care link."""
    return hosted_by_link(tess, *couple(server))


def test_the_other_ones_yes_counts_as_much(server: Server, tess: Therapist) -> None:
    for room, how in (
        (hosted(tess), take_back),
        (hosted(tess), take_back_on_the_page),
        (linked(server, tess), end_scope),
    ):
        line = room.tess.connect()
        line.receive()
        how(room, "b")
        assert_nothing_more(line)


def test_while_one_still_waits_for_the_other(tess: Therapist) -> None:
    host, code = tess.host()
    ana = join_as(tess.server, "Ana", code)
    line = host.connect("?screen=room")
    line.receive()
    assert call(tess.server, "DELETE", f"sessions/{ana.session}/consent/", token=ana.token).status == 204
    assert line.closed(WITHIN) == 4403
    # The code still brings the other one, and nobody is asked about a host who is gone.
    ben = Visitor(tess.server, "Ben")
    page = ben.get(f"/join/{code}/").text
    assert "agrees-to-host" not in page and "Tess" not in page and "Ana" in page
    assert ben.post(f"/join/{code}/", first_name="Ben").path == f"/sessions/{host.session}/"
    assert ana.snapshot()["state"] == "live"


def test_taking_it_back_twice_is_once(tess: Therapist) -> None:
    room = hosted(tess)
    take_back(room)
    before = room.ben.snapshot()
    take_back(room)
    take_back(room, "b")
    assert room.ben.snapshot() == before


def test_nobody_takes_back_what_is_anothers(tess: Therapist, otto: Person) -> None:
    room = hosted(tess)
    for token in (otto.token, room.tess.token):
        there = call(tess.server, "DELETE", f"sessions/{room.tess.session}/consent/", token=token)
        nowhere = call(tess.server, "DELETE", f"sessions/{NOWHERE}/consent/", token=token)
        assert (there.status, there.raw) == (nowhere.status, nowhere.raw) == (404, nowhere.raw)
    assert room.tess.snapshot()["hosted"]


def test_a_summary_closes_too(server: Server, tess: Therapist) -> None:
    for room, how in ((hosted(tess), take_back), (linked(server, tess), end_scope)):
        revealed(room)
        assert room.tess.command("session.end").status == 200
        visitor = Visitor(server)
        path = f"/sessions/{room.tess.session}/summary/"
        assert "Pursue–withdraw" in visitor.get_as(room.tess.token, path).text
        how(room)
        assert visitor.get_as(room.tess.token, path).status == 404
        for person in room.partners.values():
            assert "Pursue–withdraw" in visitor.get_as(person.token, path).text


# Nobody learns why


def last_of_ben(room: Hosted, lose: Callable[[], object]) -> str:
    """Return what Ben's socket receives when the host is lost, in words that are the same for any two check-ins."""
    sealed(room)
    line = room.ben.connect()
    line.until(lambda session: session["hosted"])
    lose()
    line.until(lambda session: not session["hosted"], SWEEP + WITHIN)
    assert line.silence()
    line.close()
    return line.received[-1].replace(room.ben.session, "<session>")


def test_the_partners_screen_names_no_cause(server: Server, tess: Therapist) -> None:
    rooms = [hosted(tess) for _ in range(4)]
    left = last_of_ben(rooms[0], lambda: rooms[0].tess.command("session.leave"))
    told = [
        last_of_ben(rooms[1], lambda: take_back(rooms[1])),
        last_of_ben(rooms[2], lambda: take_back(rooms[2], "b")),
    ]
    another = therapist(server)
    lost = hosted(another)
    told.append(last_of_ben(lost, another.withdraw_profile))
    assert told == [left, left, left]


# Every other way to lose the right


DELETE = "from accounts.settings.deletion import delete_person; from accounts.models import User; "
DELETE += "delete_person(User.objects.get(id={id!r}))"
CLOSE_ACCOUNT = "from accounts.models import User; user = User.objects.get(id={id!r}); "
CLOSE_ACCOUNT += "user.is_active = False; user.save()"
NO_SECOND_FACTOR = "from allauth.mfa.models import Authenticator; "
NO_SECOND_FACTOR += "Authenticator.objects.filter(user={id!r})._raw_delete('default')"


@pytest.mark.parametrize("by_link", [False, True], ids=["in the room", "by link"])
@pytest.mark.parametrize(
    "lose",
    [DELETE, CLOSE_ACCOUNT, NO_SECOND_FACTOR, ""],
    ids=["deleted", "closed", "second factor gone", "unconfirmed"],
)
def test_who_may_host_nobody_any_more_is_out_within_a_sweep(server: Server, lose: str, by_link: bool) -> None:
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


def test_a_couple_that_parts_ends_it_for_the_host_without_a_word(server: Server, tess: Therapist) -> None:
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


# Who never had the right


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


def test_the_route_table_holds_the_room() -> None:
    ends = ("screen/", "summary/", "appointment.ics", "commands/", "consent/")
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
                for method in ("POST", "DELETE"):
                    body = {"type": "session.end", "op": "1"} if short.endswith("commands/") else {}
                    two = [
                        call(server, method, short.replace("<uuid:session_id>", one), body, token)
                        for one in (room.tess.session, NOWHERE)
                    ]
                    assert (two[0].status, two[0].raw) == (two[1].status, two[1].raw), (path, method)
    for token in strangers:
        for query in ("", "?screen=room"):
            assert Person(server, "Nobody", token, room.tess.session).connect(query).closed() == 4404
    assert room.tess.snapshot()["round"]["moment"]["text"] == CANARY, "nobody ended it"


# Two processes


@dataclass
class Cluster:
    """Two processes on one database: the host listens at one, a partner takes it back at the other."""

    redis: RedisServer
    one: Server
    other: Server
    tess: Therapist


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return two processes that sweep every two seconds."""
    with services() as (postgresql, redis):
        shared = {"DATABASE_URL": postgresql.create("cycle"), "REDIS_URL": redis.url, "FRAME_RATE": "1000"}
        shared |= {"DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings", "ROOMS_SWEEP_EVERY": "4"}
        one, other = Server(**shared).start(), Server(**shared).start()
        yield Cluster(redis, one, other, therapist(one))
        one.close()
        other.close()


@pytest.mark.services
def test_taken_back_at_another_process(cluster: Cluster) -> None:
    room = hosted(cluster.tess)
    for person in room.partners.values():
        person.server = cluster.other
    line = room.tess.connect()
    line.receive()
    time.sleep(0.5)  # a hint that is sent before this process has joined the room's group is not what is looked at
    take_back(room)
    assert line.closed(WITHIN) == 4403


@pytest.mark.services
def test_taken_back_at_another_process_while_redis_is_down(cluster: Cluster) -> None:
    room = hosted(cluster.tess)
    for person in room.partners.values():
        person.server = cluster.other
    line = room.tess.connect()
    line.receive()
    cluster.redis.kill()
    try:
        take_back(room)
        goes_on_with(room.ben)
        assert_nothing_more(line, within=4.0 + WITHIN)
    finally:
        cluster.redis.start()
