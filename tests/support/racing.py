"""Two partners who act in the same moment, again and again: `python -m tests.support.racing marks 1000`.

Runs against the database of the environment, each partner on a thread and a connection of their own, and prints what
became of it as JSON.
"""

import json
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Barrier, BrokenBarrierError
from typing import Any, ClassVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cycleproject.settings")
django.setup()


from accounts.logins import Login, login_from_token, open_login  # noqa: E402
from accounts.models import User  # noqa: E402
from cycleproject.database import statements  # noqa: E402
from sessions.checkin import wire  # noqa: E402
from sessions.checkin.changes import Change, MarkSealed  # noqa: E402
from sessions.checkin.frames import Command  # noqa: E402
from sessions.checkin.state import RoundState  # noqa: E402
from sessions.joining import join, start  # noqa: E402
from sessions.models import Mark  # noqa: E402
from sessions.store import execute, load, save  # noqa: E402
from sessions.store.transaction import Answer, Submission  # noqa: E402

ACKNOWLEDGED = "ack"
MEETING_WITHIN = 0.3
Deed = tuple[str, dict[str, Any]]


@dataclass
class CheckIn:
    """Ana and Ben in a live check-in."""

    session_id: uuid.UUID
    logins: tuple[Login, Login]
    carry_out: ClassVar[Callable[[Login, uuid.UUID, Command], Answer]] = staticmethod(execute.execute)

    def does(self, login: Login, deed: Deed, now: datetime | None = None) -> Answer:
        """Carry out one command, by the real clock or by one that says this."""
        type, fields = deed
        command = wire.command_from({"type": type, "op": uuid.uuid4().hex, **fields})
        if now is not None:
            return execute.execute(login, self.session_id, command, now)
        return self.carry_out(login, self.session_id, command)

    def ana(self, type: str, **fields: Any) -> None:
        """Carry out one command of Ana's, which must be accepted."""
        answer = self.does(self.logins[0], (type, fields))
        assert answer.code is None, answer.code

    def round(self) -> RoundState:
        """Return the latest round as it is stored."""
        state = load.state_of(self.session_id)
        assert state is not None and state.round is not None
        return state.round

    def marks(self) -> int:
        """Return how many marks are stored."""
        return Mark.objects.filter(round__live_session=self.session_id).count()

    def ended(self) -> bool:
        """Tell whether it has been ended."""
        state = load.state_of(self.session_id)
        return state is not None and state.ended_at is not None


def begin() -> CheckIn:
    """Return a new live check-in."""
    ana, ben = User.objects.create_guest("Ana"), User.objects.create_guest("Ben")
    waiting = start.start_with_code(ana)
    assert waiting.code is not None
    live_session = join.join_by_code(ben, waiting.code)
    logins = [login_from_token(open_login(person)) for person in (ana, ben)]
    assert logins[0] is not None and logins[1] is not None
    return CheckIn(live_session.id, (logins[0], logins[1]))


class Race:
    """Two threads that begin together."""

    def __init__(self) -> None:
        self.threads = ThreadPoolExecutor(2)
        self.barrier = Barrier(2)

    def together(self, *acts: Callable[[], int]) -> list[int]:
        """Let two things be done in the same moment; return what came of each."""

        def act(deed: Callable[[], int]) -> int:
            self.barrier.wait()
            return deed()

        return list(self.threads.map(act, acts))

    def both(self, check_in: CheckIn, of_ana: Deed, of_ben: Deed) -> tuple[Answer, Answer]:
        """Let both act in the same moment; return both answers."""

        def act(login: Login, deed: Deed) -> Answer:
            self.barrier.wait()
            return check_in.does(login, deed)

        first, second = self.threads.map(act, check_in.logins, (of_ana, of_ben))
        return first, second


def codes(*answers: Answer) -> str:
    """Return how two were answered."""
    return " + ".join(answer.code or ACKNOWLEDGED for answer in answers)


def reveals_in(*answers: Answer) -> int:
    """Return how many of the answers came with a reveal."""
    return sum(bool(answer.state and answer.state.round and answer.state.round.reveal) for answer in answers)


def marks(race: Race, count: int) -> Counter[str]:
    """Seal both marks at once."""
    seen: Counter[str] = Counter()
    check_in = begin()
    for number in range(1, count + 1):
        check_in.ana("round.open", after=number - 1, moment=1)
        deeds = [("mark.seal", {"round": number, "reaction": "anxious", "intensity": side}) for side in (1, 5)]
        answers = race.both(check_in, *deeds)
        latest = check_in.round()
        seen[codes(*answers)] += 1
        if latest.phase == "revealed":
            seen["revealed once" if reveals_in(*answers) == 1 else "revealed twice"] += 1
            assert latest.reveal is not None
            intact = [latest.reveal.marks[seat].intensity for seat in ("a", "b")] == [1, 5]
            seen["whole" if intact else "mixed up"] += 1
        else:
            seen["stuck"] += 1
            check_in.ana("round.set_aside", round=number)
    assert check_in.marks() == 2 * seen["revealed once"]
    return seen


def marks_in_memory(race: Race, count: int) -> Counter[str]:
    """Do the same as sockets do: on what this process has in memory, without asking first."""

    def at_once(login: Login, session_id: uuid.UUID, command: Command) -> Answer:
        return execute.execute_batch([Submission(login, session_id, command)])[0]

    CheckIn.carry_out = staticmethod(at_once)
    return marks(race, count)


def marks_decided_together(race: Race, count: int) -> Counter[str]:
    """Seal both marks at once, and let neither be written before the other has been decided, too, if that can be."""
    meeting = Barrier(2)
    write = save.PendingWrites.write

    def write_after_meeting(writes: save.PendingWrites, change: Change) -> None:
        if isinstance(change, MarkSealed):
            with suppress(BrokenBarrierError):
                meeting.wait(MEETING_WITHIN)
        write(writes, change)

    save.PendingWrites.write = write_after_meeting  # type: ignore[method-assign]
    seen: Counter[str] = Counter()
    for _ in range(count):
        meeting.reset()
        seen += marks(race, 1)
    return seen


def marks_without_the_version(race: Race, count: int) -> Counter[str]:
    """Do the same with a mistake: nobody names the version that they have decided on."""
    update_if = statements.update_if

    def update_any(condition: Any, model: Any, where: Any, **values: Any) -> statements.Query:
        return update_if(condition, model, {"id": where["id"]}, **values)

    statements.update_if = update_any
    return marks_decided_together(race, count)


def openings(race: Race, count: int) -> Counter[str]:
    """Open the next round at once."""
    seen: Counter[str] = Counter()
    check_in = begin()
    for number in range(1, count + 1):
        answers = race.both(
            check_in,
            ("round.open", {"after": number - 1, "moment": 1}),
            ("round.open", {"after": number - 1, "moment": 2}),
        )
        latest = check_in.round()
        seen[" + ".join(sorted(codes(*answers).split(" + ")))] += 1
        opened_by = [answer.code for answer in answers].index(None) + 1
        seen["opened once" if (latest.number, latest.moment_id) == (number, opened_by) else "otherwise"] += 1
        check_in.ana("round.set_aside", round=number)
    return seen


def against_a_second_mark(other: Deed, outcome: Callable[[CheckIn], str]) -> Callable[[Race, int], Counter[str]]:
    """Return a race of Ben's second mark against something that Ana does after sealing hers."""

    def run(race: Race, count: int) -> Counter[str]:
        seen: Counter[str] = Counter()
        for _ in range(count):
            check_in = begin()
            check_in.ana("round.open", after=0, moment=1)
            check_in.ana("mark.seal", round=1, reaction="both", intensity=3)
            seal = ("mark.seal", {"round": 1, "reaction": "steady", "intensity": 2})
            answers = race.both(check_in, other, seal)
            seen[f"{codes(*answers)}: {outcome(check_in)}"] += 1
        return seen

    return run


def phase_and_end(check_in: CheckIn) -> str:
    """Say what became of the round, its marks and the check-in."""
    latest = check_in.round()
    going = "ended" if check_in.ended() else "goes on"
    return f"{latest.phase}, {check_in.marks()} marks, {going}"


RACES: dict[str, Callable[[Race, int], Counter[str]]] = {
    "marks": marks,
    "marks_decided_together": marks_decided_together,
    "marks_in_memory": marks_in_memory,
    "marks_without_the_version": marks_without_the_version,
    "openings": openings,
    "leaving": against_a_second_mark(("session.leave", {}), phase_and_end),
    "setting_aside": against_a_second_mark(("round.set_aside", {"round": 1}), phase_and_end),
    "withdrawing": against_a_second_mark(("mark.withdraw", {"round": 1}), phase_and_end),
}


def main(races: dict[str, Callable[[Race, int], Counter[str]]]) -> None:
    """Run one race and print the count of each outcome."""
    began_at = time.monotonic()
    seen = races[sys.argv[1]](Race(), int(sys.argv[2]))
    print(json.dumps({"seen": seen, "seconds": round(time.monotonic() - began_at, 1)}))
    sys.stdout.flush()
    # The threads' connections close with the process.
    os._exit(0)


if __name__ == "__main__":
    main(RACES)
