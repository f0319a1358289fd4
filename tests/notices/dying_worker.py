"""Workers that die: `python -m tests.notices.dying_worker`, with what they are to do on standard input.

Each line is a case, as JSON: where to die (``point``, such as ``take after``), at the how manieth time (``nth``), and
for whom (``name``). For each, somebody wishes for a mail and for a push, a worker is killed there (SIGKILL), and
another one comes after it. A line with ``workers`` lets so many look at once for ``notices`` people instead.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.notices import outbox, worker  # noqa: E402
from tests.support.cast.notices import due_now, set_up, wish  # noqa: E402
from tests.support.servers.push_service import HOST, transport  # noqa: E402

POINTS = {"take": (outbox, "take"), "send": (worker, "send"), "told": (outbox, "told")}
WAY = transport(int(os.environ["PUSH_PORT"]), Path(os.environ["PUSH_CERTIFICATE"]), 5.0)


class Named:
    """A browser by what it has told."""

    def __init__(self, named: dict[str, str]) -> None:
        self.named = {**named, "endpoint": f"https://{HOST}{named['path']}"}
        self.named.pop("path")


def wishes(name: str, browser: dict[str, str]) -> None:
    """Let somebody wish for a notice by both ways, which is due."""
    person = User.objects.create_user(f"{name}@example.org", None, first_name="Ana")
    wish(person)
    set_up(person, Named(browser))  # type: ignore[arg-type]
    due_now(person)


def die(point: str, nth: int) -> None:
    """Kill this process before or after the nth call of what the point names."""
    what, when = point.split()
    module, name = POINTS[what]
    call, left = getattr(module, name), [nth]

    def counted(*args: Any, **named: Any) -> Any:
        left[0] -= 1
        if when == "before" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = call(*args, **named)
        if when == "after" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(module, name, counted)


def beside(do: Callable[[], Any]) -> int:
    """Do something in a process of its own, and return that process."""
    connections.close_all()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        do()
        status = 0
    finally:
        os._exit(status)


def end_of(child: int) -> int:
    """Wait for a process, and return the signal that ended it, or its status with a minus."""
    _, how = os.waitpid(child, 0)
    return os.WTERMSIG(how) if os.WIFSIGNALED(how) else -os.WEXITSTATUS(how)


def send() -> None:
    """Send what is due."""
    worker.send_due(transport=WAY)


def dies_at(case: dict[str, Any]) -> int:
    """Play one case; return what ended its first worker."""
    assert end_of(beside(lambda: wishes(case["name"], case["browser"]))) == 0

    def dying() -> None:
        die(case["point"], case["nth"])
        send()

    ended_by = end_of(beside(dying))
    assert end_of(beside(send)) == 0
    return ended_by


def at_once(case: dict[str, Any]) -> int:
    """Let several look at once; return how many of them failed."""

    def all_wish() -> None:
        for number in range(case["notices"]):
            wishes(f"{case['name']}-{number}", case["browser"])

    assert end_of(beside(all_wish)) == 0
    return sum(end_of(child) != 0 for child in [beside(send) for _ in range(case["workers"])])


if __name__ == "__main__":
    for line in sys.stdin:
        asked = json.loads(line)
        print(json.dumps(at_once(asked) if "workers" in asked else dies_at(asked)), flush=True)
