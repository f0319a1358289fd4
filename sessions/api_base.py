"""What every operation of the API shares: who asks, what may come in, how it goes out."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.limits import asking
from accounts.logins import Login, login_from_key
from accounts.models import User
from sessions import protocol
from sessions.problems import Problem


class StrictJSONParser(BaseParser):
    """Reads a body as strictly as a frame."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """Decode the body. Raises Problem."""
        largest: int = parser_context["view"].largest_body
        body: bytes = stream.read(largest + 1)
        if len(body) > largest:
            raise Problem("content.too_large")
        try:
            return protocol.decode_json(body.decode())
        except (protocol.BadFrame, UnicodeDecodeError):
            raise Problem("frame.invalid") from None


class PaddedJSONRenderer(JSONRenderer):
    """Writes an answer as a frame is written: padded, where it carries a reveal."""

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        """Encode the answer."""
        if isinstance(data, dict) and protocol.carries_reveal(data):
            return protocol.encode(data).encode()
        rendered: bytes = super().render(data, accepted_media_type, renderer_context)
        return rendered


class OnlyJSON(DefaultContentNegotiation):
    """Answers in the one format there is, whatever a client says it would accept."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        """Return the renderer and its media type."""
        return renderers[0], renderers[0].media_type


class TokenAuthentication(BaseAuthentication):
    """Logs in by X-Session-Token, the key of a login that a client without cookies was given."""

    def authenticate(self, request: Request) -> tuple[User, Login] | None:
        """Return the person behind the token."""
        token = request.headers.get("X-Session-Token")
        if token is None:
            return None
        login = login_from_key(token)
        if login is None:
            raise Problem("login.required")
        return User.objects.get(id=login.user_id), login

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that no login is 401."""
        return "X-Session-Token"


class CookieAuthentication(SessionAuthentication):
    """Logs in by cookie, with CSRF protection."""

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme, so that no login is 401."""
        return "Cookie"


class Operation(APIView):
    """One operation of the API."""

    authentication_classes = (TokenAuthentication, CookieAuthentication)
    parser_classes = (StrictJSONParser,)
    renderer_classes = (PaddedJSONRenderer,)
    content_negotiation_class = OnlyJSON
    largest_body = protocol.MAX_FRAME_BYTES

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse in the order of the protocol: what cannot be read comes before who asks. Raises Problem."""
        self.read(request)
        super().initial(request, *args, **kwargs)
        if isinstance(request.user, User):
            asking().spend(request._request, request.user.id)

    def read(self, request: Request) -> None:
        """Read the body. Raises Problem."""
        _ = request.data

    def person(self) -> User:
        """Return who asks."""
        assert isinstance(self.request.user, User)
        return self.request.user

    def login(self) -> Login:
        """Return the login that asks. Raises Problem."""
        request: HttpRequest = self.request._request
        if isinstance(self.request.auth, Login):
            return self.request.auth
        login = login_from_key(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
        if login is None:
            raise Problem("login.required")
        return login


def only_field(data: Any, name: str) -> str:
    """Return the one text that a body holds. Raises Problem."""
    if not isinstance(data, dict) or not set(data) <= {name, "pad"} or not isinstance(data.get(name), str):
        raise Problem("frame.invalid")
    text: str = data[name]
    return text
