"""A couple and their therapist: invitations, each one's own consent, notes, and a check-in that is hosted by it."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest, log_in, pair, reveal

WORDS = {"approach": "We look at the loop.", "pace": "Slowly.", "can_see": "What both agree to."}


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben, tess = log_in(tape, "Ana"), log_in(tape, "Ben"), log_in(tape, "Tess", code="<app>")
    otto = tape.ask("POST start/", {"first_name": "Otto"}).answer["token"]
    pair(tape, ana, ben)
    for token in (ana, tess):
        tape.ask("GET care/", token=token)
        tape.ask("GET me/therapist/", token=token)
    tape.ask("PUT me/therapist/", WORDS, token=tess)
    tape.ask("PUT me/therapist/", {**WORDS, "pace": ""}, token=tess)
    tape.ask("PUT me/therapist/", WORDS, token=otto)
    tape.ask("POST care/invitations/", {}, token=otto)
    tape.ask("POST care/invitations/", {"as": "therapist"}, token=ana)
    tape.ask("POST care/invitations/", {"as": "partner"}, token=ana)
    invited = tape.ask("POST care/invitations/", {}, token=tess).answer
    tape.ask(f"POST care/invitations/{invited['code']}/accept/", {}, token=otto)
    link = tape.ask(f"POST care/invitations/{invited['code']}/accept/", {}, token=ana).answer["id"]
    tape.ask(f"POST care/invitations/{invited['code']}/accept/", {}, token=ana)

    tape.ask("GET care/", token=tess)
    tape.ask(f"POST care/{link}/consent/", {"scope": ["host", "history"]}, token=ana)
    tape.ask(f"POST care/{link}/consent/", {"scope": []}, token=ana)
    tape.ask(f"POST care/{link}/consent/", {"scope": ["host"]}, token=tess)
    tape.ask("GET care/", token=tess)
    tape.ask(f"POST care/{link}/consent/", {"scope": ["host", "history"]}, token=ben)
    couple = tape.ask("GET care/", token=tess).answer["results"][0]["couple"]
    tape.ask("GET care/", token=ben)
    _notes(tape, link, tess, ana)

    hosted = tape.ask("POST sessions/", {"hosted": True, "couple": couple}, token=tess).answer
    people = [Guest(tape, "", token, hosted["session"]) for token in (tess, ana, ben)]
    for one in people[1:]:
        tape.ask(f"POST sessions/{hosted['session']}/join/", {}, token=one.token)
    people[0].command("round.open", after=0, text="The train was late.")
    people[1].command("mark.seal", round=1, reaction="anxious", intensity=2, words="Both.", share=["words"])
    people[2].command("mark.seal", round=1, reaction="steady", intensity=1, words="Mine.")
    people[0].command("session.end")
    found = tape.ask(f"GET history/?couple={couple}", token=tess).answer["results"]
    tape.ask(f"GET history/{found[0]['id']}/", token=tess)
    tape.ask(f"GET history/summary/?couple={couple}", token=tess)
    tape.ask(f"GET history/export/?couple={couple}", token=tess)
    tape.ask(f"DELETE history/{found[0]['id']}/words/", token=tess)

    # One takes a yes back: nothing of the past is open any more.
    tape.ask(f"DELETE care/{link}/consent/", {"scope": ["history"]}, token=ben)
    tape.ask(f"GET history/?couple={couple}", token=tess)
    tape.ask(f"GET history/{found[0]['id']}/", token=tess)
    tape.ask(f"DELETE care/{link}/consent/", token=ben)
    tape.ask("GET care/", token=tess)
    tape.ask("POST sessions/", {"hosted": True, "couple": couple}, token=tess)
    tape.ask("GET me/export/", token=tess)
    tape.ask("GET me/export/", token=ben)
    reveal_without_tess(tape, ana, ben)


def reveal_without_tess(tape: Recorder, ana: str, ben: str) -> None:
    """Let the couple go on by themselves."""
    session = tape.ask("POST sessions/", {}, token=ana).answer["session"]
    tape.ask(f"POST sessions/{session}/join/", {}, token=ben)
    at_ana, at_ben = Guest(tape, "Ana", ana, session), Guest(tape, "Ben", ben, session)
    reveal(at_ana, at_ben, 1, {"moment": 1}, {"reaction": "both", "intensity": 5}, {"reaction": "both", "intensity": 5})


def _notes(tape: Recorder, link: str, tess: str, ana: str) -> None:
    path = f"care/{link}/notes/"
    tape.ask(f"GET {path}", token=tess)
    kept = tape.ask(f"PUT {path}", {"text": "Both slowed down."}, token=tess).answer
    tape.ask(f"PUT {path}", {"text": "Both slowed down, twice.", "version": kept["version"]}, token=tess)
    tape.ask(f"PUT {path}", {"text": "From another window.", "version": kept["version"]}, token=tess)
    tape.ask(f"GET {path}", token=tess)
    tape.ask(f"GET {path}", token=ana)
