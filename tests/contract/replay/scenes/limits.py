"""Too often, too fast, and a server that stops."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import two_guests


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = two_guests(tape)
    for _ in range(4):
        tape.ask("GET me/", token=ana.token)
    tape.tick(3)
    tape.ask("GET me/", token=ana.token)
    for number in range(1, 10):
        ben.open(name=f"Ben's tab {number}")
    fast = ana.open(name="too fast")
    tape.flood(fast.name, {"type": "turn.end", "op": "fast"}, 60)
    ana.open()
    tape.ask("POST start/", {"first_name": "Otto"})
    tape.ask("POST start/", {"first_name": "Otto"})
    tape.tick(600)
    tape.ask("POST start/", {"first_name": "Otto"})
    for _ in range(21):
        tape.ask("POST join/BBBBBB/", {"first_name": "Otto"})
    tape.stop_server()
