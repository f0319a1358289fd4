"""A form whose token does not fit is not carried out, and its page says which of three causes that has."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import login
from django.http import HttpRequest, QueryDict
from django.test import Client

from accounts.logins import BACKEND
from accounts.models import PrivateNote, User
from cycleproject.web.typed_again import with_typed
from sessions.joining import start
from sessions.models import LiveSession, Seat
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import account

pytestmark = pytest.mark.django_db

WORDS = 'He said "no" & left <early>.\n\nThen I waited.'


@pytest.fixture
def waiting() -> LiveSession:
    """Return a check-in that waits for Ben."""
    return start.start_with_code(User.objects.create_guest("Ana"))


def log_in_elsewhere(browser: Browser, user: User) -> None:
    """Log in in another tab of the same browser, as by the log-in page: the token is a new one."""
    request = HttpRequest()
    request.META.update(REMOTE_ADDR="127.0.0.1")
    request.session = browser.client.session
    request.COOKIES = {name: one.value for name, one in browser.client.cookies.items()}
    login(request, user, backend=BACKEND)
    request.session.save()
    token = request.session.token
    assert token
    browser.client.cookies["session"] = token
    browser.client.cookies["csrf"] = request.META["CSRF_COOKIE"]


def sent_again(browser: Browser, page: Any, path: str, **more: str) -> Any:
    """Send what stands in the form on a page, as a browser would."""
    browser.page = page
    return browser.send(path, {**browser.fields(), **more})


def test_a_form_older_than_a_log_in_comes_back_with_what_was_typed(waiting: LiveSession) -> None:
    ben, path = Browser(), "/my-part/journal/"
    person = account("Ben")
    log_in_elsewhere(ben, person)
    ben.look(path)
    old = ben.fields(text=WORDS)
    log_in_elsewhere(ben, person)
    page = ben.send(path, old)
    assert page.status_code == 403
    assert not PrivateNote.objects.exists(), "nothing was carried out"
    shown = page.content.decode()
    assert 'data-testid="renewed"' in shown
    typed = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", shown, re.DOTALL)
    assert typed and unescape(typed[1]) == WORDS
    assert sent_again(ben, page, path, text=unescape(typed[1])).status_code == 302
    assert PrivateNote.objects.count() == 1


def test_a_guest_who_joins_reads_their_name_again(waiting: LiveSession) -> None:
    ben, path = Browser(), f"/join/{waiting.code}/"
    ben.look(path)
    old = ben.fields(first_name="Bén & Co")
    ben.client.cookies["csrf"] = "x" * 32
    page = ben.send(path, old)
    assert page.status_code == 403
    assert Seat.objects.count() == 1
    assert 'value="Bén &amp; Co"' in page.content.decode()
    assert sent_again(ben, page, path, first_name="Bén & Co").status_code == 302
    assert Seat.objects.count() == 2


def test_who_is_known_by_now_is_led_on(waiting: LiveSession) -> None:
    ana, person = Browser(), account("Ana")
    ana.look("/accounts/login/")
    old = ana.fields(login=person.email or "", password="a password of five plain words")
    log_in_elsewhere(ana, person)
    led = ana.send("/accounts/login/", old)
    assert (led.status_code, led.url) == (302, "/")


def test_a_password_never_stands_in_a_page() -> None:
    ana = Browser()
    ana.look("/accounts/login/")
    old = ana.fields(login="ana@example.org", password="a password of five plain words")
    ana.client.cookies["csrf"] = "x" * 32
    shown = ana.send("/accounts/login/", old).content.decode()
    assert 'value="ana@example.org"' in shown
    assert "five plain words" not in shown


def test_who_refuses_cookies_is_told_so(waiting: LiveSession) -> None:
    path = f"/join/{waiting.code}/"
    ben = Browser()
    ben.look(path)
    fields = ben.fields(first_name="Ben")
    ben.client.cookies.clear()
    page = ben.send(path, fields)
    assert page.status_code == 403
    assert "Your browser is not accepting cookies" in page.content.decode()
    assert Seat.objects.count() == 1


@pytest.mark.parametrize("origin", [None, "null", "http://elsewhere.example"])
def test_another_page_puts_no_words_into_a_form_of_ours(waiting: LiveSession, origin: str | None) -> None:
    path = f"/join/{waiting.code}/"
    client = Client(enforce_csrf_checks=True)
    client.get(path)
    headers = {"origin": origin} if origin else {}
    page: Any = client.post(path, {"first_name": "Eve", "csrfmiddlewaretoken": "y" * 32}, headers=headers)
    assert page.status_code == 403
    shown = page.content.decode()
    assert "Eve" not in shown and "This page has expired" in shown


@pytest.mark.parametrize("path", ["/settings/confirm/", "/settings/leave/"])
def test_what_has_no_such_form_is_refused_as_before(path: str) -> None:
    ana, person = Browser(), account("Ana")
    log_in_elsewhere(ana, person)
    ana.look("/settings/")
    old = ana.fields(typed="x")
    log_in_elsewhere(ana, person)
    assert "This page has expired" in ana.send(path, old).content.decode()
    assert User.objects.filter(pk=person.pk, is_active=True).exists()


def test_every_kind_of_control_is_filled() -> None:
    page = (
        '<!doctype html><form method="post" action="/other/"><input name="a" value="0"></form>'
        '<p>&amp; caf&eacute; &#233;<br></p><form method="post"><input type="hidden" name="nonce" value="new">'
        '<input name="a" value="0"><input type="checkbox" name="b" value="1" checked><input type="radio" name="c" '
        'value="x"><input type="radio" name="c" value="y" checked><select name="d"><option value="1" selected>One'
        '</option><option value="2">Two</option></select><textarea name="e">old &lt;</textarea></form>'
    )
    typed = QueryDict("a=%22%3C&c=x&d=2&e=new&nonce=old")
    filled = with_typed(page, "/here/", typed, "<b>!</b>")
    assert filled == (
        '<!doctype html><form method="post" action="/other/"><input name="a" value="0"></form>'
        '<p>&amp; caf&eacute; &#233;<br></p><form method="post"><b>!</b><input type="hidden" name="nonce" value="new">'
        '<input name="a" value="&quot;&lt;"><input type="checkbox" name="b" value="1"><input type="radio" name="c" '
        'value="x" checked><input type="radio" name="c" value="y"><select name="d"><option value="1">One'
        '</option><option value="2" selected>Two</option></select><textarea name="e">\nnew</textarea></form>'
    )
    assert with_typed(page, "/here/", QueryDict("z=1"), "") is None
