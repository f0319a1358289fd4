"""The base class of every API operation, which says who asks, what may come in and what it promises to answer.

How bodies are parsed and answers rendered, and what a refusal's code means, is set in ``REST_FRAMEWORK``: the same
strict parser serves the socket, of which ``accounts`` knows nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from pydantic import BaseModel
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.logins import Login, login_from_token
from accounts.models import User
from accounts.person.current_person import is_gone
from cycleproject.api.bodies import LARGEST_BODY, Body, OnlyJSON, Query, read_as
from cycleproject.api.problems import Problem
from cycleproject.web.limits import request_limit

M = TypeVar("M", bound=BaseModel)


class TokenAuthentication(BaseAuthentication):
    """Authenticates by the header X-Session-Token: the key of a login that a client without cookies was given."""

    def authenticate(self, request: Request) -> tuple[User, Login] | None:
        """Return the person and login behind the token, or None without one.

        Raises Problem if it is not valid; where no login is needed it is then as good as none.
        """
        token = request.headers.get("X-Session-Token")
        if token is None:
            return None
        login = login_from_token(token)
        person = User.objects.filter(id=login.user_id).first() if login else None
        if login is None or person is None:
            operation = (request.parser_context or {}).get("view")
            if isinstance(operation, Operation) and not operation.needs_login:
                return None
            raise Problem("login.required")
        return person, login

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that no login is 401."""
        return "X-Session-Token"


class CookieAuthentication(SessionAuthentication):
    """Authenticates by the session cookie, with CSRF protection."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that no login is 401."""
        return "Cookie"


class Operation(APIView):
    """One operation of the API: one HTTP method at one path, with its promise as class attributes."""

    authentication_classes: Sequence[type[BaseAuthentication]] = (TokenAuthentication, CookieAuthentication)
    content_negotiation_class = OnlyJSON

    # The operation's promise, which the schema is written from.
    takes: ClassVar[type[BaseModel]] = Body
    asks: ClassVar[type[BaseModel]] = Query
    gives: ClassVar[Mapping[int, Any]] = {}
    also_as: ClassVar[tuple[str, ...]] = ()  # other media types that what it gives may come as
    refuses: ClassVar[tuple[str, ...]] = ()
    examples: ClassVar[Mapping[str, Any]] = {}
    needs_login: ClassVar[bool] = True
    largest_body: ClassVar[int] = LARGEST_BODY

    _asked: Any = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Parse, then authenticate, then count: a request that cannot be read is refused first. Raises Problem."""
        self._asked = self.read(request)
        self._query = read_as(self.asks, _single_values(request.query_params))
        super().initial(request, *args, **kwargs)
        if isinstance(request.user, User):
            request_limit().spend(request._request, request.user.id)

    def handle_exception(self, exc: Exception) -> Response:
        """Answer with a refusal, also to somebody who was deleted while this request of theirs was on its way."""
        # While the database is away nobody can be asked for.
        if not isinstance(exc, (APIException, OperationalError, InterfaceError)) and is_gone(self.request.user):
            exc = Problem("login.required")
        return super().handle_exception(exc)

    def read(self, request: Request) -> Any:
        """Validate the request's body as the model ``takes``. Raises Problem."""
        return read_as(self.takes, request.data)

    def body(self, model: type[M]) -> M:
        """Return the validated body, typed as its model."""
        assert isinstance(self._asked, model)
        return self._asked

    def query(self, model: type[M]) -> M:
        """Return the validated query string, typed as its model."""
        assert isinstance(self._query, model)
        return self._query

    def person(self) -> User:
        """Return the person whom the token or cookie has authenticated."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def login(self) -> Login:
        """Return the login, by token or cookie, that authenticated the request. Raises Problem."""
        request: HttpRequest = self.request._request
        if isinstance(self.request.auth, Login):
            return self.request.auth
        login = login_from_token(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        if login is None:
            raise Problem("login.required")
        return login


class _NoOperation(Operation):
    """Answers 405 to a method that a path does not have."""

    methods: tuple[str, ...] = ()

    @property
    def allowed_methods(self) -> list[str]:
        """Return the methods that the path has, for the Allow header."""
        return list(self.methods)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything is read or anybody authenticated. Raises MethodNotAllowed."""
        raise MethodNotAllowed(request.method or "")


class Nowhere(Operation):
    """Answers 404 at paths without an operation, the same as for an item that is not the asker's."""

    schema = None
    authentication_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse before anything is read or anybody authenticated. Raises Problem."""
        raise Problem("item.not_found")


METHODS: Final = ("GET", "POST", "PUT", "DELETE")


class Address:
    """The view of one path: dispatches each HTTP method to the operation that has it."""

    def __init__(self, *operations: type[Operation]) -> None:
        self.operations: dict[str, type[Operation]] = {
            method: operation for operation in operations for method in METHODS if hasattr(operation, method.lower())
        }
        assert len(self.operations) == len(operations), "each operation has one method"
        # What the REST framework looks for when it lists addresses.
        self.cls: type[Operation] = type("Address", (_NoOperation,), {"methods": tuple(self.operations)})
        self.initkwargs: dict[str, Any] = {}
        self._no_operation = self.cls.as_view()
        self._views: dict[str | None, Callable[..., HttpResponseBase]] = {
            method: operation.as_view() for method, operation in self.operations.items()
        }
        self._views["HEAD"] = self._views.get("GET") or self._no_operation
        self.csrf_exempt = True  # the operations ask for themselves, where there is a cookie

    def __call__(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """Pass a request on to the operation of its method."""
        answer: HttpResponseBase = self._views.get(request.method, self._no_operation)(request, **kwargs)
        return answer


def _single_values(query: Any) -> dict[str, str]:
    if any(len(values) != 1 for _, values in query.lists()):
        raise Problem("frame.invalid")
    return {name: values[0] for name, values in query.lists()}
