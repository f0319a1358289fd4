"""A therapist hosts: two who are new, over sockets; what a host is shown, and how hosting ends."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in


def scene(tape: Recorder) -> None:
    """Play it."""
    tape.ask("POST auth/login/", {"email": tape.email("Tess"), "password": "<password>"})
    token = log_in(tape, "Tess", code="<app>")
    tape.ask("GET me/", token=token)
    tape.ask("GET me/therapist/", token=token)
    tess, ana, ben = _together(tape, token, title="Thursday, 17:00")
    at_tess, at_ana, at_ben = tess.open(), ana.open(), ben.open()
    tape.open("screen", tess.session, tess.token, "?screen=room")
    at_ana.say("round.open", after=0, moment=1)
    at_tess.say("mark.seal", round=1, reaction="steady", intensity=1)
    at_tess.say("round.open", after=0, text="Sunday evening.", theme="messages")
    at_ana.say("mark.seal", round=1, reaction="anxious", intensity=4, words="For Ben.", share=["words"])
    tess.snapshot()
    at_ben.say("mark.seal", round=1, reaction="steady", intensity=2, thought="For me.")
    at_tess.say("quiet.skip", round=1)
    at_ana.say("quiet.skip", round=1)
    at_ben.say("quiet.skip", round=1)
    at_ana.say("need.say", round=1, text="A word.")
    at_ben.say("need.say", round=1, text="An hour.")
    at_ben.say("need.heard", round=1)
    at_ana.say("step.choose", round=1, text="I ask once.")
    at_ana.say("turn.start", speaker="a", seconds=30)
    at_tess.say("turn.start", speaker="a", seconds=30)
    at_tess.say("turn.end")
    at_tess.say("pause.start", minutes=5)
    at_tess.say("pause.resume")
    at_ana.say("pause.resume")
    at_ben.say("pause.resume")
    at_tess.say("round.open", after=1, moment=2)
    at_tess.say("round.set_aside", round=2)
    at_tess.say("round.open", after=2, moment=2)
    # The check-in goes on without a host, and the round stays open.
    at_tess.say("session.leave")
    tess.snapshot()
    at_ana.say("mark.seal", round=3, reaction="both", intensity=1)
    at_ben.say("round.set_aside", round=3)
    at_ben.say("session.end")

    # A yes that is taken back.
    tess, ana, ben = _together(tape, token)
    at_tess, at_ana = tess.open(), ana.open()
    tape.ask(f"DELETE sessions/{ana.session}/consent/", token=ben.token)
    tape.ask(f"DELETE sessions/{ana.session}/consent/", token=ben.token)
    tess.command("sync")
    tess.open(name="Tess again")
    at_ana.say("session.end")

    # Planned for later, and ended before anybody came.
    later = tape.time(86_400)
    tape.ask("POST sessions/", {"hosted": True, "starts_at": tape.time(-60)}, token=token)
    planned = tape.ask("POST sessions/", {"hosted": True, "title": "Next week", "starts_at": later}, token=token).answer
    tape.ask("GET sessions/", token=token)
    tess = Guest(tape, "Tess", token, planned["session"])
    tess.snapshot()
    tess.command("session.leave")
    tape.ask(f"POST join/{planned['code']}/", {"first_name": "Ana"})
    tape.ask("POST sessions/", {"hosted": True}, token=ana.token)


def _together(tape: Recorder, token: str, **wanted: str) -> tuple[Guest, Guest, Guest]:
    hosted = tape.ask("POST sessions/", {"hosted": True, **wanted}, token=token).answer
    tess = Guest(tape, "Tess", token, hosted["session"])
    two = []
    for name in ("Ana", "Ben"):
        joined = tape.ask(f"POST join/{hosted['code']}/", {"first_name": name}).answer
        two.append(Guest(tape, name, joined["token"], joined["session"]))
    return tess, *two
