"""Fixtures of the live tests: a server with the frame rate of production."""

from collections.abc import Iterator

import pytest

from tests.support.servers.cycle import Server
from tests.support.servers.stacks import Stacks


@pytest.fixture(scope="module")
def strict(stacks: Stacks, stack: str) -> Iterator[Server]:
    """Return a Cycle with the frame rate of production."""
    running = Server(**stacks.environment(stack)).start()
    yield running
    running.close()
