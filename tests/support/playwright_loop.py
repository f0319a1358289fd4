"""Playwright leaves its loop running in the thread of the tests; in there nobody else may start one, nor ask Django."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def out_of_its_loop() -> Iterator[None]:
    """Let no loop run here for a while; Playwright must not be asked for anything meanwhile."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
