"""A couple says when a moment happened, on which day they found each other again, and that it was the same loop."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair, reveal

DAY = 86_400
MARKS = {"reaction": "anxious", "intensity": 4}, {"reaction": "avoidant", "intensity": 3}


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    at_ana, at_ben = check_in(tape, ana, ben)
    reveal(at_ana, at_ben, 1, {"moment": 1, "when": "now"}, *MARKS)
    at_ana.command("loop.same", round=1, same=True)
    at_ana.command("reconnect.confirm", round=1, day="<day +5>")
    at_ana.command("session.end")

    tape.tick(3 * DAY)
    at_ana, at_ben = check_in(tape, ana, ben)
    at_ana.snapshot()
    at_ana.command("reconnect.confirm", round=0, relief=2, day="<day +1>")
    at_ben.command("reconnect.confirm", round=0, day="<day +2>")
    reveal(at_ben, at_ana, 1, {"text": "We came home tired.", "theme": "messages", "when": "this_week"}, *MARKS)
    at_ana.command("loop.same", round=1, same=False)
    at_ana.command("loop.same", round=1, same=True)
    at_ben.command("loop.same", round=1, same=True)
    at_ben.command("loop.same", round=1, same=False)
    at_ana.command("session.end")
    tape.ask("GET history/", token=ana)


def check_in(tape: Recorder, ana: str, ben: str) -> tuple[Guest, Guest]:
    """Let Ana start a check-in and Ben come in."""
    started = tape.ask("POST sessions/", {}, token=ana).answer
    tape.ask(f"POST sessions/{started['session']}/join/", {}, token=ben)
    return Guest(tape, "Ana", ana, started["session"]), Guest(tape, "Ben", ben, started["session"])
