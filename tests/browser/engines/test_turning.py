"""A phone that is turned while a page is open: the page then lies as if it had been opened that way."""

from typing import Any

from tests.browser.engines.conftest import OpenOne
from tests.support.cast.clients import join_as, start_as
from tests.support.cast.hosted import therapist as hosting
from tests.support.engines.device import LAPTOP, PHONE, Device, Viewport, hook
from tests.support.servers.clocks import Timed

PAGES = ("/", "/start/", "/accounts/login/", "/privacy/", "/safety/")

# Where everything that shows lies, by the order in the page; a line more or less would move all that follows.
LAYOUT = """async () => {
  await document.fonts.ready;
  scrollTo({ top: 0, behavior: "instant" });
  const shown = [...document.querySelectorAll("body *")].filter((one) => one.getClientRects().length > 0);
  return shown.map((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return [`${one.localName}.${one.getAttribute("class") ?? ""}`, ...[left, top, width, height].map(Math.round)];
  });
}"""
WIDER = "() => document.scrollingElement.scrollWidth - innerWidth"


def settled_layout(device: Device) -> list[Any]:
    """Return where everything lies, once it lies still."""
    seen: list[Any] = []

    def still() -> list[Any]:
        seen.append(device.run(LAYOUT))
        return seen[-1] if len(seen) > 1 and seen[-1] == seen[-2] else []

    device.until(still, "a page at rest")
    return list(seen[-1])


def turned_is_as_opened(device: Device, one: Viewport, other: Viewport, ready: str = "") -> None:
    """Open the page in each of two shapes, turn it into the other, and expect what opening it there shows."""
    device.turn(one)
    reopen(device, ready)
    opened = settled_layout(device)
    device.turn(other)
    turned = settled_layout(device)
    assert device.run(WIDER) <= 0, f"{device.address} is wider than the window"
    reopen(device, ready)
    assert turned == settled_layout(device), f"{device.address} lies otherwise after turning"
    device.turn(one)
    assert settled_layout(device) == opened, f"{device.address} lies otherwise after turning back"


def reopen(device: Device, ready: str) -> None:
    """Open the same page again; a room is ready when a hook shows."""
    device.go(device.address)
    if ready:
        device.wait_for(hook(ready))
        device.until(lambda: device.attribute(hook("connection-state"), "data-state") == "connected", "a connection")


def test_a_turned_page_lies_as_if_opened_that_way(timed: Timed, open_one: OpenOne) -> None:
    ana = open_one()
    for path in PAGES:
        ana.go(timed.server.url + path)
        turned_is_as_opened(ana, PHONE.turned, PHONE)


def test_a_turned_room_lies_as_if_opened_that_way(timed: Timed, open_one: OpenOne) -> None:
    device, (ana, code) = open_one(), start_as(timed.server, "Ana")
    device.log_in(f"{timed.server.url}/sessions/{ana.session}/", ana.token)
    turned_is_as_opened(device, PHONE.turned, PHONE, ready="join-link")
    for person in (join_as(timed.server, "Ben", code), ana):
        person.command("round.open", after=0, moment=1)
        assert person.command("mark.seal", round=1, reaction="anxious", intensity=3).status == 200
    turned_is_as_opened(device, PHONE.turned, PHONE, ready="pattern-name")


def test_a_console_made_narrow_lies_as_if_opened_that_way(timed: Timed, open_one: OpenOne) -> None:
    tess, (session, _) = open_one(), hosting(timed.server).host()
    tess.log_in(f"{timed.server.url}/sessions/{session.session}/", session.token)
    turned_is_as_opened(tess, LAPTOP, PHONE, ready="join-link")
