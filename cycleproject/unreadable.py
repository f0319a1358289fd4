"""Values that do not open, because their key is gone or they were moved: read as empty, and never written over."""

import logging
from contextvars import ContextVar
from functools import lru_cache

logger = logging.getLogger(__name__)

# Whether a value was read, since this request began, that no key opens.
came_upon_unreadable: ContextVar[bool] = ContextVar("came_upon_unreadable", default=False)


class CannotOpen(Exception):
    """A token whose key is gone, or that was made for another purpose."""


class Unreadable(str):
    """The value of a column whose key is gone: an empty text that refuses to be saved over what is stored there."""


def unreadable(purpose: str) -> Unreadable:
    """Return what stands for a value of a column that does not open, and note that there was one."""
    _warn_once(purpose)
    came_upon_unreadable.set(True)
    return Unreadable()


def need_readable(*values: object) -> None:
    """Raise CannotOpen if one of these could not be read: it must not be written over."""
    if any(isinstance(value, Unreadable) for value in values):
        raise CannotOpen("written under a key that is gone")


@lru_cache
def _warn_once(purpose: str) -> None:
    logger.error("%s holds values that no key in FIELD_KEYS opens", purpose)
