"""Playwright leaves its loop running in the thread of the tests; in there nobody else may start one, nor ask Django."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Playwright, sync_playwright


@contextmanager
def out_of_its_loop() -> Iterator[None]:
    """Let no loop run here for a while; Playwright must not be asked for anything meanwhile."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        # It may have been ended meanwhile: see ``playing``.
        asyncio._set_running_loop(loop if loop and not loop.is_closed() else None)


@contextmanager
def playing() -> Iterator[Playwright]:
    """Start Playwright, and end it in its own loop: the last test that is run may be one without a browser."""
    with sync_playwright() as playwright:
        loop = asyncio._get_running_loop()
        try:
            yield playwright
        finally:
            asyncio._set_running_loop(loop)
