"""Commands from many sockets on their way to the database, where those that wait are committed together."""

from uuid import UUID

from accounts.logins import Login
from cycleproject.database.queue import submit_batched, submit_low_priority
from sessions.checkin.frames import Command, Sync
from sessions.store import execute
from sessions.store.execute import Answer, Asked


async def carry_out(login: Login, session_id: UUID, command: Command) -> Answer:
    """Carry out one command of one person, with whatever else waits; see ``commands.execute``."""
    if isinstance(command, Sync):
        return await submit_low_priority(execute.execute, login, session_id, command)
    return await submit_batched(execute.execute_together, Asked(login, session_id, command))
