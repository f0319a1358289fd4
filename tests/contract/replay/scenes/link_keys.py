"""A link with a key opens where somebody guesses codes, over REST as on the page."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import Guest


def scene(tape: Recorder) -> None:
    """Play it."""
    started = tape.ask("POST start/", {"first_name": "Ana"}).answer
    for _ in range(21):
        tape.ask("POST join/BBBBBB/", {"first_name": "Otto"})
    tape.ask(f"POST join/{started['code']}/", {"first_name": "Ben"})
    key = started["link_with_key"].partition("?key=")[2]
    tape.ask(f"POST join/{started['code']}/?key={key}&other=x", {"first_name": "Ben"})
    joined = tape.ask(f"POST join/{started['code']}/?key={key}", {"first_name": "Ben"}).answer
    Guest(tape, "Ben", joined["token"], joined["session"]).snapshot()
