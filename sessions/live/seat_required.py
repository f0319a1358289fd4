"""Load a check-in for whoever sits there and may listen, or may sit down there, before a view of it runs."""

from collections.abc import Callable
from functools import wraps
from typing import Protocol
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.person.current_person import current_person
from sessions.store import load, openings, system_changes


class RoomView(Protocol):
    """The type of a view of one check-in, for a person with a seat in it."""

    def __call__(self, request: HttpRequest, user: User, place: load.Place) -> HttpResponse:
        """Return the response for this person and their place."""


def seat_required(view: RoomView) -> Callable[..., HttpResponse]:
    """Pass the person and their place in the check-in to a view; answer 404 to everybody else."""

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
        user = current_person(request)
        if user is None:
            raise Http404
        try:
            place = openings.place_for(user.id, session_id)
        except load.NotFound:
            raise Http404 from None
        if not place.may_listen:
            raise Http404
        system_changes.store_end(place.state, timezone.now())
        return view(request, user, place)

    return answer
