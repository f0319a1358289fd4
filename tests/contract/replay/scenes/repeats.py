"""A client that names what it sends, sends it again, and says which version it started from."""

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import log_in, pair, two_guests
from tests.contract.replay.scenes.private import NOTES

SECRET = "a-random-name-of-22-or-more"
OTHER = "another-random-name-of-22-or-more"


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, _ = two_guests(tape)
    for kind, note in NOTES.items():
        _a_note(tape, ana.token, f"me/private/{kind}/", note)
    _a_couple(tape)


def _a_note(tape: Recorder, token: str, path: str, note: dict[str, object]) -> None:
    for _ in range(2):
        kept = tape.ask(f"PUT {path}", {**note, "op": SECRET}, token=token).answer
    one = f"{path}{kept['id']}/"
    changed = {**note, "ticked": []} if "ticked" in note else {**note, "text": f"Another for {path}"}
    for _ in range(2):
        tape.ask(f"PUT {one}", {**changed, "version": kept["version"]}, token=token)
    tape.ask(f"PUT {one}", {**note, "version": kept["version"]}, token=token)
    tape.ask(f"GET {one}", token=token)
    for _ in range(2):
        tape.ask(f"DELETE {one}?op={SECRET}", token=token)
    tape.ask(f"DELETE {one}?op={OTHER}", token=token)
    tape.ask(f"PUT {path}", {**note, "op": SECRET}, token=token)
    for _ in range(2):
        tape.ask(f"DELETE {path}?op={SECRET}", token=token)
    tape.ask(f"GET {path}", token=token)


def _a_couple(tape: Recorder) -> None:
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    pair(tape, ana, ben)
    for months in (3, 12, 3):
        tape.ask("PUT couple/retention/", {"months": months, "op": {3: SECRET, 12: OTHER}[months]}, token=ana)
    for _ in range(2):
        tape.ask(f"DELETE couple/?op={SECRET}", token=ana)
    tape.ask("GET couple/", token=ben)
