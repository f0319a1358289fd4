"""Kill a process at each point of each action, on the database of the environment: `… .killed [ACTION…]`.

The parent is warm and forks: a process for each point costs no start. Prints what was done and what is wrong as JSON.
"""

import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.db import connections

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.faults.openings.settings"
django.setup()

from sessions.store import cache, openings  # noqa: E402
from tests.faults.openings.actions import ACTIONS, ALL_DUE, Opening, Stored  # noqa: E402
from tests.faults.openings.points import AFTER_HINT, BEFORE_HINT, Points  # noqa: E402


@dataclass
class Campaign:
    """What was killed where, and what was found wrong."""

    directory: Path
    points: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    opened: int = 0
    closed: int = 0

    def kill(self, action: str) -> None:
        """Carry out an action once to its end, then kill it at each point that it passed."""
        opening = self._begun(action)
        before = opening.stored
        passed, died = self._in_a_child(action, opening, "")
        after = opening.stored
        if died or before == after or AFTER_HINT not in passed:
            self.wrong.append(f"{action}: it was to happen, and to be told of: {passed}, {after}")
        self._let_the_hour_come(action, opening)
        for point in passed:
            self._kill_at(action, point, before, after)

    def _kill_at(self, action: str, point: str, before: Stored, after: Stored) -> None:
        name = f"{action}: {point}"
        opening = self._begun(action)
        _, died = self._in_a_child(action, opening, point)
        self.points.append(name)
        if not died:
            self.wrong.append(f"{name}: it was not killed there")
        expected = after if point.startswith((BEFORE_HINT, AFTER_HINT)) else None
        found = opening.stored
        if found not in (before, after) or (expected and found != expected) or not found.whole:
            self.wrong.append(f"{name}: left as {found}")
        self._let_the_hour_come(name, opening)

    def _let_the_hour_come(self, name: str, opening: Opening) -> None:
        cache.evict(opening.id)
        before = opening.stored
        due = openings.carry_out_due(opening.hour + ALL_DUE)
        then = opening.stored
        if due != before.waits or openings.carry_out_due(opening.hour + ALL_DUE) or opening.stored != then:
            self.wrong.append(f"{name}: at its hour {due} were carried out")
        if then.waits or not then.whole or (before.waits and (then.apart == "opened") != before.will_open):
            self.wrong.append(f"{name}: its hour came and made {then} of {before}")
        self.opened += then.apart == "opened"
        self.closed += then.apart != "opened"

    def _begun(self, action: str) -> Opening:
        opening = Opening()
        ACTIONS[action][0](opening)
        opening.remember_seals()
        return opening

    def _in_a_child(self, action: str, opening: Opening, armed: str) -> tuple[list[str], bool]:
        """Carry the action out in its own process; return the points that it told of, and whether it was killed."""
        connections.close_all()
        told = self.directory / "passed"
        told.unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            done = 1
            try:
                points = Points(armed).watch()
                ACTIONS[action][1](opening)
                told.write_text(json.dumps(points.passed))
                done = 0
            finally:
                os._exit(done)
        _, status = os.waitpid(child, 0)
        cache.evict(opening.id)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return (json.loads(told.read_text()) if told.exists() else []), killed


def main() -> None:
    """Kill what is asked for, all by default, and print what came of it."""
    with TemporaryDirectory() as directory:
        campaign = Campaign(Path(directory))
        for action in sys.argv[1:] or ACTIONS:
            campaign.kill(action)
    found = {"points": campaign.points, "wrong": campaign.wrong, "opened": campaign.opened, "closed": campaign.closed}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
