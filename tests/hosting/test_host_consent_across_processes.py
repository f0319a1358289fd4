"""A consent that is withdrawn at one process removes the host at another, with Redis and without."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.cast.host_consent import WITHIN, assert_nothing_more, goes_on_with, take_back
from tests.support.cast.hosted import Therapist, hosted, therapist
from tests.support.servers.cycle import Server
from tests.support.servers.services import RedisServer
from tests.support.servers.stacks import services


@dataclass
class Cluster:
    """Two processes on one database: the host listens at one, a partner takes it back at the other."""

    redis: RedisServer
    one: Server
    other: Server
    tess: Therapist


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """Return two processes that sweep every two seconds."""
    with services() as (postgresql, redis):
        shared = {"DATABASE_URL": postgresql.create("cycle"), "REDIS_URL": redis.url, "FRAME_RATE": "1000"}
        shared |= {"DJANGO_SETTINGS_MODULE": "tests.support.servers.served_settings", "ROOMS_SWEEP_EVERY": "4"}
        one, other = Server(**shared).start(), Server(**shared).start()
        yield Cluster(redis, one, other, therapist(one))
        one.close()
        other.close()


@pytest.mark.services
def test_withdrawal_on_another_process_removes_the_host(cluster: Cluster) -> None:
    room = hosted(cluster.tess)
    for person in room.partners.values():
        person.server = cluster.other
    line = room.tess.connect()
    line.receive()
    time.sleep(0.5)  # a hint that is sent before this process has joined the room's group is not what is looked at
    take_back(room)
    assert line.closed(WITHIN) == 4403


@pytest.mark.services
def test_withdrawal_on_another_process_removes_the_host_without_redis(cluster: Cluster) -> None:
    room = hosted(cluster.tess)
    for person in room.partners.values():
        person.server = cluster.other
    line = room.tess.connect()
    line.receive()
    cluster.redis.kill()
    try:
        take_back(room)
        goes_on_with(room.ben)
        assert_nothing_more(line, within=4.0 + WITHIN)
    finally:
        cluster.redis.start()
