"""Accounts and couples on real screens: signing up as a guest, pairing, the second step, ending another login."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.account_scenes import Owner, scenes
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.cast.visitors import code_for
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

WITHIN = 2 * 2_000


def account(server: Server, page: Page, name: str) -> Owner:
    """Return somebody who has signed up and confirmed."""
    owner = Owner(page, name, server)
    owner.go("/accounts/signup/")
    owner.sign_up()
    owner.confirm()
    return owner


def paired(server: Server, open_device: OpenDevice) -> tuple[Owner, Owner]:
    """Return Ana and Ben, who paired by an invitation."""
    ana, ben = account(server, open_device(), "Ana"), account(server, open_device(), "Ben")
    ben.go(ana.invite())
    hook(ben.page, "pair").click()
    expect(hook(ben.page, "partner")).to_have_text("Ana")
    return ana, ben


def room_closed(page: Page) -> None:
    """Expect a room that is no longer open here, and says why to nobody."""
    expect(page.get_by_role("heading", name="This check-in is not open here now.")).to_be_visible(timeout=WITHIN)


def test_a_guest_signs_up_and_keeps_the_check_in(server: Server, open_device: OpenDevice) -> None:
    ana, ben = Owner(open_device(), "Ana", server), open_device()
    room = ana.start_as_guest()
    journey.join(ben, hook(ana.page, "join-link").get_attribute("href") or "", "Ben")

    ana.go("/settings/")
    hook(ana.page, "sign-up").click()
    expect(ana.page.get_by_text("You are here as Ana.")).to_be_visible()
    ana.sign_up()
    ana.confirm()

    ana.go("/couple/")
    expect(hook(ana.page, "partner")).to_have_text("Ben")
    ana.go(room)
    journey.open_round(ana.page)
    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    journey.mark(ana.page, "anxious", 4)
    journey.seal(ana.page)
    for page in (ana.page, ben):
        journey.expect_revealed(page, "Pursue–withdraw")


def test_two_accounts_pair_and_meet_without_codes(server: Server, open_device: OpenDevice) -> None:
    ana, ben = paired(server, open_device)
    ana.go("/")
    hook(ana.page, "start-check-in").click()
    ana.page.wait_for_url(re.compile("/sessions/"))
    ben.go("/couple/")
    expect(hook(ben.page, "open-check-in")).to_be_visible()
    ben.go("/")
    hook(ben.page, "open-check-in").click()
    for owner in (ana, ben):
        expect(hook(owner.page, "moment-option").first).to_be_visible()
    assert ana.page.url == ben.page.url


def test_both_pressing_start_meet_in_one_room(server: Server, open_device: OpenDevice) -> None:
    ana, ben = paired(server, open_device)
    for owner, path in ((ana, "/"), (ben, "/couple/")):
        owner.go(path)
        expect(hook(owner.page, "open-check-in")).to_have_count(0)
    for owner in (ana, ben):
        hook(owner.page, "start-check-in").click()
        owner.page.wait_for_url(re.compile("/sessions/"))
    for owner in (ana, ben):
        expect(hook(owner.page, "moment-option").first).to_be_visible()
    assert ana.page.url == ben.page.url


def test_logging_in_takes_the_second_step(server: Server, open_device: OpenDevice) -> None:
    ana = account(server, open_device(LAPTOP), "Ana")
    secret = ana.add_an_app()
    codes = ana.page.get_by_test_id("recovery-codes").locator("li").all_inner_texts()
    for code in (code_for(secret, time.time() + 30), codes[0]):
        ana.go("/settings/")
        hook(ana.page, "log-out").click()
        ana.log_in()
        ana.page.get_by_label("Code").fill("000000")
        hook(ana.page, "second-step").click()
        expect(ana.page.get_by_text("That code didn’t work.")).to_be_visible()
        ana.page.get_by_label("Code").fill(code)
        hook(ana.page, "second-step").click()
        expect(hook(ana.page, "start-check-in")).to_be_visible()
        ana.go("/settings/")
        expect(ana.page.get_by_text(ana.email)).to_be_visible()


def test_ending_another_login_closes_its_room(server: Server, open_device: OpenDevice) -> None:
    ana, _ = paired(server, open_device)
    ana.go("/")
    hook(ana.page, "start-check-in").click()
    ana.page.wait_for_url(re.compile("/sessions/"))
    laptop = Owner(open_device(LAPTOP), "Ana", server, ana.email)
    laptop.log_in()
    laptop.go("/settings/")
    hook(laptop.page, "logins").click()
    expect(laptop.page.get_by_test_id("login")).to_have_count(2)
    hook(laptop.page, "end-login").click()
    room_closed(ana.page)
    expect(laptop.page.get_by_test_id("login")).to_have_count(1)
    ana.go("/settings/")
    expect(hook(ana.page, "start-check-in")).to_be_visible()  # nobody is logged in there any more


def test_unpairing_asks_once_and_ends_the_check_in(server: Server, open_device: OpenDevice) -> None:
    ana, ben = paired(server, open_device)
    ben.go("/couple/")
    hook(ben.page, "start-check-in").click()
    ben.page.wait_for_url(re.compile("/sessions/"))
    ana.go("/couple/")
    hook(ana.page, "unpair").click()
    hook(ana.page, "unpair-now").click()
    expect(hook(ana.page, "invite")).to_be_visible()
    expect(ben.page.get_by_role("heading", name="This check-in has ended.")).to_be_visible(timeout=WITHIN)


def test_a_passkey_logs_in_alone(server: Server, open_device: OpenDevice) -> None:
    """Passkeys need https or this machine itself, which browsers know by the name localhost alone."""
    page = open_device()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    at_localhost = server.url.replace("127.0.0.1", "localhost")
    page.goto(f"{server.url}/accounts/login/")
    expect(page.get_by_role("link", name=at_localhost)).to_be_visible()
    expect(hook(page, "log-in-with-passkey")).to_be_disabled()
    ana = account(server, page, "Ana")

    ana.go(f"{at_localhost}/accounts/login/")
    ana.page.get_by_label("E-mail").fill(ana.email)
    ana.page.get_by_label("Password").fill("a password of five plain words")
    hook(ana.page, "log-in").click()
    expect(hook(ana.page, "start-check-in")).to_be_visible()
    ana.go(f"{at_localhost}/accounts/2fa/")
    hook(ana.page, "add-passkey").click()
    ana.show_it_is_me()
    hook(ana.page, "create-passkey").click()
    expect(ana.page.get_by_test_id("recovery-codes")).to_be_visible()
    ana.go(f"{at_localhost}/settings/")
    hook(ana.page, "log-out").click()

    ana.go(f"{at_localhost}/accounts/login/")
    hook(ana.page, "log-in-with-passkey").click()
    expect(hook(ana.page, "start-check-in")).to_be_visible()
    ana.go(f"{at_localhost}/settings/")
    expect(ana.page.get_by_text(ana.email)).to_be_visible()


def test_axe_finds_nothing_on_any_page_about_accounts(server: Server, open_device: OpenDevice) -> None:
    ana, ben = (Owner(open_device(**OPTIONS), name, server) for name in ("Ana", "Ben"))
    complaints = [f"{scene}, {found}" for scene, page in scenes(ana, ben) for found in look_from_all_sides(page)]
    assert complaints == []
