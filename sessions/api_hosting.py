"""The API's side of starting, planning and hosting check-ins."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import couples
from accounts.limits import entering
from cycleproject.addresses import public_url
from sessions import hosting, records, seating
from sessions.api_base import Operation
from sessions.models import LiveSession
from sessions.problems import Problem
from sessions.titles import clean_title


def _text(value: object) -> object:
    # A bare number is a time too, to whoever reads it leniently.
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value


class Wanted(BaseModel):
    """What check-in somebody wants."""

    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)

    hosted: bool = False
    couple: Annotated[UUID, BeforeValidator(_text), Field(strict=False)] | None = None
    title: Annotated[str, AfterValidator(clean_title)] = ""
    starts_at: Annotated[AwareDatetime, BeforeValidator(_text), Field(strict=False)] | None = None
    pad: str = ""


@extend_schema(exclude=True)
class LiveSessions(Operation):
    """One's check-ins: those one sits in, those one's couple may sit down in, and those one hosts."""

    wanted = Wanted()

    def read(self, request: Request) -> None:
        """Read what is wanted. Raises Problem."""
        if request.method != "POST":
            return
        try:
            # No body at all asks for the couple's own check-in.
            self.wanted = Wanted.model_validate({} if isinstance(request.data, QueryDict) else request.data)
        except ValidationError:
            raise Problem("frame.invalid") from None

    def get(self, request: Request) -> Response:
        """Answer with those that are going on or planned."""
        found = seating.open_sessions_of(self.person())
        return Response({"next": None, "previous": None, "results": [_listed(one) for one in found]})

    def post(self, request: Request) -> Response:
        """Answer with a new check-in, or with the couple's own that has not ended."""
        try:
            return self._hosted() if self.wanted.hosted else self._partner_led()
        except hosting.BadTime:
            raise Problem("frame.invalid") from None

    def _partner_led(self) -> Response:
        couple = couples.couple_of(self.person())
        if couple is None or self.wanted.couple not in (None, couple.id):
            raise Problem("seat.not_allowed")
        hosting.check_time(self.wanted.starts_at, timezone.now())
        started = seating.start_for_couple(
            self.person(), couple, title=self.wanted.title, starts_at=self.wanted.starts_at
        )
        return Response({"session": str(started.live_session.id)}, status=201 if started.is_new else 200)

    def _hosted(self) -> Response:
        entering().spend(self.request._request, self.person().id)
        try:
            live_session = hosting.start(
                self.person(), self.wanted.couple, title=self.wanted.title, starts_at=self.wanted.starts_at
            )
        except hosting.MayNotHost:
            raise Problem("seat.not_allowed") from None
        except records.NotFound:
            raise Problem("session.not_found") from None
        assert live_session.code is not None
        link = public_url(self.request._request, reverse("join", args=[live_session.code]))
        answer = {"session": str(live_session.id), "code": live_session.code, "link": link}
        return Response(answer, status=201)


@extend_schema(exclude=True)
class HostConsent(Operation):
    """One's own yes to the host of a check-in."""

    def delete(self, request: Request, session_id: UUID) -> Response:
        """Take it back, alone and at once; again is the same."""
        try:
            hosting.take_consent_back(self.person(), session_id)
        except records.NotFound:
            raise Problem("session.not_found") from None
        return Response(status=204)


def _listed(live_session: LiveSession) -> dict[str, Any]:
    return {
        "session": str(live_session.id),
        "title": live_session.title,
        "hosted": live_session.hosted,
        "starts_at": _iso(live_session.starts_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
