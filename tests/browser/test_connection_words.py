"""What the page says of its connection is true: ended is ended, away is away, and a renewed login is none of both."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.account_scenes import Owner
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accounts import account, paired
from tests.support.cast.clients import couple
from tests.support.cast.visitors import PASSWORD
from tests.support.servers.clocks import Timed
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

NEW_PASSWORD = "a quiet lake before the rain"


def state_of(page: Page) -> str:
    """Return what the page says of its connection."""
    return page.get_by_test_id("connection-state").inner_text()


def beside(page: Page, name: str, server: Server) -> Owner:
    """Return the same person at a second tab."""
    return Owner(page.context.new_page(), name, server)


def goes_on(page: Page) -> None:
    """Expect a room in which one can go on as if nothing had happened."""
    page.wait_for_timeout(3_000)  # in which every socket of the old login is closed
    assert state_of(page) in ("Connected", "Saved")
    journey.mark(page, "anxious", 4)
    journey.seal(page)
    journey.expect_sealed(page)


def test_a_guest_who_signs_up_in_a_second_tab_stays_in_the_room(server: Server, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    journey.open_round(ana)
    tab = beside(ana, "Ana", server)
    tab.go("/settings/")
    hook(tab.page, "sign-up").click()
    tab.sign_up()
    tab.confirm()
    goes_on(ana)
    # What is sent with the page's own token is good again, too: the end, when the tab closes.
    hook(ana, "end").click()
    ana.close(run_before_unload=True)
    expect(hook(ben, "stay")).to_be_visible(timeout=2_000)


@pytest.mark.parametrize("change", ["password", "second step"])
def test_a_renewed_login_is_no_end(server: Server, open_device: OpenDevice, change: str) -> None:
    ana, ben = paired(server, open_device)
    ana.go("/")
    hook(ana.page, "start-check-in").click()
    ben.go("/")
    hook(ben.page, "open-check-in").click()
    journey.open_round(ana.page)
    tab = beside(ana.page, "Ana", server)
    tab.email = ana.email
    if change == "password":
        tab.go("/accounts/password/change/")
        tab.page.get_by_label("Current password").fill(PASSWORD)
        tab.page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
        tab.page.get_by_label("New password again").fill(NEW_PASSWORD)
        hook(tab.page, "change-password").click()
        expect(hook(tab.page, "change-password")).to_have_count(0)
    else:
        tab.add_an_app()
    goes_on(ana.page)


def test_logged_out_is_said_as_that_and_not_as_ended(server: Server, open_device: OpenDevice) -> None:
    ana = account(server, open_device(), "Ana")
    # Whoever is known in a browser is asked for no name.
    ana.go("/")
    hook(ana.page, "start-check-in").click()
    hook(ana.page, "join").click()
    expect(hook(ana.page, "join-link")).to_be_visible()
    room = ana.page.url
    tab = beside(ana.page, "Ana", server)
    tab.email = ana.email
    tab.go("/accounts/logout/")
    tab.page.get_by_role("main").get_by_role("button").first.click()
    expect(ana.page.get_by_role("heading", name="This check-in is not open here now.")).to_be_visible()
    expect(ana.page.get_by_text("You are logged out here.")).to_be_visible()
    assert "Ended" not in state_of(ana.page)
    # Back from a log-in in the other tab, this one goes on by itself.
    tab.log_in()
    expect(hook(tab.page, "log-in")).to_have_count(0)
    ana.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(hook(ana.page, "join-link")).to_be_visible()
    assert state_of(ana.page) == "Connected"

    tab.go("/accounts/logout/")
    tab.page.get_by_role("main").get_by_role("button").first.click()
    ana.page.get_by_role("link", name="Log in again").click()
    ana.page.get_by_label("E-mail").fill(ana.email)
    ana.page.get_by_label("Password").fill(PASSWORD)
    hook(ana.page, "log-in").click()
    ana.page.wait_for_url(room)
    expect(hook(ana.page, "join-link")).to_be_visible()


def test_a_ninth_tab_is_not_called_offline(server: Server, open_device: OpenDevice) -> None:
    person, _ = couple(server)
    lines = [person.connect() for _ in range(8)]
    for line in lines:
        line.receive()
    ana = open_device()
    ana.context.add_cookies([{"name": "session", "value": person.token, "url": server.url}])
    ana.goto(f"{server.url}/sessions/{person.session}/")
    state = ana.get_by_test_id("connection-state")
    expect(state).to_contain_text("Open in too many tabs")
    assert "ffline" not in ana.get_by_role("main").inner_text() + state.inner_text()
    for line in lines:
        line.close()


def test_a_server_that_does_not_answer_is_not_a_phone_without_a_network(
    own_server: Server, open_device: OpenDevice
) -> None:
    ana = open_device(LAPTOP)
    journey.start(ana, own_server, "Ana")
    own_server.kill()
    journey.expect_state(ana, "offline")
    assert "Offline" not in state_of(ana)
    expect(ana.get_by_test_id("connection-state")).to_contain_text("No connection just now.")
    journey.go_offline(ana)
    expect(ana.get_by_test_id("connection-state")).to_contain_text("Offline.")
    ana.context.set_offline(False)


# Endings


def test_who_ends_and_who_is_told_each_read_what_happened(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    for page, person in zip((ana, ben), journey.open_for_both(timed.server), strict=True):
        journey.enter(page, person)
    journey.mark(ana, "anxious", 4)
    journey.seal(ana)
    journey.expect_sealed(ana)
    hook(ben, "end").click()
    expect(hook(ana, "stay")).to_be_visible()
    timed.clock.tick(10)
    for page in (ana, ben):
        expect(page.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
        expect(page.get_by_text("The moment that was open was set aside. Nothing of it was opened.")).to_be_visible()
    expect(ben.get_by_text("You ended it for both of you.")).to_be_visible()
    expect(ana.get_by_text("Either of you can end a check-in at any time, without giving a reason.")).to_be_visible()
    assert "Ben" not in ana.locator("#room-screen").inner_text()
    assert state_of(ana) == "Ended"
    # A page that was not there when it ended says no more than it knows.
    ana.reload()
    expect(ana.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
    expect(ana.get_by_text("Either of you can end")).to_be_hidden()


def test_who_leaves_reads_that_they_have_left(server: Server, open_device: OpenDevice) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    hook(ana, "leave").click()
    expect(hook(ana, "start-check-in")).to_be_visible()
    notice = ana.get_by_text("You left. Nothing more was opened.")
    expect(notice).to_be_visible()
    expect(ana).to_have_url(f"{server.url}/")
    ana.reload()
    expect(notice).to_be_hidden()
    ana.goto(server.url)
    expect(notice).to_be_hidden()
