"""API operations for starting and joining a check-in, and the library of moments."""

from django.db import transaction
from django.urls import reverse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import partners
from accounts.api.operation import Operation
from accounts.logins import Login, open_login
from accounts.models import User
from accounts.person.rename import rename
from cycleproject.api.problems import Problem
from cycleproject.web.addresses import public_url
from cycleproject.web.limits import join_limit, wrong_code_limit
from sessions.contract import api_shapes
from sessions.joining.codes import find_by_code
from sessions.joining.join import UnknownCode, join_by_code
from sessions.joining.start import start_with_code
from sessions.words.translated import themes


class Entering(Operation):
    """The base of operations that a client without a login may use: it gets a guest and a token."""

    permission_classes = (AllowAny,)

    def comer(self, first_name: str) -> User:
        """Return the logged-in person, or a new guest with this name."""
        if not isinstance(self.request.user, User):
            return User.objects.create_guest(first_name)
        rename(self.request.user, first_name)
        return self.request.user

    def token(self, comer: User) -> str:
        """Return the login key to answer with: a new one, or that of the request."""
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
        join_limit().spend(request._request)
        if isinstance(request.user, User) and partners.in_account_couple(request.user):
            raise Problem("couple.not_free")  # a code would open for nobody
        with transaction.atomic():
            starter = self.comer(self.body(api_shapes.FirstNameGiven).first_name)
            live_session = start_with_code(starter)
        assert live_session.code is not None
        link = public_url(request._request, reverse("join", args=[live_session.code]))
        started = {
            "token": self.token(starter),
            "session": str(live_session.id),
            "code": live_session.code,
            "link": link,
        }
        return Response(started, status=201)


class Join(Entering):
    """Take the free seat behind a code, which is used up by it; looking at a code is not possible here."""

    takes = api_shapes.FirstNameGiven
    examples = {"name": {"first_name": "Ben"}}
    gives = {201: api_shapes.Joined}
    refuses = ("code.not_found",)

    def post(self, request: Request, code: str) -> Response:
        join_limit().check(request._request)
        wrong_code_limit().check(request._request)
        try:
            with transaction.atomic():
                if find_by_code(code) is None:
                    raise UnknownCode
                joiner = self.comer(self.body(api_shapes.FirstNameGiven).first_name)
                # A client asks before it joins: joining a hosted check-in here is the yes (see docs/protocol.md).
                live_session = join_by_code(joiner, code, agrees_to_host=True)
        except UnknownCode:
            wrong_code_limit().spend(request._request)
            raise Problem("code.not_found") from None
        join_limit().spend(request._request)
        return Response({"token": self.token(joiner), "session": str(live_session.id)}, status=201)


class Moments(Operation):
    """The starter library of moments, by theme."""

    gives = {200: api_shapes.Library}

    def get(self, request: Request) -> Response:
        return Response({"next": None, "previous": None, "results": themes()})
