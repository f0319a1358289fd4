"""What somebody keeps for themselves, of every kind."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import two_guests

NOTES = {
    "journal": {"text": "  I could say it calmly today.  ", "learned": "From my grandfather."},
    "triggers": {"text": "A closed door."},
    "wishes": {"text": "A word when it gets late."},
    "drafts": {"text": "Where were you?"},
    "checks": {"list": "signs", "ticked": ["stuck"]},
}


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = two_guests(tape)
    for kind, note in NOTES.items():
        path = f"me/private/{kind}/"
        tape.ask(f"GET {path}", token=ana.token)
        kept = tape.ask(f"PUT {path}", note, token=ana.token).answer["id"]
        tape.ask(f"GET {path}{kept}/", token=ana.token)
        other = {**note, "ticked": []} if kind == "checks" else {**note, "text": "Another."}
        tape.ask(f"PUT {path}{kept}/", other, token=ana.token)
        tape.ask(f"GET {path}", token=ana.token)
        tape.ask(f"GET {path}{kept}/", token=ben.token)
        tape.ask(f"PUT {path}{kept}/", {"nothing": 1}, token=ana.token)
        tape.ask(f"DELETE {path}{kept}/", token=ana.token)
        tape.ask(f"DELETE {path}{kept}/", token=ana.token)
        tape.tick(1)
        tape.ask(f"PUT {path}", note, token=ana.token)
    tape.ask("PUT me/private/checks/", {"list": "signs", "ticked": ["no such item"]}, token=ana.token)
    for hold in ("10-minutes", "1-hour", "tomorrow"):
        tape.tick(1)
        held = tape.ask("PUT me/private/drafts/", {"text": "Put away.", "hold": hold}, token=ana.token).answer["id"]
    tape.ask(f"GET me/private/drafts/{held}/", token=ana.token)
    tape.tick(600)
    tape.ask("GET me/private/drafts/", token=ana.token)
    tape.ask(f"PUT me/private/drafts/{held}/", {}, token=ana.token)
    tape.ask(f"PUT me/private/drafts/{held}/", {"hold": "1-hour"}, token=ana.token)
    tape.ask("PUT me/private/drafts/", {"hold": "tomorrow"}, token=ana.token)
    tape.ask("GET me/export/", token=ana.token)
    _pages(tape, ana.token)
    for kind in NOTES:
        tape.ask(f"DELETE me/private/{kind}/", token=ana.token)
        tape.ask(f"GET me/private/{kind}/", token=ana.token)


def _pages(tape: Recorder, token: str) -> None:
    """Fill more than one page of a list, and go there and back."""
    for number in range(50):
        tape.tick(1)
        tape.ask("PUT me/private/wishes/", {"text": f"Wish {number}."}, token=token)
    first = tape.ask("GET me/private/wishes/", token=token).answer
    second = tape.ask(f"GET {_path(first['next'])}", token=token).answer
    tape.ask(f"GET {_path(second['previous'])}", token=token)


def _path(address: str) -> str:
    return address.partition("/api/v1/")[2]
