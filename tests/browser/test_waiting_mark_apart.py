"""A mark sealed without a connection in an agreed opening: it goes before the hour, or is gone with it."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.journey import hook
from tests.browser.test_apart import Two, agree, seal, two
from tests.browser.waiting import CLOSED, seal_without_a_line

__all__ = ["two"]
pytestmark = pytest.mark.browser


def with_a_mark_that_waits(two: Two) -> tuple[Page, datetime]:
    """Let Ben seal, and Ana without a connection; return her page, and the hour that both have agreed on."""
    at = two.at(3)
    agree(two, at)
    with two.looks("Ben") as ben:
        seal(ben, "avoidant", 3)
    ana = to_her_mark(two)
    seal_without_a_line(ana)
    return ana, at


def test_in_an_agreed_opening_it_waits_and_goes_before_the_hour(two: Two) -> None:
    ana, at = with_a_mark_that_waits(two)
    journey.come_back(ana)
    journey.expect_sealed(ana)
    two.pass_until(at)
    journey.expect_revealed(ana, "Pursue–withdraw")


def test_the_hour_passes_while_it_waits_and_the_page_says_so(two: Two) -> None:
    ana, at = with_a_mark_that_waits(two)
    two.pass_until(at)
    ana.context.set_offline(False)
    expect(hook(ana, "opening")).to_have_attribute("data-state", "stayed_closed")
    expect(hook(ana, "not-sent")).to_have_text(CLOSED)
    assert "#" not in ana.url
    # It is said once, to her alone.
    address = ana.url
    ana.reload()
    expect(hook(ana, "not-sent")).to_have_count(0)
    with two.looks("Ben") as ben:
        ben.goto(address)
        expect(hook(ben, "opening")).to_have_attribute("data-state", "stayed_closed")
        expect(hook(ben, "not-sent")).to_have_count(0)


def to_her_mark(two: Two) -> Page:
    """Bring Ana to her mark, and leave her online."""
    ana = two.phones["Ana"]
    ana.context.set_offline(False)
    ana.goto(two.timed.server.url)
    hook(ana, "opening-row").click()
    hook(ana, "to-my-mark").click()
    journey.expect_state(ana, "connected")
    return ana
