"""Reading every page on every device of a practice: whose words stand there, and whose may."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from playwright.sync_api import Error, Page

from tests.support.cast.practice import Couple, Practice
from tests.support.cast.visitors import Visitor

# All that a page holds, seen or not: markup with attributes, title, what stands in fields, and what it has put away.
EVERYTHING = """() => [location.pathname, [
    document.title,
    document.documentElement.outerHTML,
    ...[...document.querySelectorAll("input, textarea, select")].map((one) => one.value),
].join("\\n"), JSON.stringify([localStorage, sessionStorage])]"""
# What each device would show besides.
FRONT = ("/",)
ALL = (
    *FRONT,
    "/history/",
    "/start/",
    "/finished/",
    "/couple/",
    "/couple/care/",
    "/my-part/",
    "/settings/",
    "/history/report/",
    "/practice/",
    "/practice/start/",
    "/practice/profile/",
    "/practice/display/",
    "/practice/display/now/",
    "/api/v1/me/",
    "/api/v1/me/export/",
    "/api/v1/couple/",
    "/api/v1/care/",
    "/api/v1/history/",
)
# Of a check-in that is not theirs nobody is told anything; of their own, what may be read without coming in.
OF_A_CHECK_IN = (
    "/sessions/{}/summary/",
    "/api/v1/sessions/{}/appointment/",
)
ID_LENGTH = 36
WORK = re.compile(r"/practice/(?:start/|profile/|display/|display/now/)?(?:\?|$)")

# Time alone changes pages: one may load itself anew in the very moment in which it is asked for something.
LOADED_ANEW = 10

T = TypeVar("T")
Whose = Callable[[], Iterable[Couple]]


def steadily(act: Callable[[], T]) -> T:
    """Do something with a page, again if it loaded itself anew meanwhile."""
    for _ in range(LOADED_ANEW):
        try:
            return act()
        except Error as error:
            if not any(sign in error.message for sign in ("ERR_ABORTED", "context was destroyed", "navigat")):
                raise
    return act()


@dataclass
class Device:
    """A screen in the practice or at home, and whose words may stand on it now."""

    name: str
    practice: Practice
    whose: Whose
    url: str
    # In a browser, or a login without a screen.
    page: Page | None = None
    login: Visitor | None = None
    key: str = ""
    is_tess_at_work: bool = False

    def read(self, path: str) -> str:
        """Ask for a page with this device's login."""
        if self.page:
            return self.page.context.request.get(self.url + path).text()
        assert self.login
        return (self.login.get_as(self.key, path) if self.key else self.login.get(path)).text

    def may_show(self, path: str) -> tuple[list[Couple], list[Couple]]:
        """Return whose words may stand on a page, and whose label and notes."""
        practice = self.practice
        if not self.is_tess_at_work:
            return list(self.whose()), []
        for couple in practice.clients:
            if any(id in path for id in (*couple.sessions, couple.link, couple.id) if id):
                return [couple], [couple]
        if WORK.match(path):
            return list(practice.clients), list(practice.clients)
        if path == "/api/v1/me/export/":
            return list(practice.couples), list(practice.clients)
        if path == "/api/v1/care/":  # her links, as her own client lists them
            return list(practice.clients), []
        return [practice.tess_and_theo], []


@dataclass
class Reader:
    """Reads, and keeps what stands where it may not."""

    practice: Practice
    devices: list[Device] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    pages: int = 0

    def look(self, when: str, paths: Iterable[str] = FRONT) -> None:
        """Read each device: what is open on it, and what it would show at these addresses."""
        for device in self.devices:
            for path, text in self._texts(device, paths):
                self.pages += 1
                self.found += [f"{when}: {device.name}, {path}: {word}" for word in foreign(device, path, text)]

    def everywhere(self) -> list[str]:
        """Return the addresses of everything that is read at all, for each check-in there was."""
        sessions = [session for couple in self.practice.couples for session in couple.sessions]
        return [*ALL, *(path.format(session) for session in sessions for path in OF_A_CHECK_IN)]

    def _texts(self, device: Device, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        if device.page and device.page.url.startswith(device.url):
            path, text, put_away = steadily(partial(device.page.evaluate, EVERYTHING))
            # A tab of hers knows by their ids which of her consoles are covered, so that they stay so when loaded anew.
            yield path, text if device.is_tess_at_work else text + put_away
        if device.name == "the wall":  # nobody but Tess is logged in there, and it goes nowhere else
            return
        for path in paths:
            # A page that says there is none may repeat which one was asked for.
            asked = next((part for part in path.split("/") if len(part) == ID_LENGTH), "")
            yield path, device.read(path).replace(asked, "") if asked else device.read(path)


def foreign(device: Device, path: str, text: str) -> list[str]:
    """Return the words on a page that are somebody else's."""
    theirs, kept = device.may_show(path)
    words = [word for couple in device.practice.couples if couple not in theirs for word in couple.theirs]
    words += [word for couple in device.practice.couples if couple not in kept for word in couple.kept_by_tess]
    # Everybody who comes to Tess may read her name.
    return [word for word in words if word != "Tess" and re.search(rf"\b{re.escape(word)}\b", text)]
