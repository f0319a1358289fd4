"""A step is erased while a room is open that asks about it."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.again import DAY, MARKS, check_in
from tests.contract.replay.scenes.people import log_in, pair, reveal


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    at_ana, at_ben = check_in(tape, ana, ben)
    reveal(at_ana, at_ben, 1, {"moment": 1}, *MARKS)
    at_ana.command("step.choose", round=1, text="A walk.")
    at_ana.command("session.end")

    tape.tick(3 * DAY)
    at_ana, at_ben = check_in(tape, ana, ben)
    [asked] = at_ana.snapshot()["session"]["follow_up"]
    at_ben.command("step.tried", step=asked["id"], tried="yes")
    found = tape.ask("GET history/", token=ana).answer["results"]
    tape.ask(f"DELETE history/{found[0]['id']}/words/", token=ana)
    at_ana.command("step.tried", step=asked["id"], tried="yes")
    at_ana.snapshot()
    at_ana.command("session.end")
