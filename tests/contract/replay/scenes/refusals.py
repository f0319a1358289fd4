"""What cannot be read, is not one's own, or is not there: over REST, and frame by frame."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import two_guests

NOWHERE = "00000000-0000-4000-8000-000000000000"
ASK_FOR_A_LOGIN = (
    "GET sessions/",
    "POST sessions/",
    f"GET sessions/{NOWHERE}/",
    f"POST sessions/{NOWHERE}/join/",
    f"DELETE sessions/{NOWHERE}/consent/",
    "GET me/",
    "DELETE me/",
    "GET me/export/",
    "GET me/therapist/",
    "GET me/private/journal/",
    "GET couple/",
    "DELETE couple/",
    "POST couple/invitations/",
    "GET couple/retention/",
    "GET history/",
    "GET history/summary/",
    "GET history/export/",
    "GET care/",
    "POST care/invitations/",
    "POST auth/logout/",
)


def scene(tape: Recorder) -> None:
    """Play it."""
    for what in ASK_FOR_A_LOGIN:
        tape.ask(what)
    tape.ask("GET me/", token="not-a-token-of-anybody")
    ana, _ = two_guests(tape)
    otto = tape.ask("POST start/", {"first_name": "Otto"}).answer
    commands = f"POST sessions/{ana.session}/commands/"
    for what in (
        f"GET sessions/{ana.session}/",
        f"GET sessions/{NOWHERE}/",
        f"POST sessions/{ana.session}/join/",
        f"DELETE sessions/{ana.session}/consent/",
        f"GET history/{NOWHERE}/",
        f"DELETE history/{NOWHERE}/words/",
        f"GET history/?couple={NOWHERE}",
        f"GET me/private/journal/{NOWHERE}/",
        "GET me/private/nothing/",
        f"DELETE care/{NOWHERE}/consent/",
        f"GET care/{NOWHERE}/notes/",
        "POST couple/invitations/",
        "GET couple/retention/",
        "GET nothing/",
        "PUT sessions/",
        "DELETE start/",
    ):
        tape.ask(what, token=otto["token"])
    tape.ask(commands, {"type": "session.end", "op": tape.op()}, token=otto["token"])
    tape.ask("POST join/BBBBBB/", {"first_name": "Otto"})

    for body in ({}, {"first_name": ""}, {"first_name": 1}, {"first_name": "x" * 41}, {"first_name": "A", "more": 1}):
        tape.ask("POST start/", body)
    for raw in ("", "{", "[]", '{"first_name": "A", "first_name": "B"}', '{"first_name": NaN}'):
        tape.ask("POST start/", raw=raw, headers={"Content-Type": "application/json"})
    tape.ask("POST start/", raw="first_name=Ana", headers={"Content-Type": "application/x-www-form-urlencoded"})
    tape.ask("POST start/", {"first_name": "Ana", "pad": "<filler 17000>"})
    tape.ask(commands, {"type": "sync"}, token=ana.token)
    tape.ask(commands, {"type": "nothing", "op": tape.op()}, token=ana.token)

    line = ana.open()
    for text in (
        '{"type": "sync"}',
        '{"type": "sync", "op": "again", "more": 1}',
    ):
        tape.send(line.name, "send_text", text)
        line.say("sync")
    for text in (
        '{"type": "round.open", "op": "a float", "after": 0.0, "moment": 1}',
        '{"type": "mark.seal", "op": "strong", "round": 1, "reaction": "anxious", "intensity": 6}',
    ):
        tape.send(line.name, "send_text", text)
        line.say("sync")
    line.say("round.open", after=0)
    line.say("sync")
    line.say("round.open", after=0, text="x" * 281)
    line.say("sync")
    line.say("mark.seal", round=1, reaction="anxious", intensity=1, moves=["listen", "listen"])
    line.say("sync")
    line.say("pause.start", minutes=2)
