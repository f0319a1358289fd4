"""The page of the live room."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.person.current_person import current_person
from sessions.joining import appointment_views, opening_views, seats
from sessions.joining.codes import link_path
from sessions.live.favourites import moments_of
from sessions.live.page import room_context
from sessions.live.seat_required import RoomView
from sessions.store import load, openings, system_changes


@require_safe
def room(request: HttpRequest, session_id: UUID, show_host: RoomView) -> HttpResponse:
    """Show the live room, or pass a host on to ``show_host``; its content comes by socket. Before its time, and where
    nothing came of it, there is an appointment instead.
    """
    user = current_person(request)
    if user is None:
        raise Http404
    if appointment := appointment_views.instead_of_room(request, user, session_id):
        return appointment
    try:
        seats.take_seat(user.id, session_id)
        place = openings.place_for(user.id, session_id)
    except load.NotFound:
        raise Http404 from None
    except seats.NotYet:
        return redirect("room", session_id)  # moved in this moment
    if place.seat is None and place.live_session.code and seats.needs_host_consent(place.live_session):
        return redirect(link_path(place.live_session.code))
    if place.seat is None or not place.may_listen:
        raise Http404
    system_changes.store_end(place.state, timezone.now())
    if opening := opening_views.instead_of_room(request, user, place):
        return opening
    if place.seat.name == "host":
        return show_host(request, user, place)
    context = {
        **room_context(request, place.live_session, place.seat.name),
        **moments_of(user, place.live_session, of_the_couple=True),
        "live_session": place.live_session,
        "apart": place.live_session.apart,
    }
    return render(request, "live/room.html", context)
