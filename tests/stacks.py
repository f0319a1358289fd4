"""What Cycle can run on: the embedded default, and PostgreSQL with Redis."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cycleproject import packages
from tests import prerequisites
from tests.services import PostgreSQLServer, RedisServer

EMBEDDED = "embedded"
SERVICES = "postgresql-redis"
STACKS = (EMBEDDED, SERVICES)


def need_services() -> None:
    """Skip where PostgreSQL or Redis is missing, unless nothing may be skipped."""
    if prerequisites.postgresql() and prerequisites.redis_server():
        return
    if os.environ.get("REQUIRE_SERVICES"):
        pytest.fail("PostgreSQL or Redis is not installed, and REQUIRE_SERVICES allows no skipping")
    pytest.skip("skipped because PostgreSQL or Redis is not installed")


def need_cluster() -> None:
    """Skip where what a whole cluster consists of is missing, unless nothing may be skipped."""
    need_services()
    if packages.nginx():
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


@contextmanager
def environment_of(stack: str) -> Iterator[dict[str, str]]:
    """Return the variables that put a server on a stack; empty for the embedded one."""
    if stack == EMBEDDED:
        yield {}
        return
    with services() as (postgresql, redis):
        yield {"DATABASE_URL": postgresql.create("cycle"), "REDIS_URL": redis.url}
