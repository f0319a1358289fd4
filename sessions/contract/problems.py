"""How the API refuses: RFC 9457 problems with the codes of the one protocol."""

import json
from typing import Annotated, Any, Final

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.translation import gettext
from pydantic import Field
from rest_framework import exceptions
from rest_framework.response import Response
from typing_extensions import TypedDict

from cycleproject.api.problems import Problem
from cycleproject.database.queue import drop_connection
from cycleproject.unreadable import CannotOpen
from cycleproject.web.limits import RateLimited
from sessions.checkin.refusals import REFUSALS, Code

# RFC 9110: a 401 says how to be known. No browser asks its user for this scheme.
CHALLENGE: Final = 'X-Session-Token realm="Cycle"'
CODE_OF: dict[type[Exception], str] = {
    exceptions.ParseError: "frame.invalid",
    exceptions.ValidationError: "frame.invalid",
    exceptions.UnsupportedMediaType: "content.type",
    exceptions.NotAuthenticated: "login.required",
    exceptions.AuthenticationFailed: "login.required",
    Http404: "item.not_found",
    RateLimited: "rate.limited",
}


def answer_problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document for an error, or None for one that nobody foresaw."""
    code = error.problem_code if isinstance(error, Problem) else CODE_OF.get(type(error))
    if isinstance(error, CannotOpen):
        code = "content.cannot_open"
    if isinstance(error, exceptions.PermissionDenied):
        code = "csrf.failed" if "CSRF" in str(error.detail) else "seat.not_allowed"
    if isinstance(error, (OperationalError, InterfaceError)):
        drop_connection()
        code = "service.unavailable"
    if isinstance(error, exceptions.MethodNotAllowed):
        return problem_response("frame.invalid", status=error.status_code)
    if code is None:
        return None
    sentence = error.sentence if isinstance(error, Problem) else ""
    return problem_response(code, retry_after=getattr(error, "retry_after", None), sentence=sentence)


class ProblemShown(TypedDict):
    """Why nothing has changed (RFC 9457). ``detail`` is one sentence for people; it never depends on what is sealed."""

    type: str
    title: str
    status: int
    code: Code
    detail: Annotated[str, Field(min_length=1)]


def problem(code: str, status: int | None = None, sentence: str = "") -> ProblemShown:
    """Return one refusal, in the reader's language."""
    refusal = REFUSALS[code]
    return {
        "type": "about:blank",
        "title": code,
        "status": status or refusal.status,
        "code": code,
        "detail": sentence or gettext(refusal.sentence),
    }


def problem_response(
    code: str, retry_after: int | None = None, status: int | None = None, sentence: str = ""
) -> Response:
    """Answer with one refusal."""
    body = problem(code, status, sentence)
    response = Response(body, status=body["status"], content_type="application/problem+json")
    if retry_after is None and body["status"] == 503:
        retry_after = 5
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    if body["status"] == 401:
        response["WWW-Authenticate"] = CHALLENGE
    return response


def plain_problem(code: str, status: int | None = None) -> HttpResponse:
    """Answer with one refusal where no operation is: what its renderer writes, byte for byte."""
    body = problem(code, status)
    written = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(written, status=body["status"], content_type="application/problem+json")
