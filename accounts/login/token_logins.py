"""Logging in by the API: allauth's own steps, with its limits and the second factor, ending in a token.

They are run on a request of their own, so that a cookie of the client's is neither used nor changed.
"""

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.stages import LoginStageController
from allauth.core import context, ratelimit
from allauth.mfa.stages import AuthenticateStage
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.forms import Form
from django.http import HttpRequest

from accounts.login.adapter import CannotOpenSecret
from accounts.login.allauth_limits import seconds_until_open
from accounts.login.second_step import SecondStepForm
from accounts.logins import Login
from accounts.models import User
from accounts.session_store import SessionStore
from cycleproject.web.limits import RateLimited, account_limit


class WrongCredentials(Exception):
    """Address and password do not belong to an account. Which of them is wrong is not told."""


class SecondFactorNeeded(Exception):
    """The password is right, and the code of the second factor is missing."""


class WrongSecondFactor(Exception):
    """The password is right, and the code of the second factor is not."""


def log_in(asking: HttpRequest, email: str, password: str, code: str | None) -> str:
    """Return the token of a new login. Raises WrongCredentials, SecondFactorNeeded, RateLimited, CannotOpenSecret."""
    account_limit().spend(asking)
    request = _without_cookies(asking)
    with context.request_context(request):
        if not ratelimit.consume(request, action="login"):
            raise RateLimited(seconds_until_open(request))
        form = LoginForm({"login": email, "password": password}, request=request)
        if not _is_valid(form, request, get_adapter(request)._get_login_attempts_cache_key(request, email=email)):
            raise WrongCredentials
        form.login(request)
        if not request.user.is_authenticated:
            _take_second_step(request, code)
    if not request.user.is_authenticated:
        raise WrongCredentials
    request.session.save()
    assert isinstance(request.session, SessionStore)
    token = request.session.token
    assert token is not None, "it is new"
    return token


def end_login(login: Login) -> None:
    """Delete a login's session, so that its token works no more."""
    SessionStore(login.session_key).delete()
    UserSession.objects.filter(session_key=login.session_key).delete()


def has_recently_authenticated(login: Login, person: User) -> bool:
    """Tell whether an account has logged in within the last minutes; a guest, who has no password, always has."""
    if person.is_guest:
        return True
    request = HttpRequest()
    request.session = SessionStore(login.session_key)
    records = get_authentication_records(request, person)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def _without_cookies(asking: HttpRequest) -> HttpRequest:
    request = HttpRequest()
    request.method = "POST"
    request.META = {name: value for name, value in asking.META.items() if name != "HTTP_COOKIE"}
    request.session = SessionStore()
    request.user = AnonymousUser()
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]  # allauth has something to say to a page
    return request


def _take_second_step(request: HttpRequest, code: str | None) -> None:
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        raise WrongCredentials
    if not code:
        raise SecondFactorNeeded
    form = SecondStepForm(user=stage.login.user, data={"code": code})
    if not _is_valid(form, request, f"mfa-auth-user-{stage.login.user.pk}"):
        raise WrongSecondFactor
    form.save()
    stage.exit()


def _is_valid(form: Form, request: HttpRequest, key: str) -> bool:
    if form.is_valid():
        return True
    codes = {error.code for errors in form.errors.as_data().values() for error in errors}
    if "cannot_open" in codes:
        raise CannotOpenSecret
    if "too_many_login_attempts" in codes:
        raise RateLimited(seconds_until_open(request, key))
    return False
