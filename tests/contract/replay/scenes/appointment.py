"""A couple's plan as an appointment: read by both, moved, too early for a room, and called off."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    plan = {"starts_at": tape.time(604_800), "title": "Sunday"}
    planned = tape.ask("POST sessions/", plan, token=ana).answer["session"]
    tape.tick(1)
    after = {"starts_at": tape.time(1_209_600), "title": "The Sunday after"}
    other = tape.ask("POST sessions/", after, token=ana).answer["session"]
    path = f"sessions/{planned}/appointment/"
    for token in (ana, ben):
        tape.ask(f"GET {path}", token=token)
    tape.ask(f"PUT {path}", {"starts_at": tape.time(1_209_600)}, token=ben)
    tape.ask(f"PUT {path}", {"starts_at": tape.time(691_200)}, token=ben)
    tape.ask(f"PUT {path}", {"starts_at": tape.time(691_200)}, token=ben)
    tape.ask(f"PUT {path}", {"starts_at": tape.time(-60)}, token=ben)
    tape.ask("GET sessions/", token=ana)
    at_ana = Guest(tape, "Ana", ana, planned)
    at_ana.command("session.leave")
    at_ana.command("round.open", after=0, moment=1)
    for token in (ben, ana):
        tape.ask(f"DELETE {path}", token=token)
    for token in (ana, ben):
        tape.ask(f"GET {path}", token=token)
    tape.ask(f"PUT {path}", {"starts_at": tape.time(691_200)}, token=ben)
    tape.ask(f"GET sessions/{other}/appointment/", token=ben)
    started = tape.ask("POST sessions/", {}, token=ana).answer["session"]
    tape.ask(f"GET sessions/{started}/appointment/", token=ana)
