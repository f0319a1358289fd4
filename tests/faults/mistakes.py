"""Mistakes that a worker can be started with, to show that the judge sees each of them.

Each is planted by patching the running process: where that is possible in what does not move (the statements, the
driver of the database), otherwise in the module that would have made the mistake.
"""

import asyncio
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import psycopg

from tests.faults.seams import INSERTING, Statements

CALM = "calm"
KILLS = "kills"
REDIS = "ways to Redis"
POSTGRESQL = "ways to PostgreSQL"
CRASHES = "crashes"

ALL = ()
LEAVING = ("leaves in the same moment", "leaves with a mark")
STUCK = r"stuck|never saw|no reveal within"


@dataclass(frozen=True)
class Mistake:
    """One mistake: how it is planted, what has to happen for it to show, and how the judge puts it."""

    plant: Callable[[Statements], None]
    found_by: str
    campaign: str = CALM
    kinds: tuple[str, ...] = ALL


MISTAKES: dict[str, Mistake] = {}


def mistake(found_by: str, campaign: str = CALM, kinds: tuple[str, ...] = ALL) -> Callable[..., None]:
    """Add a mistake under its function's name."""

    def add(plant: Callable[[Statements], None]) -> None:
        MISTAKES[plant.__name__] = Mistake(plant, found_by, campaign, kinds)

    return add


# How it is written.


@mistake("stuck", kinds=("both seal",))
def no_row_is_locked(statements: Statements) -> None:
    statements.rewrite.append(lambda text: re.sub(rb" FOR UPDATE OF \S+", b"", text))
    statements.before.append(lambda _, text: time.sleep(0.03) if INSERTING in text else None)


@mistake("committed with both marks and not revealed", kinds=("both seal", "one after the other"))
def the_mark_is_committed_before_the_reveal(statements: Statements) -> None:
    statements.after.append(lambda connection, text: connection.commit() if INSERTING in text else None)


@mistake("withdrawn|not revealed|had been replaced", kinds=("takes back in the same moment",))
def withdrawing_leaves_the_seal(statements: Statements) -> None:
    statements.rewrite.append(lambda text: _undeleted(text) if b'"seat" = ' in text else text)


@mistake("set aside with a mark", kinds=("sets aside in the same moment",))
def setting_aside_leaves_the_seals(statements: Statements) -> None:
    statements.rewrite.append(lambda text: text if b'"seat" = ' in text else _undeleted(text))


def _undeleted(text: bytes) -> bytes:
    return text.replace(b'DELETE FROM "live_sessions_mark"', b'UPDATE "live_sessions_mark" SET "seat" = "seat"')


@mistake("a reveal was changed", kinds=("one after the other",))
def a_retry_reveals_again(statements: Statements) -> None:
    from django.db import connection

    def before(asked: Any) -> Any:
        if asked.command.type == "mark.seal":
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE live_sessions_round SET revealed_at = now() WHERE live_session_id = %s AND number = %s"
                    " AND phase = 'revealed'",
                    [asked.session_id, asked.command.round],
                )
        return asked

    _commands(before)


@mistake(f"{STUCK}|no answer|not revealed")
def what_is_kept_is_believed_whatever_its_version(statements: Statements) -> None:
    from sessions import kept

    kept.at = lambda session_id, version: kept._kept.get(session_id)


@mistake("a reveal of a round|revealed after|open in a", kinds=LEAVING)
def leaving_lets_the_other_mark_reveal(statements: Statements) -> None:
    from sessions import changes, rules

    decide = rules.decide

    def decided(state: Any, seat: str, asked: Any, now: Any, **given: Any) -> Any:
        if asked.type == "mark.seal" and state.ended_at:
            state = replace(state, ended_at=None)
        decision = decide(state, seat, asked, now, **given)
        if asked.type == "session.leave" and isinstance(decision, tuple):
            return tuple(change for change in decision if not isinstance(change, changes.RoundSetAside))
        return decision

    rules.decide = decided


# How it is answered.


@mistake("acknowledged and lost", KILLS)
def it_is_acknowledged_before_the_commit(statements: Statements) -> None:
    from sessions import writer
    from sessions.commands import Answer

    carry_out = writer.carry_out
    running = set()

    async def later(*asked: Any) -> None:
        await asyncio.sleep(0.1)
        await carry_out(*asked)

    async def at_once(login: Any, session_id: Any, command: Any) -> Answer:
        if command.type != "mark.seal":
            return await carry_out(login, session_id, command)
        running.add(asyncio.ensure_future(later(login, session_id, command)))
        return Answer()

    writer.carry_out = at_once


@mistake("acknowledged, then refused|had been replaced", kinds=("one after the other", "seals anew"))
def no_op_is_remembered(statements: Statements) -> None:
    from uuid import uuid4

    def before(asked: Any) -> Any:
        return replace(asked, command=asked.command.model_copy(update={"op": uuid4().hex}))

    _commands(before)


@mistake("acknowledged and lost", POSTGRESQL)
def what_failed_is_acknowledged(statements: Statements) -> None:
    from sessions import commands

    together = commands.execute_together

    def execute_together(asked: Any) -> Any:
        return [commands.Answer() if one.code == "service.unavailable" else one for one in together(asked)]

    commands.execute_together = execute_together


@mistake("acknowledged and lost|is not stored", CRASHES)
def a_commit_does_not_wait_for_the_disk(statements: Statements) -> None:
    connect = psycopg.Connection.connect.__func__

    def connected(cls: Any, *args: Any, **kwargs: Any) -> Any:
        connection = connect(cls, *args, **kwargs)
        connection.execute("SET synchronous_commit TO off")
        connection.commit()
        return connection

    psycopg.Connection.connect = classmethod(connected)  # type: ignore[assignment]


@mistake("closed with 1011", POSTGRESQL)
def a_failing_database_breaks_the_socket(statements: Statements) -> None:
    from sessions import consumers

    consumers.DatabaseFailure = ZeroDivisionError  # type: ignore[misc]


def _commands(before: Callable[[Any], Any]) -> None:
    """Change what is asked, on both transports."""
    from sessions import commands

    together, alone = commands.execute_together, commands.execute

    def execute(login: Any, session_id: Any, command: Any, now: Any = None) -> Any:
        asked = before(commands.Asked(login, session_id, command))
        return alone(asked.login, asked.session_id, asked.command, now)

    commands.execute_together = lambda asked: together([before(one) for one in asked])
    commands.execute = execute


# How it is told.


@mistake(STUCK)
def others_are_told_before_the_commit_and_nobody_sweeps(statements: Statements) -> None:
    from sessions import commands, notify

    _no_sweep()
    together, tell = commands.execute_together, notify._others.tell

    def execute_together(asked: Any) -> Any:
        for one in asked:
            tell(notify.session_group(one.session_id), counts=False, session=str(one.session_id))
        time.sleep(0.03)
        return together(asked)

    commands.execute_together = execute_together
    notify._others.tell = lambda *args, **kwargs: None  # type: ignore[method-assign]


@mistake(STUCK, REDIS)
def nobody_sweeps(statements: Statements) -> None:
    _no_sweep()


@mistake(STUCK, REDIS)
def groups_are_not_joined_anew_and_nobody_sweeps(statements: Statements) -> None:
    from sessions import notify

    _no_sweep()
    listen = notify.OtherProcesses._listen

    async def listen_once(others: Any) -> None:
        try:
            await listen(others)
        finally:
            others._groups = {notify.EVERYBODY}

    notify.OtherProcesses._listen = listen_once  # type: ignore[method-assign]


def _no_sweep() -> None:
    from sessions import rooms

    async def sweep(all_rooms: Any) -> None:
        return None

    rooms.Rooms.sweep = sweep  # type: ignore[method-assign]


# How it is shown.


@mistake("sealed before sealing")
def it_is_told_that_the_other_has_sealed(statements: Statements) -> None:
    from sessions import snapshots

    snapshots._sealed = lambda latest, viewer: bool(latest.sealed)


@mistake("without both marks")
def one_mark_is_shown_alone(statements: Statements) -> None:
    from sessions import snapshots

    reveal_for = snapshots.reveal_for

    def one_sided(reveal: Any, viewer: Any, *args: Any) -> Any:
        shown = reveal_for(reveal, viewer, *args)
        shown["marks"]["b" if viewer.seat == "a" else "a"] = {}
        return shown

    snapshots.reveal_for = one_sided


@mistake("not shared")
def words_are_shown_that_were_not_shared(statements: Statements) -> None:
    from sessions import snapshots

    mark = snapshots._mark
    snapshots._mark = lambda shown, *, own: mark(shown, own=True)


@mistake("broke the silence")
def what_equals_the_last_is_sent_all_the_same(statements: Statements) -> None:
    from sessions import rooms

    offer = rooms.Listener.offer

    def offer_always(listener: Any, text: str) -> None:
        listener.last_sent = None
        offer(listener, text)

    rooms.Listener.offer = offer_always  # type: ignore[method-assign]


@mistake("left to see after the end", kinds=LEAVING)
def a_round_is_shown_after_the_end(statements: Statements) -> None:
    from sessions import rooms, snapshots

    def snapshot_for(state: Any, viewer: Any, now: Any, translate: Any = str) -> Any:
        shown = snapshots.snapshot_for(state, viewer, now, translate)
        if state.round:
            shown["round"] = snapshots.round_for(state.round, viewer, now, translate)
        return shown

    rooms.snapshot_for = snapshot_for


@mistake("a length of its own")
def a_reveal_is_not_padded(statements: Statements) -> None:
    import orjson

    from sessions import protocol

    protocol.encode = lambda frame: orjson.dumps(frame).decode()


@mistake("in the log")
def frames_are_logged(statements: Statements) -> None:
    from sessions import protocol

    parse = protocol.parse

    def parse_and_print(text: str) -> Any:
        print(text, file=sys.stderr, flush=True)
        return parse(text)

    protocol.parse = parse_and_print
