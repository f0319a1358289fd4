"""What a planted mistake is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.faults.seams import Statements

CALM = "calm"
KILLS = "kills"
REDIS = "ways to Redis"
POSTGRESQL = "ways to PostgreSQL"
CRASHES = "crashes"

# How the judge puts it that something never arrived.
STUCK = r"stuck|never saw|no reveal within"


Plant = Callable[[Statements], None]


@dataclass(frozen=True)
class Mistake:
    """One mistake: how it is planted, what has to happen for it to show, and how the judge puts it."""

    plant: Plant
    found_by: str
    campaign: str = CALM
    kinds: tuple[str, ...] = ()


@dataclass
class Mistakes:
    """Those of one module, by the names of the functions that plant them."""

    found: dict[str, Mistake] = field(default_factory=dict)

    def __call__(self, found_by: str, campaign: str = CALM, kinds: tuple[str, ...] = ()) -> Callable[[Plant], Plant]:
        """Add one."""

        def add(plant: Plant) -> Plant:
            self.found[plant.__name__] = Mistake(plant, found_by, campaign, kinds)
            return plant

        return add


def change_commands(before: Callable[[Any], Any]) -> None:
    """Change what is asked, on both transports."""
    from sessions.store import execute as commands
    from sessions.store.transaction import Submission

    batch, alone = commands.execute_batch, commands.execute

    def execute(login: Any, session_id: Any, command: Any, now: Any = None) -> Any:
        asked = before(Submission(login, session_id, command))
        return alone(asked.login, asked.session_id, asked.command, now)

    commands.execute_batch = lambda asked: batch([before(one) for one in asked])
    commands.execute = execute
