"""A hosted check-in brought to any phase, ways to withdraw the consent to its host, and what must be so afterwards."""

import time

from tests.support.cast.clients import Line, Person, call, couple
from tests.support.cast.hosted import Hosted, Therapist, hosted_by_link
from tests.support.servers.cycle import Server

WITHIN = 2 * 2.0
# Longer than a revocation may take: what closes in time was told, and not found by a sweep.
SWEEP = 2.5
CANARY = "zebra crossing"
NOWHERE = "00000000-0000-4000-8000-000000000000"


def live(room: Hosted) -> None:
    """Come no further than both being in."""


def open_round(room: Hosted) -> None:
    """Open a round."""
    assert room.tess.command("round.open", after=0, moment=1).status == 200


def sealed(room: Hosted) -> None:
    """Let one of the two seal."""
    open_round(room)
    assert room.ana.command("mark.seal", round=1, reaction="anxious", intensity=4).status == 200


def take_back(room: Hosted, by: str = "a") -> None:
    """Take one partner's yes back, over REST."""
    person = room.partners[by]
    assert call(person.server, "DELETE", f"sessions/{person.session}/consent/", token=person.token).status == 204


def goes_on_with(person: Person) -> None:
    """Do something in the room that everybody who listens would be shown."""
    if person.snapshot()["pause"]:
        assert person.command("pause.start", minutes=20).status == 200
        return
    assert person.command("pause.start", minutes=1).status == 200


def assert_nothing_more(line: Line, within: float = WITHIN) -> None:
    """Check that a socket closes in time, without a further byte."""
    heard = len(line.received)
    began = time.monotonic()
    assert line.closed(within) == 4403
    assert time.monotonic() - began < within
    # What had been on its way before the yes was taken back may still have been in the pipe; nothing after it is.
    for text in line.received[heard:]:
        assert '"minutes"' not in text and '"state":"paused"' not in text and CANARY not in text, text


def linked(server: Server, tess: Therapist) -> Hosted:
    """Return a hosted check-in of a couple with a care link."""
    return hosted_by_link(tess, *couple(server))
