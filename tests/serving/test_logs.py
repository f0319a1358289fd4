"""A log says where something went wrong, never what a person wrote."""

import json
import logging
import sys
from typing import Any

import pytest
from asgiref.sync import async_to_sync

from cycleproject.serving.logs import ContentFreeFormatter, JSONFormatter, RequestIds
from tests.support.cast.clients import call
from tests.support.servers.cycle import Server

WORDS = "I felt alone at dinner"


def entry(name: str, message: str, *arguments: object, error: bool = False) -> logging.LogRecord:
    """Return a log record, with the error that is being handled if asked to."""
    return logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, sys.exc_info() if error else None)


def test_it_says_the_kind_of_an_error_and_its_place_but_not_its_message() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        written = ContentFreeFormatter().format(entry("django.request", "Internal Server Error: %s", "/", error=True))
    assert WORDS not in written
    assert "builtins.ValueError" in written
    assert "test_it_says_the_kind_of_an_error" in written


def test_it_does_not_take_over_what_another_handler_wrote_in_full() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        record = entry("sessions", "failed", error=True)
    assert WORDS in logging.Formatter().format(record)
    assert WORDS not in ContentFreeFormatter().format(record)


@pytest.mark.parametrize("name", ["django.server", "django.channels.server"])
def test_it_cuts_the_query_from_an_address(name: str) -> None:
    written = ContentFreeFormatter().format(entry(name, '"%s" %s', "GET /history/?q=alone HTTP/1.1", 200))
    assert "/history/" in written
    assert "alone" not in written


def test_it_cuts_the_error_that_asyncio_spells_out() -> None:
    message = f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{WORDS}')>"
    written = ContentFreeFormatter().format(entry("asyncio", message))
    assert written.endswith("asyncio: Task exception was never retrieved")


def test_it_writes_the_same_as_json_on_one_line() -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        written = JSONFormatter().format(entry("sessions", "a command\nfailed", error=True))
    assert written.count("\n") == 0
    assert WORDS not in written
    line = json.loads(written)
    assert line["message"] == "a command\nfailed"
    assert (line["level"], line["logger"], line["error"]) == ("ERROR", "sessions", "builtins.ValueError")
    assert "test_it_writes_the_same_as_json" in line["places"][-1]


async def ask(*headers: tuple[bytes, bytes]) -> tuple[list[bytes], str]:
    """Answer one request that logs a line; return the names in its answer, and the line."""
    lines: list[str] = []
    names: list[bytes] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        lines.append(ContentFreeFormatter().format(entry("sessions", "failed")))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    async def send(message: Any) -> None:
        names.extend(value for name, value in message.get("headers", []) if name == b"x-request-id")

    await RequestIds(application)({"type": "http", "headers": list(headers)}, None, send)
    [line] = lines
    return names, line


def test_it_names_the_request_in_each_line() -> None:
    (_, one), (_, other) = async_to_sync(ask)(), async_to_sync(ask)()
    assert "failed (request " in one
    assert one.partition("request")[2] != other.partition("request")[2]
    assert "request" not in ContentFreeFormatter().format(entry("sessions", "failed"))


def test_it_takes_over_the_name_that_a_proxy_gives() -> None:
    names, line = async_to_sync(ask)((b"x-request-id", b"0a1b-2c"))
    assert names == [b"0a1b-2c"]
    assert line.endswith("failed (request 0a1b-2c)")


@pytest.mark.parametrize("name", [b"", b"two words", b"line\nforged", b"x" * 65, "ä".encode()])
def test_it_takes_over_no_name_that_could_forge_a_line(name: bytes) -> None:
    names, line = async_to_sync(ask)((b"x-request-id", name))
    assert names == []
    assert not name or name.decode() not in line


def test_a_real_answer_carries_the_name_that_was_given_and_no_other(server: Server) -> None:
    assert call(server, "GET", "moments/", X_Request_Id="0a1b-2c").headers["x-request-id"] == "0a1b-2c"
    assert "x-request-id" not in call(server, "GET", "moments/").headers
