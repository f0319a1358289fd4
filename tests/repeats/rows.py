"""One row of the tables that say what to send: who sends it, what, and what happened before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from accounts.models import User
from tests.support.cast.api_world import World

if TYPE_CHECKING:
    from tests.repeats.writes import Sender

Values = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]


@dataclass(frozen=True)
class Filled:
    """Who sends it, what, and what happened before."""

    who: str
    fields: Values = field(default_factory=dict)
    ids: Values = field(default_factory=dict)
    # The page that the form stands on, where that is another one.
    on: str = ""
    before: Callable[[World], object] = lambda world: None
    # What the browser does first, and what is typed because of what stands on the page.
    first: Callable[["Sender"], object] = lambda sender: None
    seen: Callable[["Sender", str], Mapping[str, str]] = lambda sender, page: {}
    # Whether it shows something, or refuses, so that nothing may come of what is sent.
    reads: bool = False


def given(values: Values, world: World) -> dict[str, Any]:
    """Return values as they are in a world."""
    return dict(values(world) if callable(values) else values)


def person_of(world: World, who: str) -> User | None:
    """Return somebody by their role."""
    return world.ana if who == "ana" else world.roles[who].person
