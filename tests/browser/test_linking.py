"""A couple and a therapist on real screens: signing up, inviting, answering each alone, taking it back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import care_scenes
from tests.browser.account_scenes import Owner
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser


def answer(owner: Owner, *controls: str) -> None:
    """Answer on one's own page about the therapist."""
    owner.go("/couple/care/")
    hook(owner.page, "care-link").click()
    for control in controls:
        hook(owner.page, control).click()
        expect(hook(owner.page, control)).to_have_count(0)  # the page that follows offers the opposite


def expect_active(page: Page, host: str, history: str) -> None:
    """Expect what a roster says of the only couple."""
    page.reload()
    expect(hook(page, "scope-host")).to_have_text(host)
    expect(hook(page, "scope-history")).to_have_text(history)


def test_each_answers_alone_and_the_therapist_sees_only_what_is_active(server: Server, open_device: OpenDevice) -> None:
    tess, ana, ben = (
        Owner(open_device(LAPTOP), "Tess", server),
        *(Owner(open_device(), name, server) for name in ("Ana", "Ben")),
    )
    care_scenes.become_a_therapist(tess)
    for partner in (ana, ben):
        care_scenes.sign_up(partner)
    care_scenes.pair(ana, ben)

    ana.go("/couple/care/")
    hook(ana.page, "invite-therapist").click()
    tess.go(hook(ana.page, "invitation-link").get_attribute("href") or "")
    hook(tess.page, "accept").click()
    tess.page.wait_for_url("**/practice/")
    roster = tess.page
    expect_active(roster, "Not active", "Not active")
    expect(roster.get_by_text("Ana")).to_have_count(0)

    answer(ana, "agree-host", "agree-history")
    expect(hook(ana.page, "own-host")).to_have_text("Agreed")
    expect(hook(ana.page, "state-host")).to_have_text("Not active")
    expect_active(roster, "Not active", "Not active")
    answer(ben, "agree-host")
    expect(hook(ben.page, "state-host")).to_have_text("Active")
    expect_active(roster, "Active", "Not active")
    expect(roster.get_by_text("Ana")).to_have_count(1)

    answer(ana, "withdraw-host")
    expect(hook(ana.page, "own-host")).to_have_text("Not agreed")
    expect_active(roster, "Not active", "Not active")
    expect(roster.get_by_text("Ana")).to_have_count(0)
    answer(ben)
    expect(hook(ben.page, "own-host")).to_have_text("Agreed")
    expect(hook(ben.page, "state-host")).to_have_text("Not active")


def test_axe_finds_nothing_on_any_page_with_a_therapist(server: Server, open_device: OpenDevice) -> None:
    people = (Owner(open_device(**OPTIONS), name, server) for name in ("Tess", "Ana", "Ben"))
    complaints = [
        f"{scene}, {found}" for scene, page in care_scenes.scenes(*people) for found in look_from_all_sides(page)
    ]
    assert complaints == []
