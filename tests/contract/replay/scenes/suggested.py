"""An opening that a therapist suggests: agreed on by the two, and opened; another one that the therapist takes back."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben, tess = log_in(tape, "Ana"), log_in(tape, "Ben"), log_in(tape, "Tess", code="<app>")
    pair(tape, ana, ben)
    invited = tape.ask("POST care/invitations/", {}, token=tess).answer
    link = tape.ask(f"POST care/invitations/{invited['code']}/accept/", {}, token=ana).answer["id"]
    hour, path = tape.time(86_400), f"care/{link}/opening/"
    tape.ask(f"POST {path}", {"opens_at": hour, "moment": 1}, token=tess)
    for one in (ana, ben):
        tape.ask(f"POST care/{link}/consent/", {"scope": ["host", "history"]}, token=one)
    tape.ask(f"GET {path}", token=tess)
    tape.ask(f"POST {path}", {"opens_at": tape.time(-60), "moment": 1}, token=tess)
    tape.ask(f"POST {path}", {"opens_at": hour, "moment": 1}, token=tess)
    tape.ask(f"POST {path}", {"opens_at": tape.time(90_000), "text": "Another."}, token=tess)
    opening = tape.ask("GET sessions/", token=ana).answer["results"][0]["session"]
    own = f"sessions/{opening}/opening/"
    tape.ask(f"GET {own}", token=ana)
    at_ana, at_ben = Guest(tape, "Ana", ana, opening), Guest(tape, "Ben", ben, opening)
    at_ben.snapshot()
    tape.ask(f"PUT {own}", {"opens_at": hour}, token=ben)
    tape.ask(f"GET {path}", token=tess)
    tape.ask(f"PUT {own}", {"opens_at": hour}, token=ana)
    tape.ask(f"GET {path}", token=tess)
    tape.ask(f"DELETE {path}", token=tess)
    at_ana.command("mark.seal", round=1, reaction="anxious", intensity=4)
    at_ben.command("mark.seal", round=1, reaction="avoidant", intensity=3)
    tape.tick(86_460)
    at_ben.snapshot()
    tape.ask(f"GET {path}", token=tess)
    tape.ask(f"GET {own}", token=tess)
    at_ana.command("session.end")
    later = tape.time(176_400)
    tape.ask("POST openings/", {"opens_at": later, "text": "Ours."}, token=ben)
    tape.ask(f"POST {path}", {"opens_at": later, "moment": 2}, token=tess)
    theirs = tape.ask("GET sessions/", token=ana).answer["results"][0]["session"]
    tape.ask(f"DELETE sessions/{theirs}/opening/", token=ana)
    tape.ask(f"POST {path}", {"opens_at": later, "moment": 2}, token=tess)
    tape.ask(f"DELETE {path}", token=tess)
    tape.ask(f"DELETE care/{link}/consent/", token=ben)
    tape.ask(f"GET {path}", token=tess)
