"""What pages weigh, opened cold in Chromium: `python -m tests.support.page_weights [CHECKOUT …]`.

For each page: requests, bytes on the wire, those of its own HTML, and round trips from there until it can be used; and
what it fetches ahead for the next page. `--details` names each request. Another checkout, named by its folder, is
measured as well.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from tests.browser.history_scenes import Demo
from tests.support import prerequisites
from tests.support.cast.clients import couple, start_as
from tests.support.cast.hosted import therapist
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.static_files import served_from

# How late every answer is while round trips are counted: longer than what a busy machine does between two of them.
LATENCY = 2.0
CONNECTED = '[data-testid="connection-state"][data-state="connected"]'
# Waits in the page itself, so that nothing of ours stands between; returns milliseconds since the HTML was asked for.
UNTIL_USABLE = """async (selector) => {
  const usable = () => (selector ? document.querySelector(selector) : document.readyState !== "loading");
  while (!usable()) await new Promise((resolve) => setTimeout(resolve, 20));
  return performance.now() - performance.getEntriesByType("navigation")[0].requestStart;
}"""


@dataclass
class Fetched:
    """One request, and the bytes that came for it."""

    url: str
    kind: str
    ahead: bool = False
    bytes: int = 0


@dataclass
class Weight:
    """Everything that a page fetched."""

    fetched: list[Fetched] = field(default_factory=list)

    def own(self) -> list[Fetched]:
        """Return what the page itself is made of."""
        return [one for one in self.fetched if not one.ahead]

    def ahead(self) -> list[Fetched]:
        """Return what it fetched for the page after it."""
        return [one for one in self.fetched if one.ahead]


def bytes_of(fetched: list[Fetched]) -> int:
    """Return how much that was on the wire, heads and bodies as they were encoded."""
    return sum(one.bytes for one in fetched)


@contextmanager
def weighed(page: Page) -> Iterator[tuple[CDPSession, Weight]]:
    """Note whatever a page fetches meanwhile."""
    session = page.context.new_cdp_session(page)
    weight, by_id = Weight(), dict[str, Fetched]()

    def add(id: str, fetched: Fetched) -> None:
        by_id[id] = fetched
        weight.fetched.append(fetched)

    def sent(event: dict[str, Any]) -> None:
        if redirect := event.get("redirectResponse"):
            by_id[event["requestId"]].bytes = int(redirect["encodedDataLength"])
        url, kind = event["request"]["url"], event.get("type", "")
        if url.startswith("http"):
            add(event["requestId"], Fetched(url, kind, kind == "Fetch" and "/static/" in url))

    def received(event: dict[str, Any]) -> None:
        if one := by_id.get(event["requestId"]):
            one.bytes += int(event["encodedDataLength"])

    session.on("Network.requestWillBeSent", sent)
    session.on("Network.webSocketCreated", lambda event: add(event["requestId"], Fetched(event["url"], "WebSocket")))
    session.on("Network.loadingFinished", received)
    session.send("Network.enable")
    yield session, weight
    session.detach()


def slow_down(session: CDPSession, seconds: float) -> None:
    """Let every answer come that much later."""
    line = {"offline": False, "latency": seconds * 1000, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.emulateNetworkConditions", line)


@dataclass(frozen=True)
class Place:
    """A page: its address, whose cookies see it, and what tells that it can be used."""

    url: str
    cookies: list[Any] = field(default_factory=list)
    usable: str | None = None


def weigh(open_new: Callable[[], Page], place: Place) -> Weight:
    """Return what a page weighs in a browser that has seen nothing of ours."""
    page = open_new()
    page.context.add_cookies(place.cookies)
    with weighed(page) as (_, weight):
        page.goto(place.url, wait_until="networkidle")
        if place.usable:
            page.wait_for_selector(place.usable)
    page.context.close()
    return weight


def round_trips(open_new: Callable[[], Page], place: Place) -> int:
    """Return how many answers wait for each other between a page's HTML and its use."""
    page = open_new()
    page.context.add_cookies(place.cookies)
    with weighed(page) as (session, _):
        slow_down(session, LATENCY)
        page.goto(place.url, wait_until="commit")
        milliseconds: float = page.evaluate(UNTIL_USABLE, place.usable)
    page.context.close()
    # The first of them brought the HTML.
    return int(milliseconds / 1000 / LATENCY) - 1


def places(server: Server, browser: Browser) -> dict[str, Place]:
    """Return the pages that are measured."""
    _, code = start_as(server, "Ana")
    ana, _ = couple(server)
    tess, _ = therapist(server).host()
    demo = Demo(server).log_in(browser.new_page(), "ana")
    cookies = demo.context.cookies()
    demo.context.close()
    return {
        "/": Place(f"{server.url}/"),
        "join": Place(f"{server.url}/join/{code}/"),
        "room": Place(f"{server.url}/sessions/{ana.session}/", _login(server, ana.token), CONNECTED),
        "console": Place(f"{server.url}/sessions/{tess.session}/", _login(server, tess.token), CONNECTED),
        "history": Place(f"{server.url}/history/", cookies),
    }


def _login(server: Server, token: str) -> list[Any]:
    return [{"name": "session", "value": token, "url": server.url}]


def measure(checkout: Path, browser: Browser, details: bool) -> None:
    """Serve a checkout, and print a line for each of its pages."""
    with TemporaryDirectory() as directory:
        server = Server(**served_from(Path(directory)))
        server.checkout = checkout
        server.manage("collectstatic", "--noinput")
        server.start()
        try:
            print(f"{checkout}\n{'':10}requests   bytes    HTML  round trips   ahead: requests  bytes")
            for name, place in places(server, browser).items():
                weight = weigh(lambda: browser.new_context().new_page(), place)
                trips = round_trips(lambda: browser.new_context().new_page(), place)
                own, ahead = weight.own(), weight.ahead()
                html = bytes_of([one for one in own if one.kind == "Document"])
                print(
                    f"{name:10}{len(own):8} {bytes_of(own):7} {html:7} {trips:12} {len(ahead):17} {bytes_of(ahead):6}"
                )
                for one in weight.fetched if details else ():
                    print(f"    {one.bytes:7} {one.kind:11} {'ahead ' if one.ahead else ''}{one.url}")
        finally:
            server.close()


def main() -> int:
    """Measure this checkout and those that were named."""
    chromium = prerequisites.path_of("chromium-headless-shell")
    if chromium is None:
        print("Chromium is not installed: nothing is measured.")
        return 1
    named = [Path(name).resolve() for name in sys.argv[1:] if not name.startswith("-")]
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for checkout in (ROOT, *named):
            measure(checkout, browser, "--details" in sys.argv)
        browser.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
