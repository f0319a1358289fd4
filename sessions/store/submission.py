"""Where a command of a socket is carried out: in its turn where it writes, and beside that where it writes nothing."""

from uuid import UUID

from accounts.logins import Login
from cycleproject.database.queue import submit_batched, submit_reading
from sessions.checkin.frames import Command, Sync
from sessions.store import execute


async def submit(login: Login, session_id: UUID, command: Command) -> execute.Answer:
    """Carry out one command on the database thread: in one transaction with whatever else waits for it.

    What writes nothing, such as a heartbeat or what is refused, waits for no commit: whoever sends many of them would
    see by those that do when the other seals.
    """
    asked = execute.Submission(login, session_id, command)
    if isinstance(command, Sync) or not execute.may_write(asked):
        answer = await submit_reading(execute.answer_by_reading, asked)
        if answer is not None:
            return answer
    return await submit_batched(execute.execute_batch, asked)
