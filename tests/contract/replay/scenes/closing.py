"""Every code that a socket is closed with, but for those that a limit or a restart brings."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import two_guests

NOWHERE = "00000000-0000-4000-8000-000000000000"


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = two_guests(tape)
    tape.open("nobody", ana.session, "not-a-token-of-anybody")
    tape.open("nobody, nowhere", NOWHERE, "not-a-token-of-anybody")
    tape.open("nowhere", NOWHERE, ana.token)
    otto = tape.ask("POST start/", {"first_name": "Otto"}).answer
    tape.open("Otto", ana.session, otto["token"])

    bad = ana.open(name="three bad frames")
    for text in ("no JSON", '{"type": "nothing", "op": "op"}', "[]"):
        tape.send(bad.name, "send_text", text)
    for name, how, what in (
        ("a binary frame", "send_binary", "7b7d"),
        ("a frame that is not UTF-8", "send_text_bytes", "22ff22"),
        ("a frame too large", "send", {"type": "sync", "op": "large", "pad": "<filler 17000>"}),
    ):
        ana.open(name=name)
        tape.send(name, how, what)
    silent = ana.open(name="a silent one")
    tape.wait_for_close(silent.name)
    at_ben = ben.open()
    at_ben.say("session.end")
    ana.open(name="after the end")
