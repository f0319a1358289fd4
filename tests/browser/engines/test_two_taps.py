"""Two taps where one was meant: a phone's line is slow, a thumb is quick, and Firefox and WebKit send a form each time.

The first of the two answers is thrown away by the browser, with whatever it brought.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest

from tests.browser.engines import steps
from tests.browser.engines.conftest import SLOW, OpenOne
from tests.support.cast.clients import start_as
from tests.support.cast.visitors import PASSWORD, Visitor, paired
from tests.support.engines.device import Device, Target, button, hook, label
from tests.support.servers.clocks import Timed
from tests.support.servers.relay import Relay
from tests.support.servers.stored import Row, rows

ONE = [(1,)]


@dataclass(frozen=True)
class Line:
    """How long an answer takes, and how quick the thumb is."""

    delay: float
    apart: float


PHONE_LINE = Line(delay=SLOW, apart=0.120)
QUICK_LINE = Line(delay=0.0, apart=0.050)


@pytest.fixture(params=[PHONE_LINE, QUICK_LINE], ids=["slow-line", "quick-line"])
def line(request: pytest.FixtureRequest) -> Line:
    """Return each kind of line: the second tap finds the first answer still under way, or just arrived."""
    return request.param


@pytest.fixture
def count(timed: Timed) -> Callable[..., list[Row]]:
    """Return what counts the rows of a table."""
    return lambda table, where, value: rows(timed.server, f"SELECT COUNT(*) FROM {table} WHERE {where}", value)


def tap_twice(device: Device, road: Relay, line: Line, target: Target) -> None:
    """Tap twice while the line is as it is; what follows both taps may come at once."""

    def tap() -> None:
        device.tap(target, times=2, apart=line.apart)
        road.delay = 0.0

    road.delay = line.delay
    device.leave(tap)


def new_name(name: str) -> str:
    """Return a name that nobody else has."""
    return f"{name} {uuid4().hex[:12]}"


def test_continue_twice_starts_one_check_in(
    road: Relay, line: Line, open_one: OpenOne, count: Callable[..., list[Row]]
) -> None:
    ana, name = open_one(), new_name("Ana")
    ana.go(f"{road.url}/start/")
    ana.write(hook("first-name"), name)
    tap_twice(ana, road, line, hook("join"))
    ana.wait_for(hook("join-link"))
    assert count("live_sessions_seat", "first_name = ?", name) == ONE
    assert count("accounts_user", "first_name = ?", name) == ONE


def test_join_twice_takes_the_seat_and_leads_into_the_room(
    timed: Timed, road: Relay, line: Line, open_one: OpenOne, count: Callable[..., list[Row]]
) -> None:
    ben, name = open_one(), new_name("Ben")
    ana, code = start_as(timed.server, new_name("Ana"))
    ben.go(f"{road.url}/join/{code}/")
    ben.write(hook("first-name"), name)
    tap_twice(ben, road, line, hook("join"))
    ben.wait_for(hook("moment-option"))
    assert [person["name"] for person in ana.snapshot()["people"]] == [ana.name, name]
    assert count("accounts_user", "first_name = ?", name) == ONE


def test_join_twice_from_a_check_in_of_ones_own_leads_into_the_other(
    timed: Timed, road: Relay, line: Line, open_one: OpenOne, count: Callable[..., list[Row]]
) -> None:
    ben, name = open_one(), new_name("Ben")
    steps.start(ben, road.url, name)  # so he has a login already, which joining may renew
    ana, code = start_as(timed.server, new_name("Ana"))
    ben.go(f"{road.url}/join/{code}/")
    tap_twice(ben, road, line, hook("join"))
    ben.wait_for(hook("moment-option"))
    assert [person["name"] for person in ana.snapshot()["people"]] == [ana.name, name]
    assert count("accounts_user", "first_name = ?", name) == ONE


def test_start_twice_opens_one_check_in_for_a_couple(
    timed: Timed, road: Relay, open_one: OpenOne, count: Callable[..., list[Row]]
) -> None:
    ana, account = open_one(), paired(timed.server)[0]
    steps.log_in(ana, road.url, account.email, PASSWORD)
    ana.go(road.url)
    tap_twice(ana, road, PHONE_LINE, hook("start-check-in"))
    ana.until(lambda: "/sessions/" in ana.address, "the room")
    session = ana.address.split("/")[4]
    [(couple,)] = rows(timed.server, "SELECT couple_id FROM live_sessions_livesession WHERE id = ?", UUID(session))
    assert count("live_sessions_livesession", "couple_id = ?", couple) == ONE


def test_keep_twice_keeps_one_entry_in_the_journal(
    timed: Timed, road: Relay, open_one: OpenOne, count: Callable[..., list[Row]]
) -> None:
    ana, account = open_one(), Visitor(timed.server, "Ana").sign_up()
    steps.log_in(ana, road.url, account.email, PASSWORD)
    ana.go(f"{road.url}/my-part/journal/")
    ana.write(label("What I want to remember"), "It was quiet after dinner.")
    tap_twice(ana, road, PHONE_LINE, button("Save"))
    ana.wait_for_words("Saved. Only you can see this.")
    assert ana.words().count("Saved. Only you can see this.") == 1
    assert ana.words().count("It was quiet after dinner.") == 1
    [(user,)] = rows(timed.server, "SELECT id FROM accounts_user WHERE email = ?", account.email)
    assert count("accounts_privatenote", "user_id = ?", user) == ONE
