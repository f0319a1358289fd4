"""A couple says how a round was a day later: to oneself, to the other, anew, and not any more."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.again import DAY, MARKS, check_in
from tests.contract.replay.scenes.people import log_in, pair, reveal
from tests.contract.replay.scenes.repeats import OTHER, SECRET

SAID = {"feeling": "both", "line": "Lighter, then unsure."}


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    at_ana, at_ben = check_in(tape, ana, ben)
    reveal(at_ana, at_ben, 1, {"moment": 1, "when": "now"}, *MARKS)
    at_ana.command("session.end")
    [found] = tape.ask("GET history/", token=ana).answer["results"]
    page = f"history/{found['id']}/"
    one = f"{page}look-back/"
    for _ in range(2):
        tape.ask("PUT me/look-back/", {"looks_back": True, "op": SECRET}, token=ana)
    tape.ask(f"PUT {one}", SAID, token=ana)

    tape.tick(DAY)
    tape.ask(f"PUT {one}", SAID, token=ben)
    for _ in range(2):
        tape.ask(f"PUT {one}", {**SAID, "op": SECRET}, token=ana)
    tape.ask(f"GET {page}", token=ben)
    tape.ask(f"PUT {one}", {"feeling": "relief", "shared": True}, token=ana)
    tape.ask(f"GET {page}", token=ben)
    for body in ({"feeling": "joy"}, {"line": "Only a line."}, {"feeling": "doubt", "line": "x" * 281}):
        tape.ask(f"PUT {one}", body, token=ana)
    tape.ask("PUT me/look-back/", {"looks_back": False}, token=ana)
    tape.ask(f"PUT {one}", {"feeling": "doubt", "shared": False}, token=ana)
    tape.ask(f"GET {page}", token=ben)
    for _ in range(2):
        tape.ask(f"DELETE {one}?op={OTHER}", token=ana)
    tape.ask(f"PUT {one}", SAID, token=ana)
    tape.ask(f"GET {page}", token=ana)
