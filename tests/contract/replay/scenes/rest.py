"""One check-in over REST alone, with the refusals that depend on its state."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import EVERYTHING, Guest


def scene(tape: Recorder) -> None:
    """Play it."""
    started = tape.ask("POST start/", {"first_name": "Ana", "pad": "x" * 16}).answer
    ana = Guest(tape, "Ana", started["token"], started["session"])
    ana.command("round.open", after=0, moment=1)
    ana.command("sync")
    joined = tape.ask(f"POST join/{started['code']}/", {"first_name": "Ben"}).answer
    ben = Guest(tape, "Ben", joined["token"], joined["session"])
    tape.ask("GET sessions/", token=ana.token)
    ana.snapshot()
    tape.ask(f"POST sessions/{ana.session}/join/", {}, token=ben.token)

    for type, fields in (
        ("mark.seal", {"round": 1, "reaction": "anxious", "intensity": 4}),
        ("mark.withdraw", {"round": 1}),
        ("round.set_aside", {"round": 1}),
        ("pattern.fit", {"round": 1, "fits": True}),
        ("quiet.skip", {"round": 1}),
        ("need.say", {"round": 1, "text": "x"}),
        ("turn.start", {"speaker": "a", "seconds": 30}),
        ("turn.end", {}),
        ("pause.resume", {}),
        ("step.tried", {"step": "7d9f5b1e-7f0c-4c58-9d2a-1f6f2f0f3a11", "tried": "yes"}),
        ("round.open", {"after": 1, "moment": 1}),
        ("round.open", {"after": 0, "moment": 4000}),
        ("round.open", {"after": 0, "text": "x", "theme": "no-such-theme"}),
    ):
        ana.command(type, **fields)

    opened = tape.op()
    ana.command("round.open", op=opened, after=0, text="We came home tired.")
    ana.command("round.open", op=opened, after=0, text="We came home tired.")
    ben.command("round.open", after=0, moment=1)
    ben.command("mark.seal", round=2, reaction="steady", intensity=1)
    ana.command("pattern.fit", round=1, fits=True)
    ana.command("mark.seal", round=1, reaction="anxious", intensity=4, **EVERYTHING, share=[*EVERYTHING])
    ana.command("mark.withdraw", round=1)
    ana.command("mark.seal", round=1, reaction="anxious", intensity=4, **EVERYTHING, share=[*EVERYTHING])
    ana.command("pause.start", minutes=1)
    ben.command("mark.seal", round=1, reaction="anxious", intensity=5, moves=["protest"], share=["moves"])
    tape.tick(60)
    ben.command("mark.seal", round=1, reaction="anxious", intensity=5, moves=["protest"], share=["moves"])
    ana.snapshot()

    ana.command("need.say", round=1, text="A word.")
    ana.command("quiet.skip", round=1)
    ben.command("quiet.skip", round=1)
    ana.command("quiet.skip", round=1)
    ana.command("meant.confirm", round=1)
    ana.command("need.say", round=1, text="A word.")
    ben.command("need.say", round=1, text="An hour.")
    ben.command("need.say", round=1, text="")
    ana.command("meant.confirm", round=1)
    ana.command("need.say", round=1, text="Another word.")
    ben.command("need.heard", round=1)
    ben.command("step.choose", round=1, text="I call at six.")
    ben.command("pattern.fit", round=1, fits=False)
    ben.command("reconnect.confirm", round=1, relief=0)
    ana.command("reconnect.confirm", round=1, relief=4)
    ana.command("turn.start", speaker="a", seconds=300)
    ben.command("turn.end")
    ben.command("pause.start", minutes=5)
    ben.command("turn.start", speaker="a", seconds=30)
    ben.command("pause.resume")
    ana.command("pause.resume")

    ana.command("round.open", after=0, moment=1)
    ana.command("round.open", after=1, moment=3, size=3)
    ana.command("need.say", round=1, text="Too late.")
    ana.command("pattern.fit", round=1, fits=True)
    ana.command("mark.seal", round=1, reaction="anxious", intensity=4)
    ben.command("round.set_aside", round=2)
    ben.command("session.leave")
    ben.command("session.leave")
    ana.command("sync")
    ana.snapshot()
    tape.ask("GET sessions/", token=ana.token)
