"""Access to a person's own pages: a logged-in person, guests included, gets theirs; others get the first page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.models import User
from accounts.person.current_person import current_person
from accounts.person.one_shot import typed_once
from accounts.person.unsent_words import forget_typed, keep_behind_log_in
from cycleproject.web.limits import View, rate_limited, request_limit

P = ParamSpec("P")


def own_page(view: Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]) -> Callable[..., HttpResponse]:
    """Pass the logged-in person to a view, redirect others home, and limit what they may post.

    A form with a nonce is carried out once, however often it is sent, and what was typed without a login is kept.
    """
    once = typed_once(cast(View, view))

    @rate_limited
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = current_person(request)
        if user is None:
            return keep_behind_log_in(request) or redirect("home")
        if request.method == "POST":
            request_limit().spend(request, user.id)
            forget_typed(request)
        return once(request, user, *args, **kwargs)

    return answer
