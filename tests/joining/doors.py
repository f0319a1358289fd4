"""Every door, every kind of login that a browser may have kept, and who comes out as whom."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, Final

from django.utils import timezone

from accounts import partners
from accounts.api.operation import Address
from accounts.care import invitations as care_invitations
from accounts.couple import invitations, pairing
from accounts.models import Membership, User
from sessions.hosting import host_rights
from sessions.joining import join, start
from sessions.models import LiveSession, Seat
from sessions.store import system_changes
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import account, therapist
from tests.support.routes import LOOKED_AT, NOWHERE, PARAMETER, all_routes

NEW: Final = "a new person"
SAME: Final = "whoever it was"
NOBODY: Final = "nobody"
ASKS: Final = 'data-testid="somebody-else"'
NAME_FIELD: Final = re.compile(r'<input[^>]*name="first_name"[^>]*>')
ASKED_IN_ANY_CASE: Final = ("start/", "start/together/", "join/<str:code>/", "accounts/signup/")
ACCEPTS: Final = re.compile('data-testid="(?:pair|accept)"')
OWN_NAME: Final = "settings/"  # where somebody changes it
# Where one parts, and where one goes: asked for by nothing but its own button.
FAREWELLS: Final = ("couple/unpair/", "settings/leave/")
FINISHED: Final = "finished/"  # where somebody says that they are done on a device


@dataclass
class Street:
    """Otto and a therapist with an open door each, and whoever has used this browser before."""

    before: User | None
    codes: dict[str, str]
    appointment: str = NOWHERE

    def path(self, door: str) -> str:
        """Return the address of a door."""
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: self.codes[f"{door} {found[1]}"], door)

    def id(self, name: str) -> str:
        """Return what a page is about: an appointment of whoever was here before, if they have one, or nothing."""
        return self.appointment if name == "session_id" else NOWHERE

    def any_path(self, page: str) -> str:
        """Return the address of any page, be it about nothing."""
        return "/" + PARAMETER.sub(lambda found: self._filled(page, found), page)

    def _filled(self, page: str, found: re.Match[str]) -> str:
        known = LOOKED_AT.get(f"{found['converter']}:{found['name']}") or LOOKED_AT[found["converter"]]
        own = self.id(found["name"]) if found["converter"] == "uuid" else known[0]
        return self.codes.get(f"{page} {found['name']}", own)


def guest_live() -> User:
    """Return a guest who is in a check-in."""
    ana = User.objects.create_guest("Ana")
    join.join_by_code(User.objects.create_guest("Ben"), start.start_with_code(ana).code or "")
    return ana


def guest_ended() -> User:
    """Return a guest whose check-in has ended."""
    ana = guest_live()
    system_changes.end(list(LiveSession.objects.values_list("id", flat=True)))
    return ana


def account_of_a_couple() -> User:
    """Return one of two with accounts."""
    ana = account("Ana")
    pairing.form_couple(ana, account("Ben"))
    return ana


LOGINS: Final[dict[str, Callable[[], User | None]]] = {
    "none": lambda: None,
    "guest live": guest_live,
    "guest ended": guest_ended,
    "account alone": lambda: account("Ana"),
    "account of a couple": account_of_a_couple,
    "therapist": lambda: therapist("Ana"),
}
GUESTS: Final = ("guest live", "guest ended")

# Who one is after a door was opened as somebody else, who types a name where one is asked for.
DOORS: Final[dict[str, Callable[[str], str]]] = {
    "": lambda kind: SAME,  # leads to "start/"
    "couple/": lambda kind: SAME,
    "start/": lambda kind: NEW,
    "start/together/": lambda kind: SAME,  # opens for the couple alone; its question leads to "start/"
    "join/<str:code>/": lambda kind: NEW,
    "couple/invitation/<str:token>/": lambda kind: NOBODY,  # by way of logging out
    "care/invitation/<str:token>/": lambda kind: NOBODY,
    # Whoever signs up is nobody before the address is confirmed; an account is led home.
    "accounts/signup/": lambda kind: NOBODY if kind in ("none", *GUESTS) else SAME,
}


def street_of(kind: str) -> Street:
    """Return what stands open, and who was here before."""
    before = LOGINS[kind]()
    otto, tess = account("Otto"), therapist("Cleo")
    waiting = start.start_with_code(User.objects.create_guest("Dan"))
    _, pairs = invitations.create(otto)
    _, cares = care_invitations.create(tess, as_therapist=True)
    codes = {
        "join/<str:code>/ code": waiting.code or "",
        "couple/invitation/<str:token>/ token": pairs,
        "care/invitation/<str:token>/ token": cares,
    }
    return Street(before, codes, appointment_of(kind, before, tess))


def appointment_of(kind: str, before: User | None, tess: User) -> str:
    """Return an hour planned by whoever can have planned one; by another therapist for two who are new, otherwise."""
    at = timezone.now() + timedelta(days=4)
    if before and kind == "account of a couple":
        couple = partners.couple_of(before)
        assert couple
        return str(start.start_for_couple(before, couple, starts_at=at).live_session.id)
    return str(host_rights.start_hosted(before if before and kind == "therapist" else tess, starts_at=at).id)


def browser_of(street: Street) -> Browser:
    """Return the browser that was used before."""
    browser = Browser()
    if street.before:
        browser.client.force_login(street.before)
    return browser


def everybody() -> list[Any]:
    """Return who everybody is, with whom, and where they sit."""
    return [
        list(User.objects.order_by("pk").values_list("pk", "first_name", "email")),
        list(Membership.objects.order_by("pk").values_list("user", "couple", "seat", "left_at")),
        list(Seat.objects.order_by("pk").values_list("live_session", "user", "name", "first_name", "left_at")),
        list(LiveSession.objects.order_by("pk").values_list("pk", "ended_at")),
    ]


@cache
def pages() -> tuple[str, ...]:
    """Return every page that the URL table has, whoever wrote it, but the admin's and the API's."""
    told = (one for one in all_routes() if not isinstance(one.view, Address) and not hasattr(one.view, "cls"))
    return tuple(one.pattern for one in told if not one.pattern.startswith(("admin/", "api/")))


def shown(street: Street) -> Iterator[tuple[str, str]]:
    """Yield every page as it is shown in this browser."""
    for page in pages():
        if "(?P" in page or (page.startswith("accounts/") and page != "accounts/signup/"):
            continue
        there = street.codes | {f"{page} {name}": street.id(name) for name in re.findall(r"<uuid:(\w+)>", page)}
        try:
            path = Street(None, there).path(page)
        except KeyError:
            continue
        answer = browser_of(street).client.get(path)
        if answer.status_code == 200 and "text/html" in answer.headers["Content-Type"]:
            yield page, answer.content.decode()
