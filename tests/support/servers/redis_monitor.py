"""Everything that is said to a Redis, as its MONITOR tells it."""

import re
import threading
import time

import redis

from tests.support.servers.services import RedisServer

THE_END = "that is all"
# Connecting, staying connected, the heartbeat of a listener to itself, and counting sockets: they go by the
# time of day, and by who connects, alone.
BY_THE_CLOCK = re.compile(
    r"(?i)PING|HELLO|CLIENT |SELECT |PUBLISH \S*specific|EVAL |TIME$|\w+ cycle:(sockets|process):"
)
RANDOM_NAME = re.compile("[0-9a-f]{32}")
# A limit's window that ends in between is begun anew.
COUNTED = re.compile(r"(?<=limit:)(\S+) \d+( NX)? EX \d+$")


class Listening:
    """Listens to a Redis from now on."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self._said: list[str] = []
        listening = threading.Event()
        self._thread = threading.Thread(target=self._listen, args=[listening], daemon=True)
        self._thread.start()
        assert listening.wait(10)

    def _listen(self, listening: threading.Event) -> None:
        with redis.Redis.from_url(self._server.url, socket_timeout=None).monitor() as monitor:
            listening.set()
            for event in monitor.listen():
                if THE_END in event["command"]:
                    return
                self._said.append(event["command"])

    def hints(self) -> int:
        """Return how many hints about a check-in have come by."""
        return sum("PUBLISH" in command and "session." in command for command in list(self._said))

    def wait_for_more_than(self, hints: int, seconds: float) -> None:
        """Wait until another hint has come by, or for as long as one may take."""
        deadline = time.monotonic() + seconds
        while self.hints() <= hints and time.monotonic() < deadline:
            time.sleep(0.005)

    def stop(self) -> list[str]:
        """Return what was said, with random names numbered in the order in which they were first heard."""
        self._server.client().echo(THE_END)
        self._thread.join(10)
        assert not self._thread.is_alive()
        names: dict[str, str] = {}
        said = [COUNTED.sub(r"\1 <n>", command) for command in self._said if not BY_THE_CLOCK.match(command)]
        return [RANDOM_NAME.sub(lambda found: names.setdefault(found[0], f"<{len(names)}>"), each) for each in said]
