"""The API's operations: the same parser, rules, commands and snapshots as the socket and the pages."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.limits import entering, wrong_codes
from accounts.logins import open_login
from accounts.models import User
from accounts.names import clean_name
from cycleproject.addresses import public_url
from sessions import commands, protocol, records, seating
from sessions.api_base import Operation, only_field
from sessions.models import LiveSession
from sessions.problems import Problem
from sessions.room_page import themes
from sessions.snapshots import Viewer, snapshot_for


@extend_schema(exclude=True)
class Start(Operation):
    """Start a check-in as a new guest."""

    permission_classes = (AllowAny,)

    def post(self, request: Request) -> Response:
        """Answer with a token, the check-in, and the code and link for the other person."""
        entering().check(request)
        first_name = _first_name(request.data)
        entering().spend(request)
        guest = User.objects.create_guest(first_name)
        live_session = seating.start_with_code(guest)
        assert live_session.code is not None
        link = public_url(request._request, reverse("join", args=[live_session.code]))
        answer = {"token": open_login(guest), **_found(live_session), "code": live_session.code, "link": link}
        return Response(answer, status=201)


@extend_schema(exclude=True)
class Join(Operation):
    """Take the free seat behind a code as a new guest."""

    permission_classes = (AllowAny,)

    def post(self, request: Request, code: str) -> Response:
        """Answer with a token and the check-in."""
        entering().check(request)
        wrong_codes().check(request)
        first_name = _first_name(request.data)
        live_session = seating.by_code(code)
        if live_session is None or live_session.couple_id is not None:
            wrong_codes().spend(request)
            raise Problem("code.not_found")
        entering().spend(request)
        try:
            with transaction.atomic():
                guest = User.objects.create_guest(first_name)
                # A client asks before it joins: joining a hosted check-in here is the yes (see docs/protocol.md).
                seating.join_by_code(guest, code, agrees_to_host=True)
        except seating.UnknownCode:
            wrong_codes().spend(request)
            raise Problem("code.not_found") from None
        return Response({"token": open_login(guest), **_found(live_session)}, status=201)


@extend_schema(exclude=True)
class Moments(Operation):
    """The starter library."""

    def get(self, request: Request) -> Response:
        """Answer with the moments by theme."""
        return Response({"results": themes()})


@extend_schema(exclude=True)
class OneLiveSession(Operation):
    """One check-in as one viewer may see it."""

    def get(self, request: Request, session_id: UUID) -> Response:
        """Answer with the snapshot."""
        return Response({"session": _snapshot(_place(self.person(), session_id))})


@extend_schema(exclude=True)
class TakeSeat(Operation):
    """A partner's own seat in a check-in of the couple."""

    def post(self, request: Request, session_id: UUID) -> Response:
        """Take it; again is the same."""
        try:
            seating.take_seat(self.person().id, session_id)
        except records.NotFound:
            raise Problem("session.not_found") from None
        return Response({"session": _snapshot(_place(self.person(), session_id))})


@extend_schema(exclude=True)
class Commands(Operation):
    """The commands of a check-in, each a frame of the one protocol."""

    command: protocol.Command | None = None

    def read(self, request: Request) -> None:
        """Read the command. Raises Problem."""
        if request.method != "POST":
            return
        try:
            self.command = protocol.command_from(request.data)
        except protocol.BadFrame:
            raise Problem("frame.invalid") from None

    def post(self, request: Request, session_id: UUID) -> Response:
        """Carry out one command, and answer with the reply and the snapshot."""
        assert self.command is not None
        answer = commands.execute(self.login(), session_id, self.command)
        if answer.code:
            raise Problem(answer.code)
        place = _place(self.person(), session_id, even_after_leaving=True)
        return Response({"reply": protocol.ack(self.command.op), "session": _snapshot(place)})


def _first_name(data: Any) -> str:
    try:
        return clean_name(only_field(data, "first_name"))
    except ValueError:
        raise Problem("frame.invalid") from None


def _found(live_session: LiveSession) -> dict[str, str]:
    return {"session": str(live_session.id)}


def _place(person: User, session_id: UUID, *, even_after_leaving: bool = False) -> records.Place:
    try:
        place = records.live_session_for(person.id, session_id)
    except records.NotFound:
        raise Problem("session.not_found") from None
    if place.seat is None or not (place.may_listen or even_after_leaving):
        raise Problem("seat.not_allowed")
    return place


def _snapshot(place: records.Place) -> dict[str, Any]:
    assert place.seat is not None
    return snapshot_for(place.state, Viewer(records.seat_name(place.seat)), timezone.now(), gettext)
