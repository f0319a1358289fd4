"""Metrics for Prometheus, served only where METRICS_PORT is set.

Nothing here is labelled by a person, a couple or a check-in, and nothing counts while a round is open: a number that
moved with a first mark would tell that there is one. Prometheus's standard process metrics are left out for the same
reason: they say how busy the process was.
"""

import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import connections
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, start_http_server

from cycleproject.version import VERSION

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
mails_failed: Final = Counter("cycle_mails_failed", "Mails that were given up.", registry=REGISTRY)
last_purge: Final = Gauge(
    "cycle_last_purge_timestamp_seconds", "When this process last purged; 0 before the first time.", registry=REGISTRY
)
clock_in_doubt: Final = Gauge(
    "cycle_clock_in_doubt", "1 while this process holds something against its clock.", registry=REGISTRY
)
pool_limit: Final = Gauge(
    "cycle_database_pool_limit", "Connections to PostgreSQL that this process may open; 0 on SQLite.", registry=REGISTRY
)
pool_errors: Final = Gauge(
    "cycle_database_pool_errors", "Requests that were given no connection since the start.", registry=REGISTRY
)
Info("cycle_build", "Which version this is.", registry=REGISTRY).info({"version": VERSION})


def watch_the_pool() -> None:
    """Let each look at the metrics read the pool: how many it may hold, and whom it had none for.

    How many are in use, or wait, is not told: that moves with whatever somebody does.
    """
    options = settings.DATABASES["default"].get("OPTIONS", {})
    pool_limit.set(options.get("pool", {}).get("max_size", 0) if connections["default"].vendor == "postgresql" else 0)
    pool_errors.set_function(_requests_without_a_connection)


def _requests_without_a_connection() -> float:
    # Asked of Django's own table: `connection.pool` would open one that nobody has needed yet.
    pool = getattr(type(connections["default"]), "_connection_pools", {}).get("default")
    return float(pool.get_stats().get("requests_errors", 0)) if pool else 0.0


def purged() -> None:
    """Remember that a purge has been carried out to its end."""
    last_purge.set_to_current_time()


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
    watch_the_pool()
    try:
        start_http_server(port, host, REGISTRY)
    except OSError as error:
        raise SystemExit(f"Cycle cannot show its metrics on port {port}: {error.strerror}") from None
