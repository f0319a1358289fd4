"""A therapist suggests an opening to two who are never online together, and who each choose a moment: three phones."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS
from tests.browser.test_apart import Two, seen, typed
from tests.support.cast.hosted import in_shell
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

THREE = """
from accounts.couple.pairing import form_couple
from accounts.logins import open_login
from accounts.models import User
from tests.support.cast.hosts import confirmed_therapist, linked
from uuid import uuid4
two = [User.objects.create_user(f"{uuid4()}@example.org", None, first_name=name) for name in ("Ana", "Ben")]
tess = confirmed_therapist()
link = linked(tess, form_couple(*two), "host")
answer = [str(link.id), *(open_login(one) for one in (*two, tess))]
"""
HERS = "You came home late, and neither of us said anything."


class Three(Two):
    """Ana, Ben and their therapist Tess with a phone each; whoever does not look is offline."""

    def __init__(self, timed: Timed, open_device: OpenDevice) -> None:
        self.timed = timed
        self.phones = {}
        self.link, *keys = in_shell(timed.server, THREE)
        for name, key in zip(("Ana", "Ben", "Tess"), keys, strict=True):
            page = open_device(**OPTIONS, timezone_id="UTC", locale="en")
            page.context.add_cookies([{"name": "session", "value": key, "url": timed.server.url}])
            page.context.set_offline(True)
            self.phones[name] = page


@pytest.fixture
def three(timed: Timed, open_device: OpenDevice) -> Three:
    """Return the three of them."""
    return Three(timed, open_device)


def stands(page: Page, three: Three) -> str | None:
    """Return how it stands, as Tess is told."""
    page.goto(f"{three.timed.server.url}/practice/{three.link}/opening/")
    there = hook(page, "suggested-opening")
    return there.get_attribute("data-state") if there.count() else None


def moments(page: Page) -> list[str]:
    """Return what stands for the moment of a reveal, line by line."""
    expect(hook(page, "pattern-name")).to_be_visible()
    return page.locator(".reveal__moment bdi").inner_text().splitlines()


def test_tess_suggests_it_and_both_see_the_same_reveal_a_day_apart(three: Three) -> None:
    at = three.at(26)
    with three.looks("Tess") as tess:
        tess.goto(three.timed.server.url + "/practice/")
        seen(tess, "practice")
        hook(tess, "suggest-opening").click()
        seen(tess, "suggest")
        tess.get_by_label("Each chooses one").check(force=True)
        expect(tess.get_by_label("Or in my own words")).to_be_hidden()
        tess.get_by_label("When does it open?").fill(typed(at))
        seen(tess, "suggest-each")
        hook(tess, "suggest-opening").click()
        expect(hook(tess, "suggested-opening")).to_have_attribute("data-state", "asked")
        seen(tess, "suggested-asked")
    with three.looks("Ben") as ben:
        hook(ben, "opening-row").click()
        seen(ben, "suggested-to-both")
        hook(ben, "agree-opening").click()
        expect(hook(ben, "agree-opening")).to_have_count(0)
        seen(ben, "one-yes-own")
    with three.looks("Tess") as tess:
        assert stands(tess, three) == "asked", "one yes is none"
    with three.looks("Ana") as ana:
        hook(ana, "opening-row").click()
        seen(ana, "one-yes-other")
        hook(ana, "agree-opening").click()
        hook(ana, "to-my-mark").click()
        journey.mark(ana, "anxious", 4)
        expect(hook(ana, "seal-mark")).to_be_disabled()
        ana.get_by_label("Or in my own words").fill(HERS)
        seen(ana, "mark-each")
        journey.seal(ana)
        journey.expect_sealed(ana)
        assert HERS not in ana.content(), "sealed, it is on no phone"
        seen(ana, "sealed-each")
    with three.looks("Tess") as tess:
        assert stands(tess, three) == "agreed"
        seen(tess, "suggested-agreed")
    with three.looks("Ben") as ben:
        hook(ben, "opening-row").click()
        hook(ben, "to-my-mark").click()
        journey.mark(ben, "avoidant", 3)
        ben.get_by_label("The moment I mean").select_option("2")
        journey.seal(ben)
        journey.expect_sealed(ben)
    three.pass_until(at)
    with three.looks("Ana") as ana:
        hook(ana, "open-check-in").first.click()
        hers = moments(ana)
        seen(ana, "revealed-each")
    three.timed.clock.tick(23 * 3600)
    with three.looks("Ben") as ben:
        hook(ben, "open-check-in").first.click()
        assert moments(ben) == hers[::-1]
        seen(ben, "revealed-each-other")
    assert hers == [f"Ana: {HERS}", "Ben: A message stayed without an answer for hours."]
    with three.looks("Tess") as tess:
        assert stands(tess, three) is None, "it is over: the page asks for the next one"
        assert HERS not in tess.content()
