"""One's own part on a real screen: every page is for everybody, and the practice is of use to one person alone."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import expect

from tests.browser import own_scenes
from tests.browser.account_scenes import Owner
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, wrong_on_the_way
from tests.my_part.test_isolation import ROUTES
from tests.support.cast.visitors import link_to
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

# It only answers a press of "Show it now", and leads to the draft.
LEADS_ON = {"my_part_draft_show"}


def test_every_page_is_for_everybody(server: Server, open_device: OpenDevice) -> None:
    page, seen = open_device(**OPTIONS), set()
    page.on("load", lambda page: seen.add(resolve(urlsplit(page.url).path).url_name))
    assert list(wrong_on_the_way(own_scenes.walk(page, server))) == []
    assert seen >= {name for name, _ in ROUTES} - LEADS_ON, "a page of one's own was not looked at"


def test_somebody_whose_partner_never_joins_finds_the_practice(server: Server, open_device: OpenDevice) -> None:
    owner = Owner(open_device(), "Ana", server)
    page = owner.go("/")
    hook(page, "practice-alone").click()
    owner.sign_up()
    owner.go(link_to(server, owner.email, "confirm-email"))
    hook(page, "confirm-address").click()
    for pull in ("When I feel pulled to move closer", "When I feel pulled to make space"):
        expect(page.get_by_role("region", name=pull).get_by_role("link")).to_have_count(4)
    page.get_by_role("link", name="I’ll be back at").click()
    expect(page.get_by_role("heading", name="I’ll be back at …")).to_be_visible()


def test_somebody_alone_settles_by_a_clock_of_their_own(server: Server, open_device: OpenDevice) -> None:
    owner = Owner(open_device(), "Ana", server)
    owner.start_as_guest()
    page = owner.page
    page.clock.install()
    for name in ("settle", "stay"):
        owner.go(f"/my-part/practice/{name}/")
        page.get_by_role("button", name="2 min" if name == "stay" else "3 min", exact=True).click()
        clock = page.locator("[data-part=clock]")
        expect(clock).to_contain_text(":")
        page.clock.fast_forward(45_000)
        expect(clock).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        expect(clock).to_be_hidden()
        page.get_by_role("button", name="1 min", exact=True).click()
        page.clock.fast_forward(61_000)
        expect(page.get_by_text("Time’s up. Stay as long as you like.").filter(visible=True)).to_have_count(2)
        expect(clock).to_be_hidden()


def test_a_draft_opens_when_the_writer_said_it_would(timed: Timed, open_device: OpenDevice) -> None:
    owner = Owner(open_device(), "Ana", timed.server)
    owner.start_as_guest()
    page = owner.go("/my-part/practice/drafts/")
    page.get_by_label("What I would send").fill(own_scenes.DRAFT)
    page.get_by_text("1 hour").click()
    own_scenes.press(page, "Put it away")
    page.get_by_text("Draft from").click()
    expect(page.get_by_role("heading", name="Put away")).to_be_visible()
    address = page.url
    timed.clock.tick(3599)
    page.goto(address)
    expect(page.get_by_role("heading", name="Put away")).to_be_visible()
    assert own_scenes.DRAFT not in page.content()
    timed.clock.tick(1)
    page.goto(address)
    expect(page.get_by_label("What I would send")).to_have_value(own_scenes.DRAFT)
