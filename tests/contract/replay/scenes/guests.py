"""Two guests go through one check-in over their sockets."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import EVERYTHING, Guest


def scene(tape: Recorder) -> None:
    """Play it."""
    tape.ask("GET moments/")
    started = tape.ask("POST start/", {"first_name": "Ana"}).answer
    ana = Guest(tape, "Ana", started["token"], started["session"])
    tape.ask("GET moments/", token=ana.token)
    at_ana = ana.open()
    at_ana.say("round.open", after=0, moment=1)
    code = started["code"]
    tape.ask(f"GET join/{code}/")
    # Blanks, hyphens and small letters are forgiven.
    joined = tape.ask("POST join/<typed 1>/", {"first_name": "Ben"}).answer
    ben = Guest(tape, "Ben", joined["token"], joined["session"])
    at_ben = ben.open()
    tape.open("screen", ana.session, ana.token, "?screen=room")
    tape.ask(f"POST join/{code}/", {"first_name": "Otto"})

    # A moment of one's own, set aside; one of the library.
    at_ana.say("round.open", after=0, text="  We came home tired.\nNobody spoke.  ", theme="messages", size=2)
    at_ben.say("round.open", after=0, moment=2)
    at_ben.say("mark.seal", round=1, reaction="both", intensity=5)
    at_ben.say("round.set_aside", round=1)
    at_ben.say("round.open", after=1, moment=1)

    # Both marks, one of them with everything; sealed, withdrawn, sealed again, replaced.
    marked = at_ana.say("mark.seal", round=2, reaction="anxious", intensity=3, pad="x" * 64)
    at_ana.say("mark.withdraw", round=2)
    at_ana.say("mark.withdraw", round=2)
    at_ana.say("mark.seal", round=2, reaction="both", intensity=2)
    shared = ["moves", "underneath", "second_look", "guess"]
    at_ana.say("mark.seal", round=2, reaction="anxious", intensity=4, **EVERYTHING, share=shared)
    at_ana.say("mark.seal", op=marked, round=2, reaction="anxious", intensity=3)
    # While a pause is on, a mark can be withdrawn and not sealed.
    at_ben.say("pause.start", minutes=5)
    at_ben.say("mark.seal", round=2, reaction="avoidant", intensity=2)
    at_ana.say("pause.resume")
    at_ben.say("pause.resume")
    last = at_ben.say("mark.seal", round=2, reaction="avoidant", intensity=2, guess="anxious", share=["guess"])
    at_ben.say("mark.seal", op=last, round=2, reaction="steady", intensity=1)

    # The quiet, by time.
    at_ana.say("pattern.fit", round=2, fits=True)
    at_ana.say("need.say", round=2, text="A word when it gets late.")
    tape.tick(15)
    at_ben.say("pattern.fit", round=2, fits=False)
    at_ben.say("pattern.fit", round=2, fits=True)

    # The exchange.
    at_ana.say("need.heard", round=2)
    at_ana.say("need.say", round=2, text="Something else.")
    at_ana.say("need.say", round=2, text="")
    at_ana.say("need.say", round=2, text="A word when it gets late.")
    at_ben.say("need.say", round=2, text="An hour to land.")
    at_ben.say("need.heard", round=2)
    at_ana.say("need.say", round=2, text="One line when it gets late.")
    at_ben.say("need.heard", round=2)
    at_ana.say("meant.confirm", round=2)
    at_ana.say("need.say", round=2, text="Too late.")
    at_ana.say("need.heard", round=2)
    at_ben.say("meant.confirm", round=2)
    at_ben.say("step.choose", round=2, text="I send one line.")
    at_ben.say("step.choose", round=2, text="I send one line by six.")
    at_ana.say("step.choose", round=2, text="I ask once.")
    at_ana.say("reconnect.confirm", round=2, relief=3)
    at_ben.say("reconnect.confirm", round=2)

    # Turns, and a pause that ends one and is lengthened.
    at_ana.say("turn.start", speaker="b", seconds=60)
    at_ben.say("turn.end")
    at_ben.say("turn.start", speaker="a", seconds=30)
    at_ben.say("pause.start", minutes=1)
    at_ana.say("pause.start", minutes=20)
    at_ana.say("pause.start", minutes=1)
    at_ana.say("pause.resume")
    at_ana.say("pause.resume")
    at_ben.say("pause.resume")

    # Two answers to one question that are both right, and the quiet skipped by both.
    at_ben.say("round.open", after=2, text="The door.", size=1)
    at_ben.say("mark.seal", round=3, reaction="steady", intensity=1, guess="steady", share=["guess"])
    at_ana.say("mark.seal", round=3, reaction="steady", intensity=2, guess="steady", share=["guess"])
    at_ana.say("quiet.skip", round=3)
    at_ben.say("quiet.skip", round=3)
    at_ben.say("quiet.skip", round=3)

    # A reload, a second tab, and the end of it.
    at_ben.hang_up()
    at_ben = ben.open()
    ben.open(name="Ben's other tab")
    at_ben.say("sync")
    ana.snapshot()
    at_ana.say("session.end")
    ana.open(name="Ana afterwards")
    ben.snapshot()
    ben.command("round.open", after=3, moment=1)
    tape.ask("GET history/", token=ana.token)
    tape.ask("GET me/export/", token=ana.token)
    for one in (ana, ben):
        tape.ask("DELETE me/", token=one.token)
    ana.open(name="Ana, who is gone")
