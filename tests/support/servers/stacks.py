"""What Cycle can run on: the embedded default, and PostgreSQL with Redis."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest

from cycleproject.cluster import debian
from tests.support import prerequisites
from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer, RedisServer

EMBEDDED = "embedded"
SERVICES = "postgresql-redis"
STACKS = (EMBEDDED, SERVICES)


def need_services() -> None:
    """Skip where PostgreSQL or Redis is missing, unless nothing may be skipped."""
    if prerequisites.postgresql_programs() and prerequisites.redis_server():
        return
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail("PostgreSQL or Redis is not installed, and REQUIRE_SERVICES allows no skipping")
    pytest.skip("skipped because PostgreSQL or Redis is not installed")


def need_cluster() -> None:
    """Skip where what a whole cluster consists of is missing, unless nothing may be skipped."""
    need_services()
    if debian.nginx():
        return
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail("nginx is not installed, and REQUIRE_SERVICES allows no skipping")
    pytest.skip("skipped because nginx is not installed")


@contextmanager
def services() -> Iterator[tuple[PostgreSQLServer, RedisServer]]:
    """Run both servers for as long as they are used."""
    need_services()
    postgresql = PostgreSQLServer()
    redis = RedisServer()
    try:
        yield postgresql.start(), redis.start()
    finally:
        redis.close()
        postgresql.close()


class Stacks:
    """The stacks of one run of tests. What is started once is kept, for starting it takes longer than most tests."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._services: tuple[PostgreSQLServer, RedisServer] | None = None
        self._servers: dict[str, Server] = {}
        self._numbers = count(1)

    @property
    def services(self) -> tuple[PostgreSQLServer, RedisServer]:
        """Return the servers that all on the second stack share."""
        if self._services is None:
            self._services = self._open.enter_context(services())
        return self._services

    def environment(self, stack: str) -> dict[str, str]:
        """Return the variables that put one more server on a stack, with an empty database; none if embedded."""
        if stack == EMBEDDED:
            return {}
        postgresql, redis = self.services
        number = next(self._numbers)
        return {"DATABASE_URL": postgresql.create(f"cycle{number}"), "REDIS_URL": redis.database(number)}

    def server(self, stack: str) -> Server:
        """Return the running Cycle of the tests that only need one to talk to."""
        if stack not in self._servers:
            server = Server(FRAME_RATE="1000", **self.environment(stack))
            self._open.callback(server.close)
            self._servers[stack] = server.start()
        return self._servers[stack]

    def close(self) -> None:
        """Stop everything."""
        self._open.close()
