"""API operations on an appointment: reading, moving and calling it off; the same rules as its pages."""

from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import RepeatableOperation, RepeatableQuery
from accounts.api.shapes import as_instant
from accounts.models import User
from cycleproject.api.problems import Problem
from sessions.contract import api_shapes
from sessions.joining import appointments, plans
from sessions.store import load

# A time that is to come for whoever reads the document.
IN_A_WEEK: Final = (timezone.now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)


class OneAppointment(Operation):
    """Show what has become of a planned check-in: to its host and to both partners the same."""

    gives = {200: api_shapes.AppointmentTold}
    refuses = ("session.not_found",)

    def get(self, request: Request, session_id: UUID) -> Response:
        return Response(_told(self.person(), session_id))


class MoveAppointment(RepeatableOperation):
    """Move it to another time, until its room opens: whoever hosts it, and of a couple's own both partners."""

    takes = api_shapes.AppointmentMoved
    examples = {"later": {"starts_at": as_instant(IN_A_WEEK)}}
    gives = {200: api_shapes.AppointmentTold}
    refuses = ("session.not_found", "seat.not_allowed", "appointment.over", "appointment.same_time")

    def put(self, request: Request, session_id: UUID) -> Response:
        wanted = self.body(api_shapes.AppointmentMoved)
        try:
            plans.check_time(wanted.starts_at, timezone.now())
            self.do_once(partial(appointments.move, self.person(), session_id, wanted.starts_at))
        except plans.BadTime:
            raise Problem("frame.invalid") from None
        except load.NotFound:
            raise Problem("session.not_found") from None
        except appointments.Refused as refused:
            raise Problem(refused.code) from None
        return Response(_told(self.person(), session_id))


class CallOffAppointment(RepeatableOperation):
    """Call it off for everyone, until its room opens; again is the same. Nobody is told who did it."""

    asks = RepeatableQuery
    gives = {200: api_shapes.AppointmentTold}
    refuses = ("session.not_found", "seat.not_allowed", "appointment.over")

    def delete(self, request: Request, session_id: UUID) -> Response:
        try:
            self.do_once(partial(appointments.call_off, self.person(), session_id))
        except load.NotFound:
            raise Problem("session.not_found") from None
        except appointments.Refused as refused:
            raise Problem(refused.code) from None
        return Response(_told(self.person(), session_id))


def _told(person: User, session_id: UUID) -> dict[str, Any]:
    now = timezone.now()
    try:
        found = appointments.find(person, session_id, now)
    except load.NotFound:
        raise Problem("session.not_found") from None
    appointment = found.appointment
    return {
        "session": str(session_id),
        "title": found.live_session.title,
        "hosted": appointment.hosted,
        "appointment": found.state(now),
        "starts_at": as_instant(appointment.starts_at),
        "opens_at": as_instant(appointment.opens_at),
        "moved_from": as_instant(appointment.moved_from) if appointment.moved_from else None,
        "can": list(found.may(now)),
    }
