"""Sealed apart, opened together, on two phones that are never online at the same time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import LAPTOP, PHONE, OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.cast.hosted import in_shell
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

HOUR = 3600
PICTURES = os.environ.get("PICTURES_IN")
TWO = """
from accounts.couple.pairing import form_couple
from accounts.logins import open_login
from accounts.models import User
from uuid import uuid4
two = [User.objects.create_user(f"{uuid4()}@example.org", None, first_name=name) for name in ("Ana", "Ben")]
form_couple(*two)
answer = [open_login(one) for one in two]
"""


class Two:
    """Ana and Ben with a phone each; whoever does not look is offline. The test holds the server's clock."""

    def __init__(self, timed: Timed, open_device: OpenDevice) -> None:
        self.timed = timed
        self.phones: dict[str, Page] = {}
        for name, key in zip(("Ana", "Ben"), in_shell(timed.server, TWO), strict=True):
            page = open_device(**OPTIONS, timezone_id="UTC", locale="en")
            page.context.add_cookies([{"name": "session", "value": key, "url": timed.server.url}])
            page.context.set_offline(True)
            self.phones[name] = page

    @contextmanager
    def looks(self, name: str) -> Iterator[Page]:
        """Let one of the two be online, and gone again."""
        page = self.phones[name]
        page.context.set_offline(False)
        page.goto(self.timed.server.url)
        yield page
        page.goto("about:blank")
        page.context.set_offline(True)

    def at(self, hours: float) -> datetime:
        """Return a whole minute by the server's clock, some time ahead."""
        return datetime.fromtimestamp(self.timed.clock.seconds + hours * HOUR, UTC).replace(second=0, microsecond=0)

    def pass_until(self, moment: datetime) -> None:
        """Let time pass on the server."""
        self.timed.clock.tick(max(0, int(moment.timestamp()) - self.timed.clock.seconds) + 1)


@pytest.fixture
def two(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the two of them."""
    return Two(timed, open_device)


def seen(page: Page, name: str) -> None:
    """Look at a page from all sides, and keep pictures where somebody wants them."""
    assert list(look_from_all_sides(page)) == [], name
    for width, viewport in ((390, PHONE), (1280, LAPTOP)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def typed(at: datetime) -> str:
    """Return a time as a field takes it."""
    return at.strftime("%Y-%m-%dT%H:%M")


def propose(page: Page, at: datetime) -> None:
    """Propose an opening from the first page."""
    hook(page, "opening-row").click()
    page.get_by_label("Or in my own words").fill("You came home late, and neither of us said anything.")
    page.get_by_label("When does it open?").fill(typed(at))
    hook(page, "propose-opening").click()
    expect(hook(page, "opening")).to_have_attribute("data-state", "asked")


def seal(page: Page, reaction: str, intensity: int) -> None:
    """Go to one's own mark, and seal it."""
    hook(page, "opening-row").click()
    hook(page, "to-my-mark").click()
    journey.mark(page, reaction, intensity)
    journey.seal(page)
    journey.expect_sealed(page)


def agree(two: Two, at: datetime) -> None:
    """Let Ana propose and Ben agree."""
    with two.looks("Ana") as ana:
        propose(ana, at)
    with two.looks("Ben") as ben:
        hook(ben, "opening-row").click()
        hook(ben, "agree-opening").click()
        expect(hook(ben, "opening")).to_have_attribute("data-state", "agreed")


def revealed(page: Page) -> tuple[str, list[str]]:
    """Return what a phone shows of the reveal."""
    expect(hook(page, "pattern-name")).to_be_visible()
    return hook(page, "pattern-name").inner_text(), page.get_by_test_id("cycle-map").all_inner_texts()


def test_two_who_are_never_there_together_see_the_same_reveal(two: Two) -> None:
    at = two.at(26)
    with two.looks("Ana") as ana:
        seen(ana, "home-before")
        hook(ana, "opening-row").click()
        seen(ana, "new")
        hook(ana, "propose-opening").click()
        seen(ana, "new-refused")
        ana.goto(two.timed.server.url)
        propose(ana, at)
        seen(ana, "asked-by-you")
    with two.looks("Ben") as ben:
        hook(ben, "opening-row").click()
        seen(ben, "asked-by-other")
        hook(ben, "agree-opening").click()
        seen(ben, "agreed")
        hook(ben, "to-my-mark").click()
        expect(hook(ben, "apart-note")).to_contain_text(f"{at:%H:%M}, for both of you")
        seen(ben, "mark")
        journey.mark(ben, "avoidant", 5)
        journey.seal(ben)
        journey.expect_sealed(ben)
        seen(ben, "sealed")
        ben.goto(two.timed.server.url + "/couple/")
        seen(ben, "couple")
    with two.looks("Ana") as ana:
        seal(ana, "anxious", 4)
        hook(ana, "leave").click()
        expect(hook(ana, "opening-row")).to_contain_text("It opens for both of you")
    two.pass_until(at)
    with two.looks("Ana") as ana:
        hook(ana, "open-check-in").first.click()
        at_the_time = revealed(ana)
        seen(ana, "revealed")
    two.timed.clock.tick(23 * HOUR)
    with two.looks("Ben") as ben:
        hook(ben, "open-check-in").first.click()
        assert revealed(ben)[0] == at_the_time[0] == "Pursue–withdraw"
        note = "Each of you can go on here when it suits, until "
        expect(hook(ben, "apart-note")).to_contain_text(note)
        told = hook(ben, "apart-note").inner_text()
        seen(ben, "in-own-time")
        hook(ben, "leave").click()
        expect(hook(ben, "open-check-in").first).to_be_visible()
    with two.looks("Ana") as ana:
        hook(ana, "open-check-in").first.click()
        assert revealed(ana) == at_the_time, "who went away has ended nothing"
        assert hook(ana, "apart-note").inner_text() == told


def test_one_missing_both_read_the_same_calm_sentence(two: Two) -> None:
    at = two.at(3)
    agree(two, at)
    with two.looks("Ana") as ana:
        seal(ana, "anxious", 4)
        address = ana.url
    two.pass_until(at)
    told: list[Any] = []
    for name in ("Ben", "Ana"):
        with two.looks(name) as page:
            page.goto(address)
            expect(hook(page, "opening")).to_have_attribute("data-state", "stayed_closed")
            told.append(page.locator("main").inner_text())
            if name == "Ana":
                seen(page, "stayed-closed")
                hook(page, "another-opening").click()
                expect(hook(page, "propose-opening")).to_be_visible()
    assert told[0] == told[1] and "It stays closed this time" in told[0]


def test_a_page_that_stands_open_opens_by_itself_and_shows_nobody(two: Two) -> None:
    at = two.at(2)
    agree(two, at)
    with two.looks("Ben") as ben:
        seal(ben, "steady", 2)
    ana = two.phones["Ana"]
    ana.context.set_offline(False)
    ana.goto(two.timed.server.url)
    seal(ana, "anxious", 3)
    expect(ana.locator("#room-status")).to_have_text("Sealed and saved.")
    before = ana.locator("main").inner_text()
    with two.looks("Ben") as ben:
        hook(ben, "opening-row").click()
        hook(ben, "to-my-mark").click()
        ben.get_by_role("button", name="Take my mark back").click()
        expect(hook(ben, "seal-mark")).to_be_visible()
        journey.mark(ben, "steady", 1)
        journey.seal(ben)
        journey.expect_sealed(ben)
        assert ana.locator("main").inner_text() == before
    two.pass_until(at)
    assert revealed(ana)[0] == "Reach–respond"


def test_the_time_moves_by_both_and_is_called_off_by_one(two: Two) -> None:
    at, later = two.at(3), two.at(5)
    agree(two, at)
    with two.looks("Ben") as ben:
        hook(ben, "opening-row").click()
        hook(ben, "another-time").click()
        ben.get_by_label("When does it open?").fill(typed(later))
        hook(ben, "suggest-time").click()
        expect(ben.get_by_text("You suggested another time")).to_be_visible()
        seen(ben, "moving-by-you")
    with two.looks("Ana") as ana:
        hook(ana, "opening-row").click()
        expect(hook(ana, "opens-at")).to_contain_text(f"{at:%H:%M}")
        seen(ana, "moving-by-other")
        hook(ana, "agree-opening").click()
        expect(hook(ana, "opens-at")).to_contain_text(f"{later:%H:%M}")
        address = ana.url
        hook(ana, "call-off").click()
        seen(ana, "call-off")
        hook(ana, "call-off-now").click()
        expect(hook(ana, "opening")).to_have_attribute("data-state", "called_off")
        told = ana.locator("main").inner_text()
        seen(ana, "called-off")
    with two.looks("Ben") as ben:
        ben.goto(address)
        expect(hook(ben, "opening")).to_have_attribute("data-state", "called_off")
        assert ben.locator("main").inner_text() == told
