"""Whether a page is of a therapist's work. Her own relationship, with its links, has no place beside clients."""

from typing import Final

from django.http import HttpRequest

_MARK: Final = "is_of_work"
WORK: Final = "/practice/"


def mark(request: HttpRequest) -> None:
    """Say that the page that is being made is of somebody's work, wherever its address stands."""
    setattr(request, _MARK, True)


def is_of_work(request: HttpRequest) -> bool:
    """Tell whether the page that is being made is of somebody's work."""
    return getattr(request, _MARK, False) or request.path_info.startswith(WORK)
