"""Two processes that share a PostgreSQL and a Redis which a test may kill."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer, RedisServer
from tests.support.servers.stacks import services


@dataclass
class Cluster:
    """Two processes on the same database and Redis."""

    postgresql: PostgreSQLServer
    redis: RedisServer
    one: Server
    other: Server

    def couple(self) -> tuple[Person, Person]:
        """Return Ana on one process and Ben on the other."""
        ana, ben = couple(self.one)
        ben.server = self.other
        return ana, ben


@contextmanager
def running_cluster(**environment: str) -> Iterator[Cluster]:
    """Run a cluster."""
    with services() as (postgresql, redis):
        shared = {
            "DATABASE_URL": postgresql.create("cycle"),
            "REDIS_URL": redis.url,
            "FRAME_RATE": "1000",
            **environment,
        }
        one, other = Server(**shared).start(), Server(**shared).start()
        yield Cluster(postgresql, redis, one, other)
        one.close()
        other.close()
