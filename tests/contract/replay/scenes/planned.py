"""A couple plans a check-in, comes too early, and asks again for what it may not have been told."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair, two_guests


def scene(tape: Recorder) -> None:
    """Play it."""
    _too_early(tape)
    _asked_again(tape)


def _too_early(tape: Recorder) -> None:
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    plan = {"starts_at": tape.time(604_800), "title": "Sunday"}
    planned = tape.ask("POST sessions/", plan, token=ana).answer["session"]
    tape.ask("POST sessions/", plan, token=ana)
    tape.ask("GET sessions/", token=ben)
    tape.ask("GET history/?tz=Europe/Berlin", token=ben)
    tape.ask(f"POST sessions/{planned}/join/", {}, token=ben)
    at_ben = Guest(tape, "Ben", ben, planned)
    at_ben.open()
    tape.ask(f"POST sessions/{planned}/commands/", {"type": "session.end", "op": tape.op()}, token=ana)
    tape.ask(f"POST sessions/{planned}/join/", {}, token=ben)


def _asked_again(tape: Recorder) -> None:
    secret = "a-random-name-of-22-or-more"
    start = {"first_name": "Ana", "op": secret}
    for _ in range(2):
        started = tape.ask("POST start/", start).answer
    join = {"first_name": "Ben", "op": secret}
    for _ in range(2):
        tape.ask(f"POST join/{started['code']}/", join)
    ana, _ = two_guests(tape)
    ana.open().say("sync")
