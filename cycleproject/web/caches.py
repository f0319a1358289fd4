"""The cache in Redis, with a fallback for the time that Redis is away."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError, ResponseError

from cycleproject.serving import redis_circuit


class PlainValues:
    """Numbers and JSON: what is read is data and nothing else, whoever wrote it.

    Django's own way is pickle, by which whoever can write to Redis would run what they like here.
    """

    def dumps(self, value: Any) -> int | bytes:
        """Return how a value is written; Redis counts on with a number as it is."""
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, written: bytes) -> Any:
        """Read what Redis gave back: one value, or a list of numbers. Raises ValueError for anything else."""
        try:
            value = json.loads(written)
        except RecursionError:
            raise ValueError("too deep to have been written here") from None
        numbers = value if isinstance(value, list) else [0]
        if isinstance(value, dict) or not all(isinstance(one, int | float) for one in numbers):
            raise ValueError("nothing that is written here")
        return value


class RedisOrLocalMemoryCache(RedisCache):
    """Redis; while it is away, this process's own memory, at once (see ``redis_circuit``).

    Rate limits are counted in it. With Redis gone they must neither lock everybody out nor stop counting.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("without-redis", {"OPTIONS": {"MAX_ENTRIES": 50_000}})

    def _with_fallback(self, name: str, asked: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not redis_circuit.is_away():
            try:
                return asked(*args, **kwargs)
            except RedisError as problem:
                redis_circuit.failed(problem)
        return getattr(self._own, name)(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return the value of a key, or the default for what was not written here, or is of another kind than it."""
        default = kwargs.get("default", args[1] if len(args) > 1 else None)
        with suppress(ValueError):
            value = self._with_fallback("get", super().get, *args, **kwargs)
            if default is None or isinstance(value, type(default)):
                return value
        return default

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Store a value unless the key has one already; tell whether it was stored."""
        return bool(self._with_fallback("add", super().add, *args, **kwargs))

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Store a value under a key until it expires."""
        self._with_fallback("set", super().set, *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Increment a key's number and return it. Raises ValueError for a missing key, and for what is no number."""
        return int(self._with_fallback("incr", self._incremented, *args, **kwargs))

    def _incremented(self, *args: Any, **kwargs: Any) -> int:
        try:
            return super().incr(*args, **kwargs)
        except ResponseError:  # Redis is there: one key holds something else
            raise ValueError("no number") from None

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Remove a key; tell whether there was one."""
        return bool(self._with_fallback("delete", super().delete, *args, **kwargs))
