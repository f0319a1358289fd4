"""Metrics for Prometheus, served only where METRICS_PORT is set.

Nothing here is labelled by a person, a couple or a check-in, and nothing counts while a round is open: a number that
moved with a first mark would tell that there is one. Prometheus's standard process metrics are left out for the same
reason: they say how busy the process was.
"""

import time
from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

REGISTRY: Final = CollectorRegistry()

open_sockets: Final = Gauge("cycle_open_sockets", "Sockets that are in a room.", registry=REGISTRY)
rounds_revealed: Final = Counter("cycle_rounds_revealed", "Rounds whose marks were opened.", registry=REGISTRY)
mark_to_reveal: Final = Histogram(
    "cycle_mark_to_reveal_seconds",
    "From the arrival of the second mark to the commit that opens both.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
    registry=REGISTRY,
)
hints_lost: Final = Counter("cycle_hints_lost", "Changes that other processes could not be told of.", registry=REGISTRY)
hints_caught: Final = Counter(
    "cycle_hints_caught", "Changes that were found by looking, because no hint had come.", registry=REGISTRY
)


def round_revealed(arrived_at: float) -> None:
    """Count a revealed round, and time it from the arrival of its second mark (monotonic clock)."""
    rounds_revealed.inc()
    mark_to_reveal.observe(time.monotonic() - arrived_at)


def show_backup_age(seconds: Callable[[], float]) -> None:
    """Show how old the last good copy of the database is, whenever Prometheus asks."""
    age = Gauge("cycle_backup_age_seconds", "Age of the last good copy; +Inf: there is none.", registry=REGISTRY)
    age.set_function(seconds)


def serve(host: str, port: int) -> None:
    """Serve the metrics over HTTP, on a port and a thread of their own."""
    try:
        start_http_server(port, host, REGISTRY)
    except OSError as error:
        raise SystemExit(f"Cycle cannot show its metrics on port {port}: {error.strerror}") from None
