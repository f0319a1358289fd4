"""The API's operations on check-ins: the same parser, rules, commands and snapshots as the socket and the pages."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import couples
from accounts.api.base import Operation
from accounts.limits import entering, wrong_codes
from accounts.logins import Login, open_login
from accounts.models import User
from accounts.people import rename
from cycleproject.addresses import public_url
from cycleproject.problems import Problem
from sessions import api_shapes, commands, frames, protocol, records, seating
from sessions.models import LiveSession
from sessions.room_page import themes
from sessions.snapshots import Viewer, snapshot_for


class Entering(Operation):
    """A way in for whoever has no login yet; somebody who has one comes in as who they are."""

    permission_classes = (AllowAny,)

    def comer(self, first_name: str) -> User:
        """Return who comes in under this name."""
        if not isinstance(self.request.user, User):
            return User.objects.create_guest(first_name)
        rename(self.request.user, first_name)
        return self.request.user

    def token(self, comer: User) -> str:
        """Return what they go on with."""
        return self.request.auth.session_key if isinstance(self.request.auth, Login) else open_login(comer)


class Start(Entering):
    """Start a check-in that waits for whoever posts its code first.

    Without a login this makes a guest, who stays for a day. Two accounts who are a couple need no code: they
    `POST sessions/`.
    """

    takes = api_shapes.FirstNameGiven
    examples = {"name": {"first_name": "Ana"}}
    gives = {201: api_shapes.Started}
    refuses = ("couple.not_free",)

    def post(self, request: Request) -> Response:
        """Answer with a token, the check-in, and the code and link for the other person."""
        entering().spend(request._request)
        if isinstance(request.user, User) and couples.is_settled(request.user):
            raise Problem("couple.not_free")  # a code would open for nobody
        with transaction.atomic():
            starter = self.comer(self.body(api_shapes.FirstNameGiven).first_name)
            live_session = seating.start_with_code(starter)
        assert live_session.code is not None
        link = public_url(request._request, reverse("join", args=[live_session.code]))
        started = {"token": self.token(starter), **_found(live_session), "code": live_session.code, "link": link}
        return Response(started, status=201)


class Join(Entering):
    """Take the free seat behind a code, which is used up by it; looking at a code is not possible here."""

    takes = api_shapes.FirstNameGiven
    examples = {"name": {"first_name": "Ben"}}
    gives = {201: api_shapes.Joined}
    refuses = ("code.not_found",)

    def post(self, request: Request, code: str) -> Response:
        """Answer with a token and the check-in."""
        entering().check(request._request)
        wrong_codes().check(request._request)
        try:
            with transaction.atomic():
                if seating.by_code(code) is None:
                    raise seating.UnknownCode
                joiner = self.comer(self.body(api_shapes.FirstNameGiven).first_name)
                # A client asks before it joins: joining a hosted check-in here is the yes (see docs/protocol.md).
                live_session = seating.join_by_code(joiner, code, agrees_to_host=True)
        except seating.UnknownCode:
            wrong_codes().spend(request._request)
            raise Problem("code.not_found") from None
        entering().spend(request._request)
        return Response({"token": self.token(joiner), **_found(live_session)}, status=201)


class Moments(Operation):
    """The starter library of moments, by theme."""

    gives = {200: api_shapes.Library}

    def get(self, request: Request) -> Response:
        """Answer with all of it."""
        return Response({"next": None, "previous": None, "results": themes()})


class OneLiveSession(Operation):
    """Show one check-in as one viewer may see it now."""

    gives = {200: api_shapes.SnapshotGiven}
    refuses = ("session.not_found", "seat.not_allowed")

    def get(self, request: Request, session_id: UUID) -> Response:
        """Answer with the snapshot."""
        return Response({"session": _snapshot(_place(self.person(), session_id))})


class TakeSeat(Operation):
    """Take one's own seat in a check-in of one's couple; again is the same."""

    gives = {200: api_shapes.SnapshotGiven}
    refuses = ("session.not_found", "seat.not_allowed")

    def post(self, request: Request, session_id: UUID) -> Response:
        """Answer with the snapshot."""
        try:
            seating.take_seat(self.person().id, session_id)
        except records.NotFound:
            raise Problem("session.not_found") from None
        return Response({"session": _snapshot(_place(self.person(), session_id))})


class Commands(Operation):
    """Carry out one command, the same frame that goes over the socket: docs/protocol.md says what each one does.

    An `op` that comes again, over any transport, is acknowledged and changes nothing.
    """

    takes = api_shapes.AnyCommand
    gives = {200: api_shapes.CommandAnswered}
    refuses = api_shapes.REFUSED_COMMANDS

    def read(self, request: Request) -> frames.Command:
        """Return the command. Raises Problem."""
        try:
            return protocol.command_from(request.data)
        except protocol.BadFrame:
            raise Problem("frame.invalid") from None

    def post(self, request: Request, session_id: UUID) -> Response:
        """Answer with the reply and the snapshot."""
        command: frames.Command = self._asked
        answer = commands.execute(self.login(), session_id, command)
        if answer.code:
            raise Problem(answer.code)
        place = _place(self.person(), session_id, even_after_leaving=True)
        return Response({"reply": protocol.ack(command.op), "session": _snapshot(place)})


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
