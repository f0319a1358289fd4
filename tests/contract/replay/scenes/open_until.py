"""Until when a check-in is open: from when it was made while one waits, from when both are in after that."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest


def scene(tape: Recorder) -> None:
    """Play it."""
    started = tape.ask("POST start/", {"first_name": "Ana"}).answer
    ana = Guest(tape, "Ana", started["token"], started["session"])
    ana.snapshot()
    tape.tick(3_600)
    joined = tape.ask(f"POST join/{started['code']}/", {"first_name": "Ben"}).answer
    ben = Guest(tape, "Ben", joined["token"], joined["session"])
    for one in (ana, ben):
        one.snapshot()
    ben.command("pause.start", minutes=1)
    ana.snapshot()
    ana.command("session.end")
    ben.snapshot()
