"""API operations for starting and joining a check-in, and the library of moments."""

from functools import partial

from django.http import HttpRequest
from django.urls import reverse
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import partners
from accounts.api.operation import Operation
from accounts.api.repeatable import Made, RepeatableOperation
from accounts.logins import Login, open_login
from accounts.models import User
from accounts.person.rename import rename
from cycleproject.api.problems import Problem
from cycleproject.web.addresses import public_url
from cycleproject.web.limits import join_limit, wrong_code_limit
from sessions.contract import api_shapes
from sessions.joining.codes import find_by_code, is_passed_on, link_path, room_by_code
from sessions.joining.join import UnknownCode, join_by_code
from sessions.joining.start import own_room, start_with_code
from sessions.words.translated import themes


def links_to(request: HttpRequest, code: str) -> dict[str, str]:
    """Return both links that somebody may pass on: programs of before know one without a key."""
    return {
        "link": public_url(request, reverse("join", args=[code])),
        "link_with_key": public_url(request, link_path(code)),
    }


class Entering(RepeatableOperation):
    """A way in for whoever has no login yet; somebody who has one comes in as who they are."""

    needs_login = False
    permission_classes = (AllowAny,)

    def comer(self) -> User:
        """Return who comes in: a new guest, or somebody with a login under this name.

        A program says the name on purpose, as a page that asks whoever has the browser does not. In a check-in that is
        going on nobody is renamed by it all the same.
        """
        user, first_name = self.request.user, self.body(api_shapes.FirstNameGiven).first_name
        if not isinstance(user, User):
            return User.objects.create_guest(first_name)
        if own_room(user) is None:
            rename(user, first_name)
        return user

    def token(self, comer: User | None) -> str:
        """Return what they go on with."""
        assert comer is not None, "somebody has come in"
        return self.request.headers["X-Session-Token"] if isinstance(self.request.auth, Login) else open_login(comer)


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
        made = self.made_before() or self._started()
        links = links_to(request._request, made.told["code"])
        return Response({"token": self.token(made.person), **made.told, **links}, status=201)

    def _started(self) -> Made:
        join_limit().spend(self.request._request)
        if isinstance(self.request.user, User) and partners.in_account_couple(self.request.user):
            raise Problem("couple.not_free")  # a code would open for nobody
        return self.make_once(self._make)

    def _make(self) -> Made:
        starter = self.comer()
        live_session = start_with_code(starter)
        return Made(starter, {"session": str(live_session.id), "code": live_session.code})


class Join(Entering):
    """Take the free seat behind a code, which is used up by it; looking at a code is not possible here."""

    takes = api_shapes.FirstNameGiven
    asks = api_shapes.LinkQuery
    examples = {"name": {"first_name": "Ben"}}
    gives = {201: api_shapes.Joined}
    refuses = ("code.not_found",)

    def post(self, request: Request, code: str) -> Response:
        """Answer with a token and the check-in."""
        made = self.made_before() or self._joined(code)
        return Response({"token": self.token(made.person), **made.told}, status=201)

    def _joined(self, code: str) -> Made:
        asking, user = self.request._request, self.request.user
        # Who sits there is led back however many others have guessed at this address; to them it tells nothing.
        is_seated = isinstance(user, User) and room_by_code(user, code) is not None
        if not is_seated:
            join_limit().check(asking)
        # Who comes by a link has guessed nothing, and waits for nobody who guesses at the same address.
        passed_on = is_passed_on(code, self.query(api_shapes.LinkQuery).key)
        if not is_seated and not passed_on:
            wrong_code_limit().check(asking)
        try:
            made = self.make_once(partial(self._make, code))
        except UnknownCode:
            if not passed_on:
                wrong_code_limit().spend(asking)
            raise Problem("code.not_found") from None
        if not is_seated:
            join_limit().spend(asking)
        return made

    def _make(self, code: str) -> Made:
        if not isinstance(self.request.user, User) and find_by_code(code) is None:
            raise UnknownCode  # without making somebody for it
        joiner = self.comer()
        # A client asks before it joins: joining a hosted check-in here is the yes (see docs/protocol.md).
        live_session = join_by_code(joiner, code, agrees_to_host=True)
        return Made(joiner, {"session": str(live_session.id)})


class Moments(Operation):
    """The starter library of moments, by theme."""

    gives = {200: api_shapes.Library}

    def get(self, request: Request) -> Response:
        return Response({"next": None, "previous": None, "results": themes()})
