"""One would like to end together: the other stays, then lets it come, then both want it at once."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import two_guests


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = two_guests(tape)
    at_ana, at_ben = ana.open(), ben.open()
    at_ana.say("session.stay")
    at_ana.say("session.end", soon=True)
    at_ana.say("session.end", soon=True)
    ben.snapshot()
    at_ben.say("session.stay")
    at_ben.say("session.end", soon=True)
    at_ana.say("pause.start", minutes=1)
    at_ana.say("session.end", soon=True)
    tape.tick(10)
    ben.command("session.stay")
    ben.snapshot()
    ana, ben = two_guests(tape)
    at_ana, at_ben = ana.open(name="Ana again"), ben.open(name="Ben again")
    at_ben.say("session.end", soon=True)
    at_ana.say("session.end", soon=True)
    ana.snapshot()
