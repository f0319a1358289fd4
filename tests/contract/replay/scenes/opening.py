"""An agreed opening: proposed, agreed on, sealed apart, opened at its hour; and one that is called off."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    hour = tape.time(86_400)
    proposed = {"opens_at": hour, "moment": 1}
    opening = tape.ask("POST openings/", proposed, token=ana).answer["session"]
    path = f"sessions/{opening}/opening/"
    tape.ask("POST openings/", {"opens_at": tape.time(90_000), "text": "Another."}, token=ben)
    tape.ask(f"GET {path}", token=ben)
    tape.ask(f"PUT {path}", {"opens_at": tape.time(-60)}, token=ben)
    tape.ask(f"PUT {path}", {"opens_at": hour}, token=ben)
    tape.ask(f"PUT {path}", {"opens_at": tape.time(90_000)}, token=ana)
    tape.ask(f"PUT {path}", {"opens_at": hour}, token=ana)
    tape.ask("GET sessions/", token=ben)
    at_ana, at_ben = Guest(tape, "Ana", ana, opening), Guest(tape, "Ben", ben, opening)
    at_ana.command("mark.seal", round=1, reaction="anxious", intensity=4)
    at_ana.command("session.leave")
    at_ben.snapshot()
    at_ben.command("mark.seal", round=1, reaction="avoidant", intensity=3)
    tape.tick(86_460)
    for one in (at_ben, at_ana):
        one.snapshot()
    tape.ask(f"GET {path}", token=ana)
    at_ana.command("session.end")
    again = tape.ask("POST openings/", {"opens_at": tape.time(176_400), "text": "Late again."}, token=ben).answer[
        "session"
    ]
    for token in (ana, ben):
        tape.ask(f"DELETE sessions/{again}/opening/", token=token)
    tape.ask(f"PUT sessions/{again}/opening/", {"opens_at": tape.time(180_000)}, token=ben)
    Guest(tape, "Ana", ana, again).snapshot()
