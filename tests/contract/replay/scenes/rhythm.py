"""A couple's rhythm: said by one, agreed on, skipped, paused, and ended; on whichever day of the week it is played."""

from typing import Any

from tests.contract.replay.recorder import Recorder
from tests.contract.replay.scenes.people import log_in, pair

EVENINGS = {"day": 6, "time": "19:00", "zone": "Europe/Berlin"}
PATH = "couple/rhythm/"


def _of_any_day(answer: Any) -> Any:
    """Leave out what hangs on the day of the week on which the recording is played."""
    return {name: one for name, one in answer.items() if name != "next_time"}


def scene(tape: Recorder) -> None:
    """Play it."""
    ana, ben = log_in(tape, "Ana"), log_in(tape, "Ben")
    tape.ask(f"GET {PATH}", token=ana)
    pair(tape, ana, ben)
    tape.ask(f"GET {PATH}", token=ben)
    tape.ask(f"PUT {PATH}", EVENINGS, token=ana)
    tape.ask(f"GET {PATH}", token=ben)
    tape.ask(f"PUT {PATH}", EVENINGS, token=ben, keep=_of_any_day)
    other = {**EVENINGS, "time": "07:30", "every": 1, "zone": "America/New_York"}
    tape.ask(f"PUT {PATH}", other, token=ben, keep=_of_any_day)
    tape.ask(f"PUT {PATH}", EVENINGS, token=ana, keep=_of_any_day)
    for body in ({**EVENINGS, "day": 7}, {**EVENINGS, "zone": "Nowhere"}, {**EVENINGS, "every": 2}, {"day": 1}):
        tape.ask(f"PUT {PATH}", body, token=ana)
    tape.ask(f"PUT {PATH}skip/", {"on": "2000-01-02"}, token=ana)
    tape.ask(f"PUT {PATH}skip/", {"on": "2000-01-02", "skip": False}, token=ben, keep=_of_any_day)
    tape.ask(f"PUT {PATH}pause/", {"weeks": 2}, token=ben, keep=_of_any_day)
    tape.ask(f"PUT {PATH}pause/", {"weeks": 13}, token=ben)
    for _ in range(2):
        tape.ask(f"DELETE {PATH}pause/", token=ana, keep=_of_any_day)
    for token in (ana, ben):
        tape.ask(f"DELETE {PATH}", token=token)
    tape.ask("DELETE couple/", token=ben)
    tape.ask(f"PUT {PATH}", EVENINGS, token=ana)
