"""API operations for listing, starting and planning check-ins, hosted ones too, and for ending consent to a host."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import partners
from accounts.api.operation import Operation
from accounts.api.repeatable import Made, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import PageQuery, page_of
from cycleproject.api.problems import Problem
from cycleproject.web.limits import join_limit
from sessions.checkin.apart import WAITING
from sessions.contract import api_shapes
from sessions.hosting import host_rights
from sessions.joining import appointments, plans, start
from sessions.joining.api import links_to
from sessions.models import LiveSession
from sessions.store import load


class LiveSessions(Operation):
    """List the check-ins that are going on or planned: those one sits in, may sit down in, or hosts; newest first."""

    asks = PageQuery
    gives = {200: api_shapes.LiveSessionsFound}

    def get(self, request: Request) -> Response:
        check_ins = start.open_check_ins_of(self.person()).prefetch_related("seats")
        found, around = page_of(self, check_ins, ("-created_at", "id"))
        now = timezone.now()
        return Response({**around, "results": [_listed(one, now) for one in found]})


class StartCheckIn(RepeatableOperation):
    """Go to the couple's check-in that is open, or start one; plan one; or, with `hosted`, start or plan one to host.

    Both partners pressing start meet in one room, and the same plan made twice is one plan. A hosted check-in is always
    a new one: for the `couple` of a care link whose `host` scope is active, or without it for two who are new here, who
    come in by the code.
    """

    takes = api_shapes.CheckInAsked
    examples = {"together": {}, "hosted": {"hosted": True, "title": "Thursday, 17:00"}}
    gives = {200: api_shapes.LiveSessionFound, 201: api_shapes.CheckInStarted}
    refuses = ("seat.not_allowed", "session.not_found")

    def post(self, request: Request) -> Response:
        """Answer with the check-in."""
        made = self.made_before() or self._made()
        found, is_new = made.told["found"], made.told["is_new"]
        if "code" in found:
            found = {**found, **links_to(request._request, found["code"])}
        return Response(found, status=201 if is_new else 200)

    def _made(self) -> Made:
        join_limit().spend(self.request._request)
        wanted = self.body(api_shapes.CheckInAsked)
        try:
            plans.check_time(wanted.starts_at, timezone.now())  # what cannot be read comes before who may
            return self.make_once(partial(self._hosted if wanted.hosted else self._partner_led, wanted))
        except plans.BadTime:
            raise Problem("frame.invalid") from None

    def _partner_led(self, wanted: api_shapes.CheckInAsked) -> Made:
        couple = partners.couple_of(self.person())
        if couple is None or wanted.couple not in (None, couple.id):
            raise Problem("seat.not_allowed")
        started = start.start_for_couple(self.person(), couple, title=wanted.title, starts_at=wanted.starts_at)
        return Made(self.person(), {"found": {"session": str(started.live_session.id)}, "is_new": started.is_new})

    def _hosted(self, wanted: api_shapes.CheckInAsked) -> Made:
        try:
            live_session = host_rights.start_hosted(
                self.person(), wanted.couple, title=wanted.title, starts_at=wanted.starts_at
            )
        except host_rights.MayNotHost:
            raise Problem("seat.not_allowed") from None
        except load.NotFound:
            raise Problem("session.not_found") from None
        found = {"session": str(live_session.id), "code": live_session.code}
        return Made(self.person(), {"found": found, "is_new": True})


class TakeHostConsentBack(RepeatableOperation):
    """Take one's own yes to the host of a check-in back, alone and at once; again is the same.

    In the check-in of a linked couple this is the `host` scope of their care link.
    """

    asks = RepeatableQuery
    gives = {204: None}
    refuses = ("session.not_found",)

    def delete(self, request: Request, session_id: UUID) -> Response:
        try:
            self.do_once(partial(host_rights.withdraw_consent, self.person(), session_id))
        except load.NotFound:
            raise Problem("session.not_found") from None
        return Response(status=204)


def _listed(live_session: LiveSession, now: datetime) -> dict[str, Any]:
    return {
        "session": str(live_session.id),
        "title": live_session.title,
        "hosted": live_session.hosted,
        "starts_at": None if live_session.apart in WAITING else _iso(live_session.starts_at),
        "opens_at": _iso(live_session.starts_at) if live_session.apart in WAITING else None,
        "appointment": appointments.state_of(live_session, now),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
