"""A page may be there long before its scripts are: what needs them is not offered until then."""

import re
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpResponse
from django.shortcuts import render
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from sessions.hosting import host_rights
from sessions.joining import start
from tests.support.cast.care_cast import Three, device, three

pytestmark = pytest.mark.django_db

# On every page; or for what is as good without.
OFFER_NOTHING = {"js/site/theme.js", "js/site/quick-exit.js", "js/site/time-zone.js", "js/site/send-once.js"}
WITHOUT_CONTENT = {"input", "meta", "link", "img", "br", "hr", "source", "wbr"}


class Offered(HTMLParser):
    """What a page offers before any script has run, of what only a script can carry out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offered: list[str] = []
        self._within: list[tuple[str, bool, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a button that is shown and can be pressed."""
        attributes = dict(attrs)
        _, hidden, by_script = self._within[-1] if self._within else ("", False, False)
        hidden = hidden or tag == "template" or "hidden" in attributes
        by_script = by_script or "data-passkey" in attributes
        needs_script = tag == "button" and (by_script or attributes.get("type") == "button")
        if needs_script and not hidden and "disabled" not in attributes:
            self.offered.append(self.get_starttag_text() or tag)
        if tag not in WITHOUT_CONTENT:
            self._within.append((tag, hidden, by_script))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        while self._within and self._within.pop()[0] != tag:
            pass


def room(people: Three) -> HttpResponse:
    """Return a partner's room."""
    return device(people.ana).get(reverse("room", args=[start.start_with_code(people.ana).id]))


def hosted(name: str) -> Callable[[Three], HttpResponse]:
    """Return what returns a page of a hosted check-in, for its host."""

    def page(people: Three) -> HttpResponse:
        live_session = host_rights.start_hosted(people.tess)
        return device(people.tess).get(reverse(name, args=[live_session.id]))

    return page


def invited(people: Three) -> HttpResponse:
    """Return the page that shows an invitation to pair, once."""
    return device(User.objects.create_user("otto@example.org", first_name="Otto")).post(reverse("invite"))


def just_logged_in(user: User) -> Client:
    """Return a browser that need not show again whose it is."""
    phone = device(user)
    session = phone.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "email": user.email}]
    session.save()
    return phone


def add_a_passkey(people: Three) -> HttpResponse:
    """Return the page that adds a passkey."""
    return just_logged_in(people.ana).get(reverse("mfa_add_webauthn"))


def is_it_you(people: Three) -> HttpResponse:
    """Return the page that asks for a passkey once more, as it is for anybody who has one."""
    phone = device(people.ana)
    request = RequestFactory().get(reverse("mfa_reauthenticate_webauthn"))
    request.user, request.session = people.ana, phone.session
    return render(request, "mfa/webauthn/reauthenticate.html", {"js_data": {}})


def own_part(name: str, **fields: str) -> Callable[[Three], HttpResponse]:
    """Return what returns a page of one's own part."""

    def page(people: Three) -> HttpResponse:
        phone = device(people.ana)
        return phone.post(reverse(name), fields) if fields else phone.get(reverse(name))

    return page


PAGES: dict[str, Callable[[Three], HttpResponse]] = {
    "room": room,
    "console": hosted("room"),
    "room display": hosted("shared_screen"),
    "invited": invited,
    "add a passkey": add_a_passkey,
    "is it you": is_it_you,
    "log in": lambda _: Client().get(reverse("account_login")),
    "report": lambda people: device(people.ana).get(reverse("history_report")),
    "settle": own_part("my_part_settle"),
    "stay": own_part("my_part_stay"),
}


@pytest.mark.parametrize("name", PAGES)
def test_controls_that_need_a_script_are_hidden_before_it_runs(name: str) -> None:
    answer = PAGES[name](three())
    assert answer.status_code == 200
    page = answer.content.decode()
    assert set(re.findall(r"js/[a-z/_-]+\.js", page)) - OFFER_NOTHING, "it has a script"
    assert Offered(page).offered == []


SEATING = re.compile(r'<form[^>]*method="post"[^>]*>.*?</form>', re.DOTALL)
DOORS: dict[str, Callable[[Three], HttpResponse]] = {
    "start": lambda _: Client().get(reverse("start")),
    "join": lambda people: Client().get(reverse("join", args=[start.start_with_code(people.ana).code])),
    "as who one is": lambda _: device(User.objects.create_guest("Otto")).get(reverse("start")),
    "the first page of a couple": lambda people: device(people.ana).get(reverse("home")),
    "the page of a couple": lambda people: device(people.ana).get(reverse("couple")),
    "host": lambda people: device(people.tess).get(reverse("hosted-start")),
}


@pytest.mark.parametrize("name", DOORS)
def test_what_takes_a_seat_says_first_that_the_room_needs_a_script(name: str) -> None:
    page = DOORS[name](three()).content.decode()
    forms = [form for form in SEATING.findall(page) if re.search(r'data-testid="(join|start|host)[a-z-]*"', form)]
    assert forms
    for form in forms:
        assert "needs-script" in form[: form.index("<button")], "it stands before the press"


def test_the_check_finds_a_control_that_is_shown_too_soon() -> None:
    for page in (
        "<p><button type='button'>Copy</button></p>",
        "<form data-passkey='create'><img><button type='submit'>Continue</button></form>",
        "<template><button type='button'></button></template><button type='button'>Cover</button>",
    ):
        assert len(Offered(page).offered) == 1, page
    for page in (
        "<template><p><button type='button'>Mark</button></p></template>",
        "<div hidden><p><button type='button'>Pause</button></p></div>",
        "<button type='button' hidden>Copy</button><button type='button' disabled>Seal</button>",
        "<form><button type='submit'>Log in</button></form>",
    ):
        assert Offered(page).offered == [], page
