"""Two have parted: each sees less of what was, and takes back their words in all of it."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.again import MARKS, check_in
from tests.contract.replay.scenes.people import log_in, pair, reveal

OP = "0123456789abcdef0123456789abcdef"


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    at_ana, at_ben = check_in(tape, ana, ben)
    reveal(at_ana, at_ben, 1, {"moment": 1}, *MARKS)
    at_ana.command("session.end")
    tape.ask("GET history/own-view/", token=ana)
    tape.ask("PUT history/own-view/", {"months": 0}, token=ana)
    tape.ask("DELETE history/words/", token=ana)

    tape.ask("DELETE couple/", token=ben)
    tape.ask("PUT history/own-view/", {"months": 0}, token=ana)
    tape.ask("GET history/", token=ana)
    tape.ask("GET history/", token=ben)
    tape.ask("PUT history/own-view/", {"months": None, "op": OP}, token=ana)
    tape.ask("PUT history/own-view/", {"months": 121}, token=ana)
    tape.ask(f"DELETE history/words/?op={OP}", token=ana)
    tape.ask("GET history/", token=ana)
