"""What can be wrong with how a command is answered."""

import asyncio
import time
from dataclasses import replace
from typing import Any

import psycopg

from tests.faults.mistakes.planting import CRASHES, KILLS, POSTGRESQL, Mistakes, change_commands
from tests.faults.seams import INSERTING, Statements

mistakes = Mistakes()


@mistakes("acknowledged and lost", KILLS)
def it_is_acknowledged_before_the_commit(statements: Statements) -> None:
    from sessions.store import submission
    from sessions.store.transaction import Answer

    submit = submission.submit
    running = set()

    async def later(*asked: Any) -> None:
        await asyncio.sleep(0.1)
        await submit(*asked)

    async def at_once(login: Any, session_id: Any, command: Any) -> Answer:
        if command.type != "mark.seal":
            return await submit(login, session_id, command)
        running.add(asyncio.ensure_future(later(login, session_id, command)))
        return Answer()

    submission.submit = at_once


@mistakes("acknowledged, then refused|had been replaced", kinds=("one after the other", "seals anew"))
def no_op_is_remembered(statements: Statements) -> None:
    from uuid import uuid4

    def before(asked: Any) -> Any:
        return replace(asked, command=asked.command.model_copy(update={"op": uuid4().hex}))

    change_commands(before)


@mistakes("acknowledged and lost", POSTGRESQL)
def what_failed_is_acknowledged(statements: Statements) -> None:
    from sessions.store import execute
    from sessions.store.transaction import Answer

    batch = execute.execute_batch

    def execute_batch(asked: Any) -> Any:
        return [Answer() if one.code == "service.unavailable" else one for one in batch(asked)]

    execute.execute_batch = execute_batch
    # Long enough on their way that some fail.
    statements.after.append(lambda _, text: time.sleep(0.15) if INSERTING in text else None)


@mistakes("acknowledged and lost|is not stored", CRASHES)
def a_commit_does_not_wait_for_the_disk(statements: Statements) -> None:
    connect = psycopg.Connection.connect.__func__

    def connected(cls: Any, *args: Any, **kwargs: Any) -> Any:
        connection = connect(cls, *args, **kwargs)
        connection.execute("SET synchronous_commit TO off")
        connection.commit()
        return connection

    psycopg.Connection.connect = classmethod(connected)


@mistakes("an error escaped", POSTGRESQL)
def a_failing_database_breaks_the_socket(statements: Statements) -> None:
    from sessions.live import consumer

    consumer.DatabaseFailure = ZeroDivisionError
