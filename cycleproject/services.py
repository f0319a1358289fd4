"""The services that Cycle stands on, as Django's settings name them: the database, and Redis where there is one."""

import sys
from pathlib import Path
from typing import Any

import environ
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry as BlockingRetry


def database(url: str, directory: Path, connections: int) -> dict[str, Any]:
    """Return how the database at an address is reached; without an address it is a file in the directory."""
    in_a_file = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(directory / "cycle.sqlite3")}
    found: dict[str, Any] = environ.Env.db_url_config(url) if url else in_a_file
    found["CONN_MAX_AGE"] = 0  # PostgreSQL connections come from the pool
    wanted = found.get("OPTIONS", {})
    if "sqlite3" in found["ENGINE"]:
        return {**found, "OPTIONS": {**wanted, **_sqlite()}}
    return {
        **found,
        "ENGINE": "cycleproject.database.postgresql",
        "CONN_HEALTH_CHECKS": False,  # our backend looks at a pooled connection before it hands it out
        "OPTIONS": {**wanted, **_postgresql(connections)},
    }


def _sqlite() -> dict[str, Any]:
    return {
        # Without IMMEDIATE two partners who seal together both read first, and the second write is refused.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: an acknowledged mark survives a power cut. secure_delete: what is erased is overwritten, not unlinked.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; "
        "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY",
    }


def _postgresql(connections: int) -> dict[str, Any]:
    return {
        "connect_timeout": 5,
        # Django turns prepared statements off. The queries in database/statements.py ask for them: planning takes
        # longer than carrying out.
        "prepare_threshold": sys.maxsize,
        "pool": {
            "min_size": 1,
            "max_size": connections,
            "timeout": 5,
            # Up to five minutes by default, with pauses that double: after a long outage the pool would look for
            # PostgreSQL only as long after it is back as it was away. Given up sooner, whoever comes next looks anew.
            "reconnect_timeout": 3,
        },
    }


def channel_layer(redis_url: str) -> dict[str, Any]:
    """Return how processes tell each other; without Redis there is one process."""
    if not redis_url:
        return {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    host = {
        "address": redis_url,
        # With redis-py's own five seconds a listener that hears nothing dies.
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "health_check_interval": 15,
        "retry": Retry(ExponentialBackoff(cap=1, base=0.05), retries=3),
        # With redis-py's own hundred, closing more sockets than that at once raises.
        "max_connections": 1000,
    }
    return {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [host], "prefix": "cycle"},
    }


def cache(redis_url: str) -> dict[str, Any]:
    """Return where limits are counted."""
    if not redis_url:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # Limits on guessing are counted here: with the default of 300 entries a flood of others would wipe them.
            "OPTIONS": {"MAX_ENTRIES": 50_000},
        }
    return {
        "BACKEND": "cycleproject.web.caches.RedisOrLocalMemoryCache",
        "LOCATION": redis_url,
        "KEY_PREFIX": "cycle",
        # What processes of before wrote under 1 was pickled: neither reads the other's while both are there.
        "VERSION": 2,
        # Each request asks it: nobody waits longer, and only the first (see cycleproject/serving/redis_circuit.py).
        "OPTIONS": {
            "serializer": "cycleproject.web.caches.PlainValues",
            "socket_timeout": 0.5,
            "socket_connect_timeout": 0.5,
            "retry": BlockingRetry(NoBackoff(), 0),
        },
    }
