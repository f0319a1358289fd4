"""What a check-in of the demo's story is made of, and how its marks are written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Mark = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToldRound:
    """One moment, both marks, and what followed."""

    ana: Mark
    ben: Mark
    moment: int | str
    size: int = 2
    fits: tuple[bool, bool] = (True, True)
    needs: tuple[str, str] | None = None
    steps: tuple[str | None, str | None] = (None, None)
    # Minutes from opening the round until both say that they are back in contact, and each one's relief then.
    reconnected_after: int | None = None
    relief: tuple[int, int] = (2, 2)
    when: str = "now"
    # Whether both say that it was the same loop again.
    same_loop: bool = False


@dataclass(frozen=True, slots=True)
class ToldCheckIn:
    """One evening: how many days ago, when (hour and minute, UTC), and its rounds."""

    days_ago: int
    at: tuple[int, int]
    rounds: tuple[ToldRound, ...]
    # What each answers about the step they chose the last time.
    tried: Mapping[str, str] = field(default_factory=dict)


def closer(intensity: int, **detail: Any) -> Mark:
    """Return a mark: pulled to move closer."""
    return _mark("anxious", intensity, ("moves", "underneath", "surface"), detail)


def space(intensity: int, **detail: Any) -> Mark:
    """Return a mark: pulled to make space."""
    return _mark("avoidant", intensity, ("moves", "underneath", "surface"), detail)


def both(intensity: int, **detail: Any) -> Mark:
    """Return a mark: both at once."""
    return _mark("both", intensity, ("underneath",), detail)


def steady(intensity: int, **detail: Any) -> Mark:
    """Return a mark: able to stay."""
    return _mark("steady", intensity, ("moves",), detail)


def _mark(reaction: str, intensity: int, shared: tuple[str, ...], detail: dict[str, Any]) -> Mark:
    share = detail.pop("share", shared)
    return {"reaction": reaction, "intensity": intensity, **detail, "share": list(share)}
