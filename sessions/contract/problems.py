"""How the API refuses: RFC 9457 problems with the codes of the one protocol."""

from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext
from rest_framework import exceptions
from rest_framework.response import Response

from cycleproject.api.problems import Problem
from cycleproject.database.queue import drop_connection
from cycleproject.web.limits import RateLimited
from sessions.checkin import wire
from sessions.words import wording

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
    if isinstance(error, exceptions.PermissionDenied):
        code = "csrf.failed" if "CSRF" in str(error.detail) else "seat.not_allowed"
    if isinstance(error, (OperationalError, InterfaceError)):
        drop_connection()
        code = "service.unavailable"
    if isinstance(error, exceptions.MethodNotAllowed):
        return problem_response("frame.invalid", status=error.status_code)
    if code is None:
        return None
    return problem_response(code, retry_after=getattr(error, "retry_after", None))


def problem_response(code: str, retry_after: int | None = None, status: int | None = None) -> Response:
    """Return one refusal."""
    status = status or wire.HTTP_STATUS[code]
    body = {
        "type": "about:blank",
        "title": code,
        "status": status,
        "code": code,
        "detail": gettext(wording.REFUSALS[code]),
    }
    response = Response(body, status=status, content_type="application/problem+json")
    if retry_after is None and status == 503:
        retry_after = 5
    if retry_after is not None:
        response["Retry-After"] = str(retry_after)
    return response
