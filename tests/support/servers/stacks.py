"""What Cycle can run on: the embedded default, and PostgreSQL with Redis."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

from tests.support.prerequisites import SERVICES as SERVICE_PROGRAMS
from tests.support.prerequisites import need
from tests.support.servers.cycle import Server
from tests.support.servers.services import PostgreSQLServer, RedisServer
from tests.support.servers.static_files import collected

EMBEDDED = "embedded"
SERVICES = "postgresql-redis"
STACKS = (EMBEDDED, SERVICES)


@contextmanager
def services() -> Iterator[tuple[PostgreSQLServer, RedisServer]]:
    """Run both servers for as long as they are used."""
    need(*SERVICE_PROGRAMS)
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
            server = Server(FRAME_RATE="1000", LOOK_FOR_GARBAGE_EVERY="1", **collected(), **self.environment(stack))
            self._open.callback(server.close)
            self._servers[stack] = server.start()
        return self._servers[stack]

    def start_again(self) -> list[str]:
        """Start again whichever of them has ended; return what each had said last."""
        ended = [server for server in self._servers.values() if not server.runs]
        said = [server.log[-2000:] for server in ended]
        for server in ended:
            server.start_again()
        return said

    def close(self) -> None:
        """Stop everything."""
        self._open.close()
