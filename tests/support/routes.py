"""Every address there is, read from the URL table: a new one is found here without being named anywhere."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from accounts.api.operation import Address, Nowhere
from accounts.my_part.api import KINDS

PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
# Whoever wrote them tests them; ours begin where theirs are entered.
NOT_OURS = ("admin/", "accounts/")


@dataclass(frozen=True)
class Route:
    """One address as it stands in the table."""

    pattern: str
    view: Any

    @property
    def written_in(self) -> str:
        """Return the module of what answers GET there."""
        if isinstance(self.view, Address):
            return self.view.operations["GET"].__module__
        return str(getattr(self.view, "view_class", self.view).__module__)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Return the names of what has to be filled in."""
        return tuple(found["name"] for found in PARAMETER.finditer(self.pattern))

    def filled(self, **values: str) -> str:
        """Return the path with its parameters filled in."""
        return "/" + PARAMETER.sub(lambda found: values[found["name"]], self.pattern)


@dataclass(frozen=True)
class ApiRoute(Route):
    """One method at one address of the API."""

    method: str
    operation: type[APIView]

    def __str__(self) -> str:
        return f"{self.method} {self.pattern}"


def routes() -> list[Route]:
    """Return every address that is ours."""
    return [one for one in all_routes() if not one.pattern.startswith(NOT_OURS)]


def all_routes() -> list[Route]:
    """Return every address, whoever wrote what answers there."""
    return list(under(get_resolver().url_patterns))


def api_routes() -> list[ApiRoute]:
    """Return every operation of the API."""
    return [operation for route in routes() for operation in _operations(route)]


NOWHERE = "00000000-0000-4000-8000-000000000000"
# What to look at, by what a parameter is called, or for ids of anything by their form.
LOOKED_AT = {
    "kind_of_note:kind": tuple(KINDS),
    "slug:name": ("triggers", "wishes"),
    "slug:code": ("drained",),
    "str:code": ("BBBBBB",),
    "str:token": ("A" * 22,),
    "anything:nowhere": ("v1/nothing/",),
    "uuid": (NOWHERE,),
    "int": ("1",),
}


# What knows nothing of check-ins is asked in turns, a third at each look: whoever wrote it may not import what does
# (see tests/house).
KNOWS_CHECK_INS = "sessions."
TURNS = 3


def to_look_at(look: int, session: str, rounds: Iterable[str] = ()) -> Iterator[str]:
    """Yield the paths that GET is asked of at one look of several, for somebody in a check-in with these rounds."""
    for number, route in enumerate(_with_get()):
        if route.written_in.startswith(KNOWS_CHECK_INS) or number % TURNS == look % TURNS:
            yield from _paths(route, session, rounds)


def everything_to_look_at(session: str, rounds: Iterable[str] = ()) -> Iterator[str]:
    """Yield every path that GET may be asked of, for somebody in a check-in with these rounds."""
    for route in _with_get():
        yield from _paths(route, session, rounds)


def _with_get() -> list[Route]:
    return [one for one in routes() if not (isinstance(one.view, Address) and "GET" not in one.view.operations)]


def _paths(route: Route, session: str, rounds: Iterable[str]) -> Iterator[str]:
    there = {"session_id": (session,), "history_id": (NOWHERE, *rounds)}
    choices = []
    for found in PARAMETER.finditer(route.pattern):
        converter, name = found["converter"], found["name"]
        known = LOOKED_AT.get(f"{converter}:{name}") or LOOKED_AT[converter]
        choices.append(there.get(name, known))
    for values in product(*choices):
        yield route.filled(**dict(zip(route.parameters, values, strict=True)))


def under(patterns: list[Any], before: str = "") -> Iterator[Route]:
    """Yield every address of a URL table."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from under(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield Route(before + str(pattern.pattern), pattern.callback)


def _operations(route: Route) -> Iterator[ApiRoute]:
    if isinstance(route.view, Address):
        for method, operation in route.view.operations.items():
            yield ApiRoute(route.pattern, route.view, method, operation)
    elif (operation := getattr(route.view, "cls", None)) and operation is not Nowhere:
        for method in sorted({*operation().allowed_methods} - {"OPTIONS", "HEAD"}):
            yield ApiRoute(route.pattern, route.view, method, operation)
