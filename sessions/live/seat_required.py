"""Load a check-in for whoever sits there and may listen, or may sit down there, before a view of it runs."""

from collections.abc import Callable
from functools import wraps
from typing import Protocol
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import User
from accounts.person.current_person import person
from sessions.store import load


class RoomView(Protocol):
    """A view of one check-in, for somebody who may listen there."""

    def __call__(self, request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
        """Answer a request."""


def of_a_seat(view: RoomView) -> Callable[..., HttpResponse]:
    """Load the check-in for whoever sits there and may listen; for anybody else there is nothing."""

    @of_a_place
    @wraps(view)
    def answer(request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
        if place.seat is None:
            raise Http404
        return view(request, user, place)

    return answer


def of_a_place(view: RoomView) -> Callable[..., HttpResponse]:
    """Load the check-in for whoever may listen there, or may take a seat in it; for anybody else there is nothing."""

    @wraps(view)
    def answer(request: HttpRequest, session_id: UUID) -> HttpResponse:
        user = person(request)
        if user is None:
            raise Http404
        try:
            place = load.live_session_for(user.id, session_id)
        except load.NotFound:
            raise Http404 from None
        if not place.may_listen:
            raise Http404
        return view(request, user, place)

    return answer
