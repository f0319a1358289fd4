"""Every screen on which a couple looks back, with six weeks behind them: one walk, for pictures and for axe alike."""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.journey import hook
from tests.support.cast.visitors import code_for
from tests.support.servers.cycle import Server

Scenes = Iterator[tuple[str, Page]]

# What both partners of the demo would say on their own pages.
AGREE = """
from accounts.care import scopes
from accounts.models import CareLink, Membership, TherapistProfile, User
from django.utils import timezone
ana, tess = (User.objects.get(email=f"{name}@example.org") for name in ("ana", "tess"))
if not CareLink.objects.filter(therapist=tess).exists():
    words = {"approach": "", "pace": "", "can_see": "", "confirmed_at": timezone.now()}
    TherapistProfile.objects.update_or_create(user=tess, defaults=words)
    couple = Membership.objects.get(user=ana, left_at=None).couple
    link = CareLink.objects.create(therapist=tess, couple=couple)
    for half in couple.memberships.all():
        scopes.agree(half.user, link, ["history"])
print(Membership.objects.get(user=ana, left_at=None).couple_id)
"""


class Demo:
    """The demo couple on a server, and how each of them logs in."""

    def __init__(self, server: Server) -> None:
        self.server = server
        printed = server.manage("seed_demo")
        self.logins = {
            words[0].partition("@")[0]: words for words in map(str.split, printed.splitlines()) if "@" in words[0]
        }

    def log_in(self, page: Page, name: str) -> Page:
        """Log somebody in on a screen."""
        address, password, *_ = self.logins[name]
        page.goto(f"{self.server.url}/accounts/login/")
        page.get_by_label("E-mail").fill(address)
        page.get_by_label("Password").fill(password)
        hook(page, "log-in").click()
        if name == "tess":
            page.get_by_label("Code").fill(code_for(self.logins[name][-1]))
            hook(page, "second-step").click()
        page.wait_for_url(lambda url: "/accounts/" not in url)
        return page

    def let_tess_look_back(self) -> str:
        """Let both partners agree that Tess looks back; return whose history it is."""
        return self.server.manage("shell", "-v0", "-c", AGREE).split()[-1]

    def go(self, page: Page, path: str) -> Page:
        """Open a page by its address."""
        page.goto(self.server.url + path)
        return page


def scenes(demo: Demo, page: Page) -> Scenes:
    """Go from one scene to the next as Ana, who is logged in."""
    yield "history", demo.go(page, "/history/")
    page.get_by_text("Find", exact=True).first.click()
    page.get_by_label("Pattern").select_option("pursue_withdraw")
    page.get_by_label("Words").fill("hour")
    hook(page, "find").click()
    expect(hook(page, "past-round").first).to_be_visible()
    yield "history-found", page
    demo.go(page, "/history/")
    hook(page, "past-round").filter(has_text="Closeness was wanted").click()
    expect(hook(page, "cycle-map")).to_be_visible()
    page.get_by_text("Only for me").click()
    yield "history-round", page
    hook(page, "erase-words").click()
    expect(hook(page, "erase-now")).to_be_visible()
    yield "history-erase", page
    demo.go(page, "/history/change/")
    for table in page.get_by_text("The same as a table").all():
        table.click()
    yield "history-change", page
    yield "history-report", demo.go(page, "/history/report/")
    yield "history-keeping", demo.go(page, "/history/keeping/")
