"""Two phones on which everything is tapped twice, on lines that lose one answer in five and break sockets.

The server has done what it was asked each time; only nobody is told. Both come to the reveal, and nothing that they
typed is lost. ``TAP_TWICE_SEEDS`` says how often; `make tap-twice` does it fifty times.
"""

import os
import random
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from uuid import UUID, uuid4

import pytest

from tests.browser.engines.conftest import Running
from tests.browser.engines.impatient import Impatient
from tests.support.engines.all import ENGINES, NEEDED_FOR
from tests.support.engines.device import Engine, hook
from tests.support.servers.cycle import Server
from tests.support.servers.relay import ForgetfulRelay
from tests.support.servers.stored import rows

NAMES = list(ENGINES)
SEEDS = [
    pytest.param(seed, marks=pytest.mark.needs(*NEEDED_FOR[NAMES[seed % len(NAMES)]]))
    for seed in range(int(os.environ.get("TAP_TWICE_SEEDS", "3")))
]
# Which answer is the first to be lost: of the two who come in, first the one that brings the room and the login, then
# that of the room itself, and so on. One round of engines after the other goes on to the next.
ANA_LOSES, BEN_LOSES = (3, 4, 2, 1, 5), (2, 3, 1, 4, 5)

MOMENT = "The door stayed closed after dinner."
THOUGHTS = ("I am too much again.", "I will say the wrong thing.")


class Unguarded(ForgetfulRelay):
    """A road that takes from every page what tells a form that is sent twice from two forms."""

    GUARD = re.compile(rb'<input type="hidden" name="nonce"[^>]*>|<script[^>]*/send-once[^>]*></script>')

    def change(self, answer: bytes) -> bytes:
        """Leave spaces in its place: an answer says how long it is."""
        return self.GUARD.sub(lambda found: b" " * len(found[0]), answer)


def both_come_to_the_reveal(ana: Impatient, ben: Impatient, server: Server) -> None:
    """Let two people go from the front page to a reveal, and look what is stored."""
    ana.begin(ana.line.url)
    ben.begin(ben.line.over(ana.start()))
    is_there_once(server, ana)
    ben.join()
    ana.open_moment(MOMENT)
    ben.insist([hook("reaction-anxious")])
    ana.mark("anxious", 4, THOUGHTS[0])
    ben.mark("avoidant", 3, THOUGHTS[1])
    for person in (ana, ben):
        person.insist([hook("pattern-name")])
    time.sleep(1.0)  # what was tapped twice has come to rest
    for person, own, other in ((ana, *THOUGHTS), (ben, *reversed(THOUGHTS))):
        screen = person.phone.run("() => document.querySelector('#room-screen').textContent")
        assert "Pursue–withdraw" in screen
        for words in (MOMENT, own, ana.name, ben.name):
            assert words in screen, f"{person.name} no longer reads {words!r}"
        assert other not in screen

    for person in (ana, ben):
        is_there_once(server, person)
    [session] = {person.phone.address.split("/")[4] for person in (ana, ben)}
    query = "SELECT COUNT(*) FROM live_sessions_round WHERE live_session_id = ?"
    assert rows(server, query, UUID(session)) == [(1,)]


def is_there_once(server: Server, person: Impatient) -> None:
    """Look whether somebody is stored as one person in one seat."""
    for table in ("accounts_user", "live_sessions_seat"):
        found = rows(server, f"SELECT COUNT(*) FROM {table} WHERE first_name = ?", person.name)
        assert found == [(1,)], f"{person.name} is there more than once: {table} has {found}"


@contextmanager
def two_people(
    server: Server, engine: Engine, seed: int, line_of: type[ForgetfulRelay]
) -> Iterator[tuple[Impatient, Impatient]]:
    """Return Ana and Ben, each with a phone of their own on a line of their own."""
    turn = seed // len(ENGINES)
    first_lost = ANA_LOSES[turn % 5], BEN_LOSES[(turn + turn // 5) % 5]
    with ExitStack() as until_the_end:
        people = []
        for name, first in zip(("Ana", "Ben"), first_lost, strict=True):
            chance = random.Random(f"{seed} {name}")
            line = until_the_end.enter_context(line_of(server, first, chance))
            phone = engine.open()
            until_the_end.callback(phone.close)
            people.append(Impatient(f"{name} {uuid4().hex[:12]}", phone, line, chance))
        yield people[0], people[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_two_who_tap_everything_twice_and_lose_every_fifth_answer_come_to_the_reveal(
    server: Server, running: Running, seed: int
) -> None:
    engine = running(NAMES[seed % len(NAMES)])
    with two_people(server, engine, seed, ForgetfulRelay) as (ana, ben):
        both_come_to_the_reveal(ana, ben, server)
        print(f"{engine.name}: lost {ana.line.lost + ben.line.lost}, broke {ana.line.cuts + ben.line.cuts} sockets")


@pytest.mark.needs(*NEEDED_FOR["chromium"])
def test_without_the_guard_they_do_not(server: Server, running: Running) -> None:
    with two_people(server, running("chromium"), 0, Unguarded) as (ana, ben):
        with pytest.raises(AssertionError, match=r"is there more than once: \w+ has \[\([2-9],\)\]"):
            both_come_to_the_reveal(ana, ben, server)
        assert any(request.startswith("POST /start/") for request in ana.line.lost)
