"""The door to one's own pages: whoever is logged in, to their own notes; everybody else to the first page."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.person.current_person import person
from cycleproject.web.limits import rate_limited, request_limit

P = ParamSpec("P")


def own(view: Callable[Concatenate[HttpRequest, User, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the person who asks."""

    @rate_limited
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = person(request)
        if user is None:
            return redirect("home")
        if request.method == "POST":
            request_limit().spend(request, user.id)
        return view(request, user, *args, **kwargs)

    return answer
