"""What somebody waits for on a slow line: requests, bytes, answers that wait for each other; counted, never timed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.cast.clients import couple, start_as
from tests.support.page_weights import (
    CONNECTED,
    LATENCY,
    Place,
    Weight,
    bytes_of,
    round_trips,
    slow_down,
    weigh,
    weighed,
)
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

# The front page and the join page as they were before they said what a check-in is: more words, and no heavier.
FRONT_BEFORE, JOIN_BEFORE = 81_594, 72_660
REQUESTS_BEFORE = 20
# For a phone on a poor line: 120 KB are seconds at 200 kbit/s, and each round trip there is one more.
ROOM_REQUESTS, ROOM_BYTES, ROOM_ROUND_TRIPS = 25, 120_000, 3
# From Join to the room: the form, the page, the socket. Files have come while a name was typed.
JOIN_ROUND_TRIPS = 5


@pytest.fixture
def fresh(browser: Browser) -> Callable[[], Page]:
    """Return a function that opens a browser which has seen nothing."""
    return lambda: browser.new_context().new_page()


def in_room(server: Server) -> Place:
    ana, _ = couple(server)
    cookie = {"name": "session", "value": ana.token, "url": server.url}
    return Place(f"{server.url}/sessions/{ana.session}/", [cookie], CONNECTED)


def test_the_front_page_and_the_join_page_weigh_no_more_than_they_did(
    server: Server, fresh: Callable[[], Page]
) -> None:
    _, code = start_as(server, "Ana")
    for path, before in (("/", FRONT_BEFORE), (f"/join/{code}/", JOIN_BEFORE)):
        weight = weigh(fresh, Place(server.url + path))
        assert 10_000 < bytes_of(weight.own()) <= before, path
        assert len(weight.own()) <= REQUESTS_BEFORE, path


def test_a_room_opened_cold(server: Server, fresh: Callable[[], Page]) -> None:
    weight = weigh(fresh, in_room(server))
    assert any("/js/live/main." in one.url for one in weight.own()), "nothing of the room was seen"
    assert len(weight.own()) <= ROOM_REQUESTS
    assert bytes_of(weight.own()) <= ROOM_BYTES
    assert round_trips(fresh, in_room(server)) <= ROOM_ROUND_TRIPS


def test_from_join_to_the_room_on_a_line_on_which_every_answer_is_late(server: Server, open_device: OpenDevice) -> None:
    _, code = start_as(server, "Ana")
    page = open_device()
    with weighed(page) as (session, weight):
        page.goto(f"{server.url}/join/{code}/", wait_until="networkidle")
        fetched = {one.url for one in weight.ahead()}
        assert any("/js/live/main." in url for url in fetched), "nothing is fetched while a name is typed"
        hook(page, "first-name").fill("Ben")
        slow_down(session, LATENCY)
        before = len(weight.fetched)
        joined = page.evaluate("Date.now()")
        hook(page, "join").click()
        journey.expect_state(page, "connected")
        seconds = (page.evaluate("Date.now()") - joined) / 1000
    came = again_from_the_line(weight, before)
    assert came & fetched == set(), "what was fetched ahead is fetched again"
    assert int(seconds / LATENCY) <= 2 * JOIN_ROUND_TRIPS


def again_from_the_line(weight: Weight, since: int) -> set[str]:
    """Return the addresses of what was not in the browser already."""
    return {one.url for one in weight.fetched[since:] if one.bytes}
