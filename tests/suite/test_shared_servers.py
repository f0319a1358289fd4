"""A server that many tests talk to outlives each of them; whoever ends it is named."""

from collections.abc import Iterator

import pytest

from tests.support.servers.cycle import Server
from tests.support.servers.stacks import EMBEDDED, Stacks


@pytest.fixture
def own_stacks() -> Iterator[Stacks]:
    """Return stacks that no other test shares."""
    stacks = Stacks()
    yield stacks
    stacks.close()


def test_a_command_that_fails_leaves_the_server_running(own_server: Server) -> None:
    with pytest.raises(AssertionError, match="no_such_command"):
        own_server.manage("no_such_command")
    assert own_server.answers()


@pytest.mark.parametrize("how", ["kill", "stop", "close"])
def test_one_that_was_ended_is_found_and_started_again(own_stacks: Stacks, how: str) -> None:
    server = own_stacks.server(EMBEDDED)
    assert own_stacks.start_again() == []
    getattr(server, how)()
    assert len(own_stacks.start_again()) == 1
    assert server.answers()
    assert own_stacks.start_again() == []
