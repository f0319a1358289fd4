"""Field types, models and paging that API bodies and answers about people share."""

from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from pydantic import AfterValidator, Field, PlainSerializer
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination

from accounts.api.operation import Operation
from accounts.models import FIRST_NAME_LENGTH, LONG_TEXT_LENGTH, SHORT_TEXT_LENGTH
from accounts.person.names import clean_name
from cycleproject.api.bodies import Given, Query
from cycleproject.api.problems import Problem
from cycleproject.text import clean, filled
from cycleproject.web.addresses import url_for_asker
from cycleproject.web.time_zones import zone_named

PAGE_SIZE: Final = 50


def as_instant(at: datetime) -> str:
    """Return a moment as it is on the wire."""
    return at.isoformat().replace("+00:00", "Z")


# Described as it is on the wire, and still a moment for whoever fills it in.
Instant = Annotated[datetime, PlainSerializer(as_instant, return_type=str)]
FirstName = Annotated[
    str,
    Field(max_length=FIRST_NAME_LENGTH * 8, json_schema_extra={"minLength": 1, "maxLength": FIRST_NAME_LENGTH}),
    AfterValidator(clean_name),
]


def cleaned_up_to(most: int) -> AfterValidator:
    """Return what brings a text of one's own into the form that it is kept in."""
    return AfterValidator(partial(clean, most=most, lines=True, tabs=True))


LongText = Annotated[str, cleaned_up_to(LONG_TEXT_LENGTH), Field(json_schema_extra={"maxLength": LONG_TEXT_LENGTH})]
LongWords = Annotated[
    str,
    cleaned_up_to(LONG_TEXT_LENGTH),
    AfterValidator(filled),
    Field(json_schema_extra={"minLength": 1, "maxLength": LONG_TEXT_LENGTH}),
]
ShortWords = Annotated[
    str,
    cleaned_up_to(SHORT_TEXT_LENGTH),
    AfterValidator(filled),
    Field(json_schema_extra={"minLength": 1, "maxLength": SHORT_TEXT_LENGTH}),
]


def _zone(name: str) -> str:
    if zone_named(name) is None:
        raise ValueError("no such time zone")
    return name


TimeZoneName = Annotated[
    str,
    Field(max_length=64, description="The name of a time zone (IANA) whose days and months are meant; UTC without it."),
    AfterValidator(_zone),
]


class PageQuery(Query):
    """A query string with the cursor of a page, for lists."""

    cursor: Annotated[str, Field(max_length=200, description="From `next` or `previous`.")] | None = None


class Page(Given):
    """One page of a list; ``next`` and ``previous`` are URLs, null at the ends."""

    next: str | None
    previous: str | None


class _Cursors(CursorPagination):
    page_size = PAGE_SIZE


def page_of(operation: Operation, rows: Any, ordering: tuple[str, ...]) -> tuple[list[Any], dict[str, str | None]]:
    """Return one page of rows, and the URLs of the pages beside it. Raises Problem for a bad cursor."""
    cursors = _Cursors()
    cursors.ordering = ordering
    try:
        found: Any = cursors.paginate_queryset(rows, operation.request, view=operation)
    except (NotFound, ValidationError, OverflowError):  # a cursor that was made up
        raise Problem("frame.invalid") from None
    beside = {"next": cursors.get_next_link(), "previous": cursors.get_previous_link()}
    return list(found or ()), {name: _under_our_host(operation, link) for name, link in beside.items()}


def _under_our_host(operation: Operation, link: str | None) -> str | None:
    if link is None:
        return None
    return url_for_asker(operation.request._request, urlsplit(link)._replace(scheme="", netloc="").geturl())


class InvitationShown(Given):
    """An invitation. Its link is told this once, works once, and until ``expires``."""

    url: str
    code: str
    expires: Instant
