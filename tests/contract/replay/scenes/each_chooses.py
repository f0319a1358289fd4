"""Two agree on an hour and on no moment: each seals one with the mark, of the library or in own words."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    hour = tape.time(86_400)
    tape.ask("POST openings/", {"opens_at": hour, "moment": 1, "each_chooses": True}, token=ana)
    opening = tape.ask("POST openings/", {"opens_at": hour, "each_chooses": True}, token=ana).answer["session"]
    tape.ask(f"PUT sessions/{opening}/opening/", {"opens_at": hour}, token=ben)
    at_ana, at_ben = Guest(tape, "Ana", ana, opening), Guest(tape, "Ben", ben, opening)
    at_ana.snapshot()
    at_ana.command("mark.seal", round=1, reaction="anxious", intensity=4)
    at_ana.command("mark.seal", round=1, reaction="anxious", intensity=4, moment_text="You came home late.", share=[])
    at_ben.command("mark.seal", round=1, reaction="avoidant", intensity=3, moment=10_000)
    at_ben.command("mark.seal", round=1, reaction="avoidant", intensity=3, moment=2)
    tape.tick(86_460)
    for one in (at_ben, at_ana):
        one.snapshot()
        tape.ask("GET history/", token=one.token)
    at_ana.command("round.open", after=1, moment=3)
    at_ana.command("mark.seal", round=2, reaction="both", intensity=2, moment=4)
    at_ana.command("session.end")
    at_ben.command("sync")
    tape.ask("GET me/export/", token=ben)
