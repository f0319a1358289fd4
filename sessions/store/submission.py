"""Where a command of a socket is carried out: in its turn where it writes, and beside that where it writes nothing."""

from uuid import UUID

from django.utils import timezone

from accounts.logins import Login
from cycleproject.database.queue import submit_batched, submit_reading
from sessions.checkin import rules
from sessions.checkin.frames import Command, StepChoose, Sync
from sessions.checkin.refusals import Refusal
from sessions.store import cache, execute, load
from sessions.store.transaction import Answer, Submission


async def submit(login: Login, session_id: UUID, command: Command) -> Answer:
    """Carry out one command on the database thread: in one transaction with whatever else waits for it.

    What writes nothing, such as a heartbeat or what is refused, waits for no commit: whoever sends many of them would
    see by those that do when the other seals.
    """
    asked = Submission(login, session_id, command)
    if isinstance(command, Sync) or not _may_write(asked):
        answer = await submit_reading(execute.answer_by_reading, asked)
        if answer is not None:
            return answer
    return await submit_batched(execute.execute_batch, asked)


def _may_write(asked: Submission) -> bool:
    """Tell whether a command writes something, as far as this process knows."""
    loaded = cache.newest(asked.session_id)
    if loaded is None:
        return True
    try:
        seat = loaded.place_of(asked.login.user_id).seat
    except load.NotFound:
        return True
    if seat is None or asked.command.op in seat.acknowledged:
        return False
    new_step_id = asked.session_id if isinstance(asked.command, StepChoose) else None  # any will do
    decision = rules.decide(loaded.state, seat.name, asked.command, timezone.now(), new_step_id=new_step_id)
    return not isinstance(decision, Refusal) and bool(decision.changes)
