"""The API's operations on check-ins: the same parser, rules, commands and snapshots as the socket and the pages."""

from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.models import User
from cycleproject.api.problems import Problem
from sessions.checkin import frames, wire
from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import Session, snapshot_for
from sessions.contract import api_shapes
from sessions.joining import seats
from sessions.store import execute, load, openings, system_changes


class OneLiveSession(Operation):
    """Show one check-in as one viewer may see it now."""

    gives = {200: api_shapes.SnapshotGiven}
    refuses = ("session.not_found", "seat.not_allowed")

    def get(self, request: Request, session_id: UUID) -> Response:
        return Response({"session": _snapshot(_place(self.person(), session_id))})


class TakeSeat(Operation):
    """Take one's own seat in a check-in of one's couple; again is the same. A planned one opens half an hour before."""

    gives = {200: api_shapes.SnapshotGiven}
    refuses = ("session.not_found", "seat.not_allowed", "session.not_yet")

    def post(self, request: Request, session_id: UUID) -> Response:
        try:
            seats.take_seat(self.person().id, session_id)
        except load.NotFound:
            raise Problem("session.not_found") from None
        except seats.NotYet:
            raise Problem("session.not_yet") from None
        return Response({"session": _snapshot(_place(self.person(), session_id))})


class Commands(Operation):
    """Carry out one command, the same frame that goes over the socket: docs/protocol.md says what each one does.

    An `op` that comes again, over any transport, is acknowledged and changes nothing.
    """

    takes = api_shapes.AnyCommand
    gives = {200: api_shapes.CommandAnswered}
    refuses = api_shapes.REFUSED_COMMANDS

    def read(self, request: Request) -> frames.Command:
        """Parse the body as a frame, with the socket's parser. Raises Problem."""
        try:
            return wire.command_from(request.data)
        except wire.BadFrame:
            raise Problem("frame.invalid") from None

    def post(self, request: Request, session_id: UUID) -> Response:
        command: frames.Command = self._asked
        answer = execute.execute(self.login(), session_id, command)
        if answer.code:
            raise Problem(answer.code)
        place = _place(self.person(), session_id, even_after_leaving=True)
        return Response({"reply": wire.ack(command, timezone.now()), "session": _snapshot(place)})


def _place(person: User, session_id: UUID, *, even_after_leaving: bool = False) -> load.Place:
    try:
        place = openings.place_for(person.id, session_id)
    except load.NotFound:
        raise Problem("session.not_found") from None
    if place.seat is None or not (place.may_listen or even_after_leaving):
        raise Problem("seat.not_allowed")
    system_changes.store_end(place.state, timezone.now())
    return place


def _snapshot(place: load.Place) -> Session:
    assert place.seat is not None
    return snapshot_for(place.state, Viewer(load.seat_name(place.seat)), timezone.now(), gettext)
