"""Log formatters and request ids: a line says where and what kind of thing happened, never what a person wrote."""

import json
import logging
import re
import secrets
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Final

ExceptionInformation = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

REQUEST_LOGGERS = ("django.server", "django.channels.server")  # runserver's: a whole address on each line
# Short and plain: what a stranger sends with a request may neither fill a log nor forge a line of it.
REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIds:
    """ASGI middleware that gives each request an id for its log lines.

    An id that a proxy sent along goes back with the answer. One that was made here does not: by it, two answers that
    must be equal to the byte, such as two refusals, would differ.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Set the request's id while the application answers."""
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        taken_over = REQUEST_ID.fullmatch(given) is not None
        token = request_id.set(given.decode() if taken_over else secrets.token_hex(16))

        async def send_named(message: dict[str, Any]) -> None:
            if taken_over and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), (b"x-request-id", given)]}
            await send(message)

        try:
            await self.application(scope, receive, send_named)
        finally:
            request_id.reset(token)


class ContentFreeFormatter(logging.Formatter):
    """Write one line for each entry; for an error, where it happened and its kind, without its message.

    A database or validation error quotes the value it refused: that can be the words of a mark.
    """

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as text; another handler's copy of the error is not used."""
        record.exc_text = None  # another handler may have left the error there in full
        try:
            return super().format(record)
        finally:
            record.exc_text = None

    def formatException(self, ei: ExceptionInformation) -> str:
        """Return the lines that an error passed through, and its class; not its message."""
        kind, _error, trace = ei
        if kind is None:
            return ""
        frames = traceback.extract_tb(trace)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        return "\n".join([*places, f"{kind.__module__}.{kind.__qualname__}"])

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line with the request's id, without what ``without_content`` removes."""
        record.message = without_content(record)
        if name := request_id.get():
            record.message += f" (request {name})"
        return super().formatMessage(record)


class JSONFormatter(ContentFreeFormatter):
    """Write each entry as one JSON object on one line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the entry as JSON, with the same fields and omissions as the plain format."""
        record.message = record.getMessage()
        entry: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_content(record),
        }
        if name := request_id.get():
            entry["request_id"] = name
        if record.exc_info:
            *places, kind = self.formatException(record.exc_info).splitlines() or [""]
            entry |= {"error": kind, "places": [place.strip() for place in places]}
        return json.dumps(entry, ensure_ascii=False)


def without_content(record: logging.LogRecord) -> str:
    """Return a record's message without query strings, and without the exception that asyncio appends to it."""
    if record.name in REQUEST_LOGGERS:
        return " ".join(part.partition("?")[0] for part in record.message.split(" "))
    if record.name == "asyncio":
        return record.message.partition("\n")[0]
    return record.message


def configuration(format: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to stderr, ``plain`` or as ``json``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {"()": "cycleproject.serving.logs.ContentFreeFormatter"},
            "json": {"()": "cycleproject.serving.logs.JSONFormatter"},
        },
        "filters": {"refusals": {"()": "cycleproject.serving.draining.RefusalsAreNoErrors"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": format}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            # Refusals (404, 409) name an address and a moment: together they tell who tried what, and when.
            "django.request": {"level": "ERROR", "filters": ["refusals"]},
            "django.server": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "uvicorn.error": {"filters": ["refusals"]},
        },
    }
