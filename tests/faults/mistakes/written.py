"""What can be wrong with how a command is decided and stored."""

import re
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from tests.faults.mistakes.planting import STUCK, Mistakes, change_commands
from tests.faults.seams import INSERTING, Statements

LEAVING = ("leaves in the same moment", "leaves with a mark")

mistakes = Mistakes()


@mistakes("stuck", kinds=("both seal",))
def no_version_is_named(statements: Statements) -> None:
    named = re.compile(rb'"version" = (\S+) AND EXISTS')
    statements.rewrite.append(lambda text: named.sub(rb'"version" >= \1 AND EXISTS', text))
    statements.before.append(lambda _, text: time.sleep(0.03) if INSERTING in text else None)


@mistakes("committed with both marks and not revealed", kinds=("both seal", "one after the other"))
def the_mark_is_committed_before_the_reveal(statements: Statements) -> None:
    from cycleproject.database import statements as ours

    pipelined = ours._pipelined
    ours.combined = lambda queries: queries
    ours._pipelined = lambda connection, queries: [pipelined(connection, [one])[0] for one in queries]
    ours.commit_together = lambda several: nullcontext()
    statements.after.append(lambda _, text: time.sleep(0.03) if INSERTING in text else None)


@mistakes("withdrawn|not revealed|had been replaced", kinds=("takes back in the same moment",))
def withdrawing_leaves_the_seal(statements: Statements) -> None:
    statements.rewrite.append(lambda text: _undeleted(text) if b'"seat" = ' in text else text)


@mistakes("set aside with a mark", kinds=("sets aside in the same moment",))
def setting_aside_leaves_the_seals(statements: Statements) -> None:
    statements.rewrite.append(lambda text: text if b'"seat" = ' in text else _undeleted(text))


def _undeleted(text: bytes) -> bytes:
    return text.replace(b'DELETE FROM "live_sessions_mark"', b'UPDATE "live_sessions_mark" SET "seat" = "seat"')


@mistakes("a reveal was changed", kinds=("one after the other",))
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

    change_commands(before)


@mistakes(f"{STUCK}|no answer|not revealed")
def a_room_is_not_forgotten_after_a_miss(statements: Statements) -> None:
    from sessions.store import cache, load

    cache.get = lambda session_id, version: cache._cached.get(session_id)
    # Nor after a hint: what writes on a stale room would miss, and be saved by that.
    cache.reload = load.load


@mistakes("a reveal of a round|revealed after|open in a", kinds=LEAVING)
def leaving_lets_the_other_mark_reveal(statements: Statements) -> None:
    from sessions.checkin import changes, refusals, rules

    decide = rules.decide

    def decided(state: Any, seat: str, asked: Any, now: Any, **given: Any) -> Any:
        if asked.type == "mark.seal" and state.ended_at:
            state = replace(state, ended_at=None)
        decision = decide(state, seat, asked, now, **given)
        if asked.type == "session.leave" and not isinstance(decision, refusals.Refusal):
            left = (change for change in decision.changes if not isinstance(change, changes.RoundClosedUnread))
            return replace(decision, changes=tuple(left))
        return decision

    rules.decide = decided
