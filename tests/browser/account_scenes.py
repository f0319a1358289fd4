"""Every screen about accounts and couples, reached as people reach it: one walk, for pictures and for axe alike."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.journey import hook
from tests.support.cast.visitors import PASSWORD, code_for, link_to
from tests.support.servers.cycle import Server

Scenes = Iterator[tuple[str, Page]]


@dataclass
class Owner:
    """Somebody at a screen, with an address that is theirs."""

    page: Page
    name: str
    server: Server
    email: str = field(default_factory=lambda: f"{uuid4().hex[:12]}@example.org")

    def go(self, path: str) -> Page:
        """Open a page by its address."""
        self.page.goto(self.server.url + path if path.startswith("/") else path)
        return self.page

    def sign_up(self) -> None:
        """Fill in the form on the page, and send it."""
        # A guest's name is known: an address and a password are all that is asked.
        name = self.page.get_by_label("First name")
        if name.count():
            name.fill(self.name)
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        hook(self.page, "sign-up").click()
        expect(self.page.get_by_role("heading", name="Check your e-mail")).to_be_visible()

    def confirm(self) -> None:
        """Open the link in the mail, and confirm."""
        self.go(link_to(self.server, self.email, "confirm-email"))
        hook(self.page, "confirm-address").click()
        expect(self.page.get_by_text("Your address is confirmed.")).to_be_visible()

    def log_in(self, password: str = PASSWORD) -> None:
        """Fill in the form to log in, and send it."""
        self.go("/accounts/login/")
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password").fill(password)
        hook(self.page, "log-in").click()

    def show_it_is_me(self) -> None:
        """Give the password once more, when asked."""
        self.page.get_by_label("Password").fill(PASSWORD)
        hook(self.page, "show-it-is-you").click()

    def add_an_app(self) -> str:
        """Turn codes from an app on; return the secret."""
        self.go("/accounts/2fa/totp/activate/")
        self.show_it_is_me()
        secret = self.page.get_by_test_id("totp-secret").inner_text()
        self.page.get_by_label("Code").fill(code_for(secret))
        hook(self.page, "turn-on").click()
        expect(self.page.get_by_test_id("recovery-codes")).to_be_visible()
        return secret

    def start_as_guest(self) -> str:
        """Start a check-in without an account; return its address."""
        self.go("/")
        hook(self.page, "start-check-in").click()
        hook(self.page, "first-name").fill(self.name)
        hook(self.page, "join").click()
        expect(hook(self.page, "join-link")).to_be_visible()
        return self.page.url

    def invite(self) -> str:
        """Make an invitation; return its link."""
        self.go("/couple/")
        hook(self.page, "invite").click()
        return hook(self.page, "invitation-link").get_attribute("href") or ""


def scenes(ana: Owner, ben: Owner) -> Scenes:
    """Go from one scene to the next."""
    yield from the_door(ana)
    yield from a_guest_signs_up(ana)
    yield from pairing(ana, ben)
    yield from one_account(ana)
    yield from second_steps(ana)
    yield from the_way_out(ana)


def the_door(ana: Owner) -> Scenes:
    """Look at the pages for somebody who is not logged in."""
    for name, path in (
        ("log-in", "/accounts/login/"),
        ("sign-up", "/accounts/signup/"),
        ("ask-for-new-password", "/accounts/password/reset/"),
        ("link-too-old", "/accounts/confirm-email/MQ:1abcde:AAAAAAAA/"),
        ("no-invitation", "/couple/invitation/AAAAAAAAAAAAAAAAAAAAAA/"),
    ):
        yield name, ana.go(path)
    ana.log_in("not the password at all")
    expect(ana.page.get_by_role("alert")).to_be_visible()
    yield "log-in-refused", ana.page
    ana.go("/accounts/signup/")
    ana.page.get_by_label("First name").fill("Ana")
    ana.page.get_by_label("E-mail").fill("ana@example.org")
    ana.page.get_by_label("Password").fill("short")
    hook(ana.page, "sign-up").click()
    expect(ana.page.locator(".field__error")).to_be_visible()
    yield "sign-up-refused", ana.page


def a_guest_signs_up(ana: Owner) -> Scenes:
    """Become an account."""
    ana.start_as_guest()
    yield "settings-guest", ana.go("/settings/")
    yield "couple-guest", ana.go("/couple/")
    yield "log-in-guest", ana.go("/accounts/login/")
    yield "sign-up-guest", ana.go("/accounts/signup/")
    ana.sign_up()
    yield "mail-sent", ana.page
    yield "settings-to-confirm", ana.go("/settings/")
    ana.go(link_to(ana.server, ana.email, "confirm-email"))
    yield "confirm", ana.page
    hook(ana.page, "confirm-address").click()
    expect(ana.page.get_by_text("Your address is confirmed.")).to_be_visible()


def pairing(ana: Owner, ben: Owner) -> Scenes:
    """Pair, and start a check-in together."""
    yield "couple-nobody", ana.go("/couple/")
    link = ana.invite()
    ana.page.get_by_role("button", name="Copy the link").click()
    expect(ana.page.locator("[data-part='feedback']")).not_to_be_empty()
    yield "invited", ana.page
    yield "couple-invited", ana.go("/couple/")
    yield "invitation-stranger", ben.go(link)
    hook(ben.page, "sign-up-first").click()
    ben.sign_up()
    ben.confirm()
    yield "invitation", ben.page
    hook(ben.page, "pair").click()
    expect(hook(ben.page, "partner")).to_have_text("Ana")
    yield "couple", ben.page
    ana.go("/")
    hook(ana.page, "start-check-in").click()
    ana.page.wait_for_url(re.compile("/sessions/"))
    yield "front-waiting", ben.go("/")
    yield "couple-waiting", ben.go("/couple/")


def one_account(ana: Owner) -> Scenes:
    """Look at what an account can change."""
    for name, path in (
        ("settings", "/settings/"),
        ("notices", "/settings/notices/"),
        ("logins", "/accounts/sessions/"),
        ("password", "/accounts/password/change/"),
        ("address", "/accounts/email/"),
        ("unpair", "/couple/unpair/"),
        ("log-out", "/accounts/logout/"),
    ):
        yield name, ana.go(path)


def second_steps(ana: Owner) -> Scenes:
    """Add a second step, and log in with it."""
    yield "second-steps", ana.go("/accounts/2fa/")
    yield "is-it-you", ana.go("/accounts/2fa/totp/activate/")
    ana.show_it_is_me()
    yield "add-an-app", ana.page
    secret = ana.page.get_by_test_id("totp-secret").inner_text()
    ana.page.get_by_label("Code").fill(code_for(secret))
    hook(ana.page, "turn-on").click()
    expect(ana.page.get_by_test_id("recovery-codes")).to_be_visible()
    yield "recovery-codes", ana.page
    yield "second-steps-on", ana.go("/accounts/2fa/")
    for name, path in (
        ("add-a-passkey", "/accounts/2fa/webauthn/add/"),
        ("passkeys", "/accounts/2fa/webauthn/"),
        ("new-codes", "/accounts/2fa/recovery-codes/generate/"),
        ("codes-off", "/accounts/2fa/totp/deactivate/"),
        ("delete-what-is-mine", "/settings/leave/"),
    ):
        yield name, ana.go(path)


def the_way_out(ana: Owner) -> Scenes:
    """Log out, and stand before the second step."""
    ana.go("/settings/")
    hook(ana.page, "log-out").click()
    expect(ana.page.get_by_text("You have been logged out.")).to_be_visible()
    yield "logged-out", ana.page
    ana.log_in()
    expect(ana.page.get_by_label("Code")).to_be_visible()
    yield "second-step", ana.page
