"""An installation upgrades by pulling: what it holds, who is logged in and what is open stay as they were."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.contract.replay.compare import Comparison
from tests.contract.replay.placeholders import Placeholders
from tests.serving.old_installation import Left, left, put_into
from tests.support.cast.clients import Answer, Line, Person, call
from tests.support.checkout import copy_checkout
from tests.support.servers.clocks import Clock
from tests.support.servers.cycle import Server

# What `make run` finds in .env or leaves to its defaults, and tests usually set.
NOT_SET = (
    "ENV_FILE",
    "SECRET_KEY",
    "FIELD_KEYS",
    "ALLOWED_HOSTS",
    "TRUSTED_ORIGINS",
    "DEBUG",
    "STATIC_FROM_SOURCE",
    "EMAIL_URL",
    "DATABASE_URL",
    "REDIS_URL",
    "JOIN_RATE",
)
A_MINUTE_LATER = 60
# Rounds of before do not say when their moment happened: what was once claimed of them is claimed no more (see
# docs/cycles.md and docs/directions.md).
TAKEN_BACK = tuple(f"history/summary/.{claim}" for claim in ("stages.repetition ", "cycles.", "trends."))


@pytest.fixture(scope="module")
def old() -> Left:
    """Return what is known of the installation."""
    return left()


@dataclass(frozen=True)
class Pulled:
    """The code of today in the place of the old, and what it answered before anybody changed anything."""

    server: Server
    answers: dict[tuple[str, str], Answer]


@pytest.fixture(scope="module")
def pulled(old: Left, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pulled]:
    """Pull, and do what `make run` does."""
    server = Server()
    Clock(server, old.at + A_MINUTE_LATER)
    for name in NOT_SET:
        server.environment.pop(name, None)
    server.checkout = copy_checkout(tmp_path_factory.mktemp("installation") / "cycle")
    put_into(server.checkout)
    server.migrates = False
    prepare = [server.python, "-m", "cycleproject.prepare"]
    subprocess.run(prepare, cwd=server.checkout, env=server.environment, check=True, capture_output=True)
    server.start()
    yield Pulled(
        server, {(who, path): call(server, "GET", path, token=old.tokens[who]) for who, path, _ in old.answers}
    )
    server.close()


def page(server: Server, path: str, token: str) -> str:
    """Return a page, as somebody whose cookie is older than the code."""
    request = Request(f"{server.url}{path}", headers={"Cookie": f"session={token}"})
    with urlopen(request, timeout=30) as answer:
        assert answer.url == f"{server.url}{path}", "the login is no longer good"
        return str(answer.read().decode())


def answer_of(old: Left, who: str, path: str) -> Any:
    """Return what somebody was answered by the old code."""
    return next(answer for name, asked, answer in old.answers if (name, asked) == (who, path))


@pytest.mark.parametrize(("who", "path", "was"), [pytest.param(*one, id=" ".join(one[:2])) for one in left().answers])
def test_it_answers_what_it_answered_before(pulled: Pulled, old: Left, who: str, path: str, was: Any) -> None:
    now = pulled.answers[who, path]
    assert now.status == 200
    comparison = Comparison(Placeholders(datetime.fromtimestamp(old.at, UTC), pulled.server.url))
    found = list(comparison.differences(was, now.body, path))
    assert [one for one in found if not one.startswith(TAKEN_BACK)] == []


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_its_pages_open_with_the_login_of_before(pulled: Pulled, old: Left, who: str) -> None:
    token = old.tokens[who]
    for path in ("/", "/couple/", "/history/change/", "/history/keeping/", "/my-part/", "/settings/"):
        assert "data-testid" in page(pulled.server, path, token), path
    assert 'data-testid="connection-state"' in page(pulled.server, f"/sessions/{old.session}/", token)
    listed = page(pulled.server, "/history/", token)
    for past in answer_of(old, who, "history/")["results"]:
        assert f"/history/{past['id']}/" in listed
        shown = page(pulled.server, f"/history/{past['id']}/", token)
        own = past["reveal"]["marks"]["a" if who == "ana" else "b"]
        for words in (past["moment"]["text"], own.get("words", ""), past["reveal"]["pattern"]["name"]):
            assert words in unescape(shown)


def test_its_open_check_in_is_live_and_the_second_mark_reveals(pulled: Pulled, old: Left) -> None:
    ana, ben = (Person(pulled.server, name.title(), old.tokens[name], old.session) for name in ("ana", "ben"))
    at_ana, at_ben = _room(ana), _room(ben)
    try:
        assert at_ana.receive()["session"]["round"]["sealed"] is True
        again = at_ana.ask("mark.seal", op="sealed", round=1, reaction="steady", intensity=1)
        assert again["type"] == "ack", "an op of before the pull is remembered, and changes nothing"
        assert at_ben.ask("mark.seal", round=1, reaction="avoidant", intensity=3)["type"] == "ack"
        for line in (at_ana, at_ben):
            told = line.until(lambda session: session["round"]["reveal"])["round"]["reveal"]
            assert told["pattern"]["code"] == "pursue_withdraw"
            hers = told["marks"]["a"]
            assert (hers["reaction"], hers["intensity"], hers["words"]) == ("anxious", 4, "Sealed before the pull.")
    finally:
        at_ana.close()
        at_ben.close()


def _room(person: Person) -> Line:
    """Open the room as its page does: with the cookie, from its own origin."""
    cookie = {"Cookie": f"session={person.token}"}
    return Line(person.server, f"/ws/sessions/{person.session}/", cookie, person.server.url)
