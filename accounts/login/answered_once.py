"""Forms that others wrote, allauth's and the admin's: each is carried out once and answered so each time, like ours.

Unlike ours (see ``one_shot``) they may take long over a password, and decide themselves what they store together. So
nothing waits for a lock meanwhile: of two that come in the same moment the second looks until the first is answered.
"""

import time
from collections.abc import Iterable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME, get_user
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from accounts.login.revocation import renewed_when_shown_again
from accounts.models import Receipt, User, receipts
from accounts.session_store import SessionStore
from cycleproject.web.idempotency import know_browser, page_key
from cycleproject.web.limits import View

# What takes longer has died; the second carries out what is left of it.
PATIENCE_SECONDS: Final = 10.0
LOOKED_AT_EVERY: Final = 0.05


def each_answered_once(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Return a URL table whose forms are all carried out once."""
    return [_answered_once(pattern) for pattern in patterns]


def _answered_once(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    if isinstance(pattern, URLPattern):
        view = answered_once(renewed_when_shown_again(pattern.callback))
        return URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)
    inside = each_answered_once(pattern.url_patterns)
    return URLResolver(pattern.pattern, inside, pattern.default_kwargs, pattern.app_name, pattern.namespace)


def answered_once(view: View) -> View:
    """Carry a form out once: who sends it again is led where it led, with the login that there was after it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            know_browser(request)  # its next form is to have a name
            return view(request, *args, **kwargs)
        key = page_key(request)
        if key is None:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            receipt, is_new = receipts.claim(key)
        if not is_new:
            return _led_back(request, _answered(receipt)) or view(request, *args, **kwargs)
        try:
            response = view(request, *args, **kwargs)
        except BaseException:
            receipt.delete()
            raise
        _keep(receipt, request, response)
        return response

    return answer


def sent_before(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a form of others that this browser has sent before, and that now has an old token."""
    receipt = receipts.find(page_key(request)) if request.method == "POST" else None
    return _led_back(request, _answered(receipt)) if receipt else None


def _keep(receipt: Receipt, request: HttpRequest, response: HttpResponse) -> None:
    if not isinstance(response, HttpResponseRedirect) or _asks_who(response.url):
        receipt.delete()  # nothing has come of it
        return
    if request.session.modified and not request.session.is_empty():
        request.session.save()  # before anybody is led to it
    receipt.person, receipt.result = _asker(request), response.url
    receipt.login = getattr(request.session, "token", None)
    receipt.save()


def _asks_who(url: str) -> bool:
    """Tell whether a redirect only asks who it is, before anything is carried out."""
    parts = urlsplit(url)
    return f"{REDIRECT_FIELD_NAME}=" in parts.query and parts.path.endswith(("/login/", "/reauthenticate/"))


def _answered(receipt: Receipt) -> Receipt | None:
    """Return a receipt once it holds an answer; None where there is none to wait for."""
    while not receipt.result:
        if (timezone.now() - receipt.created_at).total_seconds() > PATIENCE_SECONDS:
            return None
        time.sleep(LOOKED_AT_EVERY)
        found = Receipt.objects.filter(pk=receipt.pk).first()
        if found is None:
            return None
        receipt = found
    return receipt


def _led_back(request: HttpRequest, receipt: Receipt | None) -> HttpResponse | None:
    if receipt is None:
        return None
    asker = _asker(request)
    if asker is None:
        _give_login(request, receipt)
    elif asker != receipt.person:
        return None  # somebody else is logged in here by now: what comes is theirs
    return redirect(receipt.result)


def _give_login(request: HttpRequest, receipt: Receipt) -> None:
    """Give a browser the login whose cookie it never got, if that has not ended: no new one, and nobody else's."""
    login = SessionStore.presented(receipt.login)
    if not login.session_key or not login.exists(login.session_key):
        return
    before, request.session = request.session, login
    person = get_user(request)
    if (person if person.is_authenticated else None) != receipt.person:
        request.session = before
        return
    login.modified = True  # so that the answer brings its cookie


def _asker(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
