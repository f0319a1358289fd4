"""A shared cache that people can do without."""

from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from cycleproject.serving import redis_circuit


class RedisOrOwnCache(RedisCache):
    """Redis; while it is away, this process's own memory, at once (see ``redis_circuit``).

    Limits on guessing are counted here. With Redis gone they must neither lock everybody out nor stop counting.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._own = LocMemCache("without-redis", {"OPTIONS": {"MAX_ENTRIES": 50_000}})

    def _either(self, name: str, asked: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if not redis_circuit.is_away():
            try:
                return asked(*args, **kwargs)
            except RedisError as problem:
                redis_circuit.failed(problem)
        return getattr(self._own, name)(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        """Return a value."""
        return self._either("get", super().get, *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        """Keep a value unless there is one."""
        return bool(self._either("add", super().add, *args, **kwargs))

    def set(self, *args: Any, **kwargs: Any) -> None:
        """Keep a value."""
        self._either("set", super().set, *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Count one up. Raises ValueError where there is nothing to count."""
        return int(self._either("incr", super().incr, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        """Forget a value."""
        return bool(self._either("delete", super().delete, *args, **kwargs))
