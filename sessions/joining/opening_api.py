"""API operations on an agreed opening: proposing one, saying an hour, calling it off; the same rules as its pages.

What is sealed for it is sealed by commands, as in any check-in.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Made, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import as_instant
from accounts.models import User
from cycleproject.api.problems import Problem
from cycleproject.web.limits import join_limit
from sessions.checkin import apart as rules
from sessions.checkin.snapshot import apart_for
from sessions.contract import api_shapes
from sessions.joining import openings
from sessions.store import load
from sessions.store.openings import ClockInDoubt, check_hour, place_for
from sessions.words import library

# An hour that is to come for whoever reads the document.
IN_A_WEEK: Final = (timezone.now() + timedelta(days=7)).replace(minute=0, second=0, microsecond=0)


class ProposeOpening(RepeatableOperation):
    """Propose an opening to one's partner: an hour within 14 days, and one moment, of the library or in own words.

    With `each_chooses` there is no moment for both: each seals one with the mark.

    A couple has one that waits. Where there is one, the answer is 200 and that one, and nothing of it changes.
    """

    takes = api_shapes.OpeningProposed
    examples = {
        "a moment of the library": {"opens_at": as_instant(IN_A_WEEK), "moment": 1},
        "each chooses one": {"opens_at": as_instant(IN_A_WEEK), "each_chooses": True},
    }
    gives = {200: api_shapes.LiveSessionFound, 201: api_shapes.LiveSessionFound}
    refuses = ("seat.not_allowed",)

    def post(self, request: Request) -> Response:
        made = self.made_before() or self._made()
        return Response(made.told["found"], status=201 if made.told["is_new"] else 200)

    def _made(self) -> Made:
        join_limit().spend(self.request._request)
        wanted = self.body(api_shapes.OpeningProposed)
        check_wanted(wanted)  # what cannot be read comes before who may
        return self.make_once(partial(self._proposed, wanted))

    def _proposed(self, wanted: api_shapes.OpeningProposed) -> Made:
        try:
            with answering_for_hours():
                proposed = openings.propose(
                    self.person(), wanted.opens_at, moment=wanted.moment, text=wanted.text or ""
                )
        except openings.NoPartner:
            raise Problem("seat.not_allowed") from None
        found = {"session": str(proposed.live_session.id)}
        return Made(self.person(), {"found": found, "is_new": proposed.is_new})


class OneOpening(Operation):
    """Show an agreed opening: its hour, another that one of the two has said, and what came of it."""

    gives = {200: api_shapes.OpeningTold}
    refuses = ("session.not_found",)

    def get(self, request: Request, session_id: UUID) -> Response:
        return Response(_told(self.person(), session_id))


class SayHour(RepeatableOperation):
    """Say an hour. It holds once both partners have said the same; until then the one that holds stays."""

    takes = api_shapes.HourSaid
    examples = {"an hour": {"opens_at": as_instant(IN_A_WEEK)}}
    gives = {200: api_shapes.OpeningTold}
    refuses = ("session.not_found", "opening.over")

    def put(self, request: Request, session_id: UUID) -> Response:
        wanted = self.body(api_shapes.HourSaid)
        with answering_for_hours():
            check_hour(wanted.opens_at, timezone.now())
        try:
            with answering_for_hours():
                self.do_once(partial(openings.say_hour, self.person(), session_id, wanted.opens_at))
        except load.NotFound:
            raise Problem("session.not_found") from None
        except openings.Over:
            raise Problem("opening.over") from None
        return Response(_told(self.person(), session_id))


class CallOffOpening(RepeatableOperation):
    """Call it off for both, alone and at once; again is the same. Nobody is told who did it."""

    asks = RepeatableQuery
    gives = {200: api_shapes.OpeningTold}
    refuses = ("session.not_found",)

    def delete(self, request: Request, session_id: UUID) -> Response:
        try:
            self.do_once(partial(openings.call_off, self.person(), session_id))
        except load.NotFound:
            raise Problem("session.not_found") from None
        return Response(_told(self.person(), session_id))


def check_wanted(wanted: api_shapes.OpeningProposed) -> None:
    """Refuse an hour that nobody can agree on, and a moment that is not in the library. Raises Problem."""
    if wanted.moment is not None and wanted.moment not in library.MOMENT_BY_ID:
        raise Problem("frame.invalid")
    with answering_for_hours():
        check_hour(wanted.opens_at, timezone.now())


@contextmanager
def answering_for_hours() -> Iterator[None]:
    """Turn an hour that nobody can agree on into an answer, also one that came since it was checked. Raises Problem."""
    try:
        yield
    except rules.BadHour:
        raise Problem("frame.invalid") from None
    except ClockInDoubt:
        raise Problem("service.unavailable") from None


def _told(person: User, session_id: UUID) -> dict[str, Any]:
    try:
        place = place_for(person.id, session_id)
    except load.NotFound:
        raise Problem("session.not_found") from None
    # What has opened is a check-in like any other: its snapshot tells of it.
    opening = apart_for(place.state, timezone.now())
    if opening is None:
        raise Problem("session.not_found")
    return {"session": str(session_id), **opening, "set_by": openings.set_by(place.live_session)}
