"""A therapist keeps notes on one check-in: dated, theirs alone, and written on after its end."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import log_in


def scene(tape: Recorder) -> None:
    """Play it."""
    tess = log_in(tape, "Tess", code="<app>")
    hosted = tape.ask("POST sessions/", {"hosted": True}, token=tess).answer
    notes = f"sessions/{hosted['session']}/notes/"
    kept = tape.ask(f"GET {notes}", token=tess).answer
    tape.ask(f"PUT {notes}", {"text": "Both slowed down.", "version": kept["version"]}, token=tess)
    tape.ask(f"PUT {notes}", {"text": "From an older window.", "version": kept["version"]}, token=tess)
    ana = tape.ask(f"POST join/{hosted['code']}/", {"first_name": "Ana"}).answer
    tape.ask(f"GET {notes}", token=ana["token"])
    tape.ask(f"PUT {notes}", {"text": "Not mine."}, token=ana["token"])
    tape.ask(f"POST sessions/{hosted['session']}/commands/", {"type": "session.end", "op": tape.op()}, token=tess)
    tape.ask(f"PUT {notes}", {"text": "And in the minute after."}, token=tess)
    tape.ask(f"PUT {notes}", {"text": ""}, token=tess)
