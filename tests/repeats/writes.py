"""Everything that changes something, found in the route table and the union of frames, and how to send it."""

import re
import secrets
from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from accounts.api.operation import Address
from accounts.api.repeatable import Repeatable, RepeatableQuery
from accounts.couple import pairing
from accounts.logins import BACKEND, open_login
from accounts.models import CareInvitation, CareLink, Invitation, PrivateNote, TherapistProfile, User
from accounts.my_part.api import KINDS
from sessions.contract.asyncapi import command_models, type_of
from sessions.models import LiveSession, Round
from tests.repeats.filled import PAGES as OUR_PAGES
from tests.repeats.filled_commands import COMMANDS
from tests.repeats.filled_logins import LOGINS, STAFF
from tests.repeats.filled_operations import OPERATIONS
from tests.repeats.rows import Filled, given, person_of
from tests.support.cast.api_world import World
from tests.support.routes import PARAMETER, Route, all_routes, api_routes

PAGES: Final = {**OUR_PAGES, **LOGINS, **STAFF}
FORM: Final = re.compile(r'<form\b(?=[^>]*method="post")([^>]*)>(.*?)</form>', re.DOTALL)
HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
ACTION: Final = re.compile(r'action="([^"]*)"')
IN_REGEX: Final = re.compile(r"\(\?P<(?P<name>\w+)>[^)]*\)")
WRITING: Final = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Write:
    """One thing that changes something: a form, an operation or a command."""

    kind: str  # "page", "operation" or "command"
    name: str
    method: str
    pattern: str
    takes_op: bool = False
    op_in_query: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def filled(self) -> Filled:
        """Return what to send. Fails by name where nobody has said."""
        table = {"page": PAGES, "operation": OPERATIONS, "command": COMMANDS}[self.kind]
        assert self.name in table, f"what is sent to {self.name}? Say so in tests/repeats/filled.py"
        return table[self.name]

    @property
    def names_what_can_go(self) -> bool:
        """Tell whether the address names something that can be gone."""
        return any(found["name"] in NAMED_BY for found in PARAMETER.finditer(self.pattern)) and not self.always_there

    @property
    def always_there(self) -> bool:
        """Tell whether it is about something that comes with the program, such as a checklist."""
        return "<slug:" in self.pattern

    def path(self, world: World) -> str:
        """Return the address, as it is in a world."""
        values = {"session_id": world.session, **given(self.filled.ids, world)}
        plain = IN_REGEX.sub(r"<\g<name>>", self.pattern).replace("^", "").replace("$", "")
        return "/" + PARAMETER.sub(lambda found: values[found["name"]], plain)


def pages() -> Iterator[Write]:
    """Yield every page that something can be posted to, whoever wrote it."""
    for route in all_routes():
        if isinstance(route.view, Address) or hasattr(route.view, "cls"):
            continue  # of the API
        for method in allowed_methods(route):
            if method in WRITING:
                said = [name for name in PAGES if name.partition(" (")[0] == route.pattern]
                for name in said or [route.pattern]:
                    yield Write("page", name, method, route.pattern)


def allowed_methods(route: Route) -> list[str]:
    """Return the methods that a page lets through: its decorator has them, or it says so itself."""
    view_class = getattr(route.view, "view_class", None)
    if view_class is not None:
        return ["POST"] if hasattr(view_class, "post") else ["GET"]
    if route.pattern.startswith("admin/"):
        return ["POST"]  # its pages look at what is sent to them, whatever it is
    layer = route.view
    while layer is not None:
        variables = dict(zip(layer.__code__.co_freevars, layer.__closure__ or (), strict=True))
        if "request_method_list" in variables:
            return list(variables["request_method_list"].cell_contents)
        layer = getattr(layer, "__wrapped__", None)
    request = RequestFactory().generic("TRACE", "/")
    request.session = SessionBase()  # type: ignore[assignment]  # as somebody whom nobody knows
    refused = route.view(request)
    assert refused.status_code == 405, f"{route.view} says nowhere what may be sent to it"
    return str(refused.headers["Allow"]).split(", ")


def operations() -> Iterator[Write]:
    """Yield every operation of the API that changes something, but commands; of notes, one for each kind."""
    for route in api_routes():
        if route.method not in WRITING or route.pattern.endswith("/commands/"):
            continue
        in_query = issubclass(getattr(route.operation, "asks", object), RepeatableQuery)
        for kind in KINDS if "<kind_of_note:kind>" in route.pattern else ("",):
            pattern = route.pattern.replace("<kind_of_note:kind>", kind)
            takes: Any = route.operation.takes  # type: ignore[attr-defined]
            models = [takes] if not hasattr(takes.model_fields.get("root"), "annotation") else [Repeatable]
            takes_op = in_query or any(issubclass(model, Repeatable) for model in models)
            yield Write("operation", f"{route.method} {pattern}", route.method, pattern, takes_op, in_query)


def commands() -> Iterator[Write]:
    """Yield every command."""
    for name in map(type_of, command_models()):
        yield Write("command", name, "POST", "api/v1/sessions/<uuid:session_id>/commands/", takes_op=True)


class Sender:
    """Whoever sends: one browser, or one program, with the login that they have now."""

    def __init__(self, world: World, write: Write) -> None:
        self.world, self.write = world, write
        self.person = person_of(world, write.filled.who)
        self.client = Client(raise_request_exception=False)
        self.token = ""
        self.fields = given(write.filled.fields, world)
        self.path = write.path(world)
        self.log_in()
        write.filled.first(self)

    def log_in(self) -> None:
        """Log in, or once more."""
        self.person = self.person and User.objects.filter(pk=self.person.pk).first()
        if not self.person:
            return
        if self.write.kind == "page":
            self.client.force_login(self.person, backend=BACKEND)
            self._show_it_is_me(self.person)
        else:
            self.token = open_login(self.person)

    def _show_it_is_me(self, person: User) -> None:
        request = HttpRequest()
        request.session = self.client.session
        record_authentication(request, person, "password", reauthenticated=True)
        request.session.save()

    def world_person(self) -> User:
        """Return who is logged in."""
        assert self.person
        return self.person

    def copied(self) -> "Sender":
        """Return the same one once more, with what is known now."""
        other = copy(self)
        other.client = Client(raise_request_exception=False)
        other.client.cookies = deepcopy(self.client.cookies)
        return other

    def open(self) -> dict[str, Any]:
        """Open the form in a window, or begin a request: return what is sent from there each time."""
        if self.write.kind != "page":
            return {"op": secrets.token_urlsafe(16)} if self.write.takes_op else {}
        shown = self.client.get(self.write.filled.on or self.path)
        assert shown.status_code < 500, (shown.status_code, shown.content[:300])
        page = shown.content.decode()
        typed = dict(self.write.filled.seen(self, page))
        for attributes, inside in FORM.findall(page):
            action = ACTION.search(attributes)
            if (action[1] if action else self.write.filled.on or self.path) == self.path:
                return {**{name: unescape(value) for name, value in HIDDEN.findall(inside)}, **typed}
        return typed

    def send(self, named: dict[str, Any], *, lost: bool = False) -> Any:
        """Send it. A lost answer brings no cookies."""
        before = deepcopy(self.client.cookies)
        if self.write.kind == "page":
            answer: Any = self.client.post(self.path, {**named, **self.fields})
        else:
            answer = self._ask(named)
        if lost:
            self.client.cookies = before
        return answer

    def _ask(self, named: dict[str, Any]) -> HttpResponse:
        headers = {"x-session-token": self.token} if self.token else {}
        path, body = self.path, {**named, **self.fields}
        if self.write.kind == "command":
            body["type"] = self.write.name
        if self.write.op_in_query:
            path, body = f"{path}?op={named['op']}", self.fields
        how = {"data": body, "content_type": "application/json"} if body or self.write.method != "DELETE" else {}
        answer: HttpResponse = getattr(self.client, self.write.method.lower())(path, headers=headers, **how)
        return answer


def said_in(answer: Any) -> tuple[Any, ...]:
    """Return what an answer says, without what cannot be the same twice: a token, a moment, and what hides a length."""
    told = answer.json() if "json" in answer.headers.get("Content-Type", "") else None
    told = {key: value for key, value in told.items() if key not in ("token", "pad", "reply")} if told else None
    return answer.status_code, answer.headers.get("Location"), told


def gone(write: Write, world: World) -> None:
    """Let what it is about be gone: what the address names; the couple and what is open, where it names nothing."""
    ids = {"session_id": world.session, **given(write.filled.ids, world)}
    names = [found["name"] for found in PARAMETER.finditer(write.pattern)]
    person = person_of(world, write.filled.who)
    if not names and person:
        pairing.unpair(person)
    if not names or {"token", "code"} & set(names):
        Invitation.objects.all().delete()
        CareInvitation.objects.all().delete()
    for name in set(names) & set(NAMED_BY):
        NAMED_BY[name](ids[name])


NAMED_BY: Final[dict[str, Callable[[str], object]]] = {
    "session_id": lambda name: LiveSession.objects.filter(id=name).delete(),
    "history_id": lambda name: Round.objects.filter(history_id=name).delete(),
    "link_id": lambda name: CareLink.objects.filter(id=name).delete(),
    "note_id": lambda name: PrivateNote.objects.filter(id=name).delete(),
    "pk": lambda name: Authenticator.objects.filter(pk=name).delete(),
    "object_id": lambda name: _gone_from_the_admin(name),
    "login_id": lambda name: UserSession.objects.filter(id=name).delete(),
    "code": lambda name: LiveSession.objects.filter(code=name).delete(),
    "token": lambda name: Invitation.objects.all().delete(),
}


def _gone_from_the_admin(name: str) -> None:
    models: tuple[Any, ...] = (TherapistProfile,) if name.isdigit() else (User, LiveSession)
    for model in models:
        model.objects.filter(pk=name).delete()
