"""Views whose POST makes something: the same browser that sends the same form again is led to what it made."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from accounts.logins import BACKEND
from accounts.models import User, receipts
from accounts.models.receipts import Receipt
from accounts.person.current_person import current_person
from cycleproject.web.idempotency import form_key, secret_from, visit_key, words_key
from cycleproject.web.limits import View


def one_shot(view: View) -> View:
    """Carry a form out once, and answer it that way each time it comes.

    The view answers with a redirect where it has made something; what it did and the receipt are committed together.
    Whatever else it answers has made nothing, and the form may be sent again.
    """
    return _once(view, form_key)


def typed_once(view: View) -> View:
    """Do the same for a form that somebody writes in: the same words are a second tap, others are others.

    Whoever goes back to the page finds the form as they left it, and may write something else in it.
    """
    return _once(view, words_key)


def _once(view: View, name: Callable[[HttpRequest], str | None]) -> View:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = name(request) if request.method == "POST" else None
        if key is None:
            return view(request, *args, **kwargs)
        before = _login(request)
        with transaction.atomic():
            receipt, is_new = receipts.claim(key, visit_key(request))
            if is_new:
                response = view(request, *args, **kwargs)
                _keep(receipt, request, before, response)
                return response
        # Somebody else is logged in here by now: what comes is theirs, and nobody else's again.
        return led_back(request, receipt) or view(request, *args, **kwargs)

    return answer


def handed_out(request: HttpRequest) -> tuple[str, bool]:
    """Return the secret that a form hands out, and whether it is a new one, inside the transaction that keeps it.

    Sent again, a form shows the same link again: another one would make worthless what has been passed on already.
    """
    key = form_key(request)
    if key is None:
        return secret_from(None), True
    receipt, is_new = receipts.claim(key)
    if is_new:
        receipt.person = current_person(request)
        receipt.save()
    return (secret_from(key), is_new) if receipt.person == current_person(request) else (secret_from(None), True)


def repeated(request: HttpRequest) -> HttpResponse | None:
    """Return the answer to a form that this browser has sent before."""
    if request.method != "POST":
        return None
    receipt = receipts.find(form_key(request)) or receipts.find(words_key(request))
    return led_back(request, receipt) if receipt else None


def revisited(request: HttpRequest) -> HttpResponse | None:
    """Return where this browser was led from this address some minutes ago: it may never have got there."""
    receipt = receipts.find_visit(visit_key(request))
    return led_back(request, receipt) if receipt else None


def led_back(request: HttpRequest, receipt: Receipt) -> HttpResponse | None:
    """Lead whoever sent a request to what it made, with the login that it gave; nobody else."""
    asker, owner = current_person(request), receipt.person
    if asker != owner:
        # An account logs in by its own door only, whatever a browser has been before.
        if asker is not None or owner is None or not (receipt.logs_in and owner.is_guest and owner.is_active):
            return None
        login(request, owner, backend=BACKEND)
    return redirect(receipt.result) if receipt.result else None


def _keep(receipt: Receipt, request: HttpRequest, before: tuple[User | None, str | None], made: HttpResponse) -> None:
    if not isinstance(made, HttpResponseRedirect):
        receipt.delete()
        return
    receipt.person, receipt.result = current_person(request), made.url
    receipt.logs_in = _login(request) != before
    receipt.save()


def _login(request: HttpRequest) -> tuple[User | None, str | None]:
    return current_person(request), request.session.session_key
