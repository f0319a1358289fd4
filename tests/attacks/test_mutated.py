"""Frames and requests that were right once: whatever has become of them, they are refused, and the server never fails.

`make attack` sends a hundred times as many.
"""

from collections.abc import Iterator

import pytest

from tests.attacks.mutated import frames, operations
from tests.attacks.mutated.__main__ import FLAT, served
from tests.attacks.mutated.values import Mutation
from tests.support.servers.cycle import Server

SEED = 22
FRAMES = 2000
REQUESTS = 500


@pytest.fixture(scope="module")
def reading() -> Iterator[Server]:
    """Return a server that refuses nothing for being too much."""
    server = served().start()
    yield server
    server.close()


def test_the_same_seed_makes_the_same_messages() -> None:
    examples = frames.examples()
    assert len(examples) > 15, "premise: there are frames to change"

    def made(seed: int) -> list[bytes]:
        mutation = Mutation(seed)
        return [mutation.of(frame) for frame in examples.values() for _ in range(20)]

    assert made(1) == made(1) != made(2)
    assert len(set(made(1))) > 300, "and they differ"


def test_no_mutated_frame_fails_and_no_memory_is_kept(reading: Server) -> None:
    frames.send(reading, SEED + 1, FRAMES // 4)
    done = frames.send(reading, SEED, FRAMES)
    print(done)
    assert done.failures == []
    assert done.answers["frame.invalid"] > FRAMES // 2 and done.answers["ack"]
    assert done.closes[1011] == 0
    assert done.growth <= FLAT


def test_no_mutated_request_fails_and_no_memory_is_kept(reading: Server) -> None:
    operations.ask(reading, SEED + 1, REQUESTS // 2)
    done = operations.ask(reading, SEED, REQUESTS)
    print(done)
    assert done.failures == []
    assert done.answers["400"] and done.answers["404"] and done.answers["200"]
    assert done.growth <= FLAT
