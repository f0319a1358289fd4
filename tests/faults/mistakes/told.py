"""What can be wrong with how a change is told and shown."""

import sys
import time
from typing import Any

from tests.faults.mistakes.planting import REDIS, STUCK, Mistakes
from tests.faults.seams import Statements

LEAVING = ("leaves in the same moment", "leaves with a mark")

mistakes = Mistakes()


@mistakes(STUCK)
def others_are_told_before_the_commit_and_nobody_sweeps(statements: Statements) -> None:
    from sessions.store import broadcast, execute

    _no_sweep()
    batch, tell = execute.execute_batch, broadcast._others.tell

    def execute_batch(asked: Any) -> Any:
        for one in asked:
            tell(broadcast.session_group(one.session_id), counts=False, session=str(one.session_id))
        time.sleep(0.03)
        return batch(asked)

    execute.execute_batch = execute_batch
    broadcast._others.tell = lambda *args, **kwargs: None


@mistakes(STUCK, REDIS)
def nobody_sweeps(statements: Statements) -> None:
    _no_sweep()


@mistakes(STUCK, REDIS)
def groups_are_not_joined_anew_and_nobody_sweeps(statements: Statements) -> None:
    from sessions.store import broadcast

    _no_sweep()
    listen = broadcast.OtherProcesses._listen

    async def listen_once(others: Any) -> None:
        try:
            await listen(others)
        finally:
            others._groups = {broadcast.EVERYBODY}

    broadcast.OtherProcesses._listen = listen_once


def _no_sweep() -> None:
    from sessions.live import rooms

    async def sweep(all_rooms: Any) -> None:
        return None

    rooms.Rooms.sweep = sweep


@mistakes("sealed before sealing")
def it_is_told_that_the_other_has_sealed(statements: Statements) -> None:
    from sessions.checkin import shown_round

    shown_round._sealed = lambda latest, viewer: bool(latest.sealed)


@mistakes("without both marks")
def one_mark_is_shown_alone(statements: Statements) -> None:
    from sessions.checkin import shown_round

    reveal_for = shown_round.reveal_for

    def one_sided(reveal: Any, viewer: Any, *args: Any) -> Any:
        shown = reveal_for(reveal, viewer, *args)
        shown["marks"]["b" if viewer.seat == "a" else "a"] = {}
        return shown

    shown_round.reveal_for = one_sided


@mistakes("not shared")
def words_are_shown_that_were_not_shared(statements: Statements) -> None:
    from sessions.checkin import shown_round

    mark = shown_round._mark
    shown_round._mark = lambda shown, *, own: mark(shown, own=True)


@mistakes("broke the silence")
def what_equals_the_last_is_sent_all_the_same(statements: Statements) -> None:
    from sessions.live import room

    offer = room.Listener.offer

    def offer_always(listener: Any, text: str) -> None:
        listener.last_sent = None
        offer(listener, text)

    room.Listener.offer = offer_always


@mistakes("left to see after the end", kinds=LEAVING)
def a_round_is_shown_after_the_end(statements: Statements) -> None:
    from sessions.checkin import shown_round, snapshot
    from sessions.live import room

    def snapshot_for(state: Any, viewer: Any, now: Any, translate: Any = str) -> Any:
        shown = snapshot.snapshot_for(state, viewer, now, translate)
        if state.round:
            shown["round"] = shown_round.round_for(state.round, state.expires_at, viewer, now, translate)
        return shown

    room.snapshot_for = snapshot_for


@mistakes("a length of its own")
def a_reveal_is_not_padded(statements: Statements) -> None:
    import orjson

    from sessions.checkin import wire

    wire.encode = lambda frame: orjson.dumps(frame).decode()


@mistakes("in the log")
def frames_are_logged(statements: Statements) -> None:
    from sessions.checkin import wire

    parse = wire.parse

    def parse_and_print(text: str) -> Any:
        print(text, file=sys.stderr, flush=True)
        return parse(text)

    wire.parse = parse_and_print
