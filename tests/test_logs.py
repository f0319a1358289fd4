"""A log says where something went wrong, never what a person wrote."""

import logging
import sys

import pytest

from cycleproject.logs import ContentFreeFormatter

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
