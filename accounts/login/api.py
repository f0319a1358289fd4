"""API operations for logging in with a token, and out."""

from typing import Annotated

from django.contrib.auth import logout
from django.utils.translation import gettext
from pydantic import Field
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.login import token_logins
from accounts.logins import Login
from cycleproject.api.bodies import Body, Given
from cycleproject.api.problems import Problem


class Credentials(Body):
    """An account's address and password; the code once a second step is set up, from an app or a recovery code."""

    email: Annotated[str, Field(max_length=254)]
    password: Annotated[str, Field(max_length=1000, repr=False)]
    code: Annotated[str, Field(max_length=40)] | None = None


class Token(Given):
    """What goes into ``X-Session-Token``. It is the login itself: whoever has it is logged in."""

    token: str


class LogIn(Operation):
    """Log in with an account, and get a token.

    The login stands in the person's list of logins, where they can end it. A wrong password is answered as an address
    that is nobody's. A right password without the second step is answered `login.second_factor`: send it again, with
    `code`. A code that is not right is answered with the same code of refusal, and says so in `detail`.
    """

    authentication_classes = ()  # a cookie or a token that comes along is not asked
    permission_classes = (AllowAny,)
    takes = Credentials
    gives = {200: Token}
    refuses = ("login.required", "login.second_factor", "content.cannot_open")
    examples = {"password": {"email": "ana@example.org", "password": "a password of five plain words"}}

    def post(self, request: Request) -> Response:
        asked = self.body(Credentials)
        try:
            token = token_logins.log_in(request._request, asked.email, asked.password, asked.code)
        except token_logins.WrongSecondFactor:
            sentence = gettext("This code is not right, or no longer; please try the newest one from your app.")
            raise Problem("login.second_factor", sentence=sentence) from None
        except token_logins.SecondFactorNeeded:
            raise Problem("login.second_factor") from None
        except token_logins.WrongCredentials:
            raise Problem("login.required") from None
        return Response(Token(token=token).model_dump())

    def get_authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that a wrong password is 401."""
        return "X-Session-Token"


class LogOut(Operation):
    """End the login that asks. What is open with it closes at once."""

    gives = {204: None}

    def post(self, request: Request) -> Response:
        login = self.login()
        if not isinstance(request.auth, Login):
            logout(request._request)
        token_logins.end_login(login)
        return Response(status=204)
