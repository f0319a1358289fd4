"""Where a command of a socket is carried out: in its turn where it writes, and beside that where it writes nothing."""

from uuid import UUID

from django.utils import timezone

from accounts.logins import Login
from cycleproject.database.queue import submit_batched, submit_reading
from sessions.checkin.frames import Command, Sync
from sessions.store import cache, execute, load
from sessions.store.transaction import Answer, Submission, decide


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
    try:
        return loaded is None or not isinstance(decide(asked, loaded, timezone.now()), Answer)
    except load.NotFound:
        return True
