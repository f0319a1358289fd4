"""The rows that make one live session, read in one round trip; ``load`` turns them into a state."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from cycleproject.database import statements
from sessions import models
from sessions.checkin import day
from sessions.store import earlier

_SESSION: Final = models.LiveSession._meta.db_table
_ROUND: Final = models.Round._meta.db_table
_SEAT: Final = models.Seat._meta.db_table
_MARK: Final = models.Mark._meta.db_table
_PART: Final = models.Part._meta.db_table
_STEP: Final = models.Step._meta.db_table

# Of one check-in: more than anybody has in a day.
ROUNDS_LOOKED_BACK_ON: Final = 50

_LAST_WITH_STEPS: Final = f"""(
    SELECT earlier.id FROM {_SESSION} earlier JOIN {_SESSION} this ON this.couple_id = earlier.couple_id
    WHERE this.id = %s AND earlier.took_place_at < this.took_place_at AND EXISTS (
        SELECT 1 FROM {_ROUND} a_round JOIN {_STEP} a_step ON a_step.round_id = a_round.id
        WHERE a_round.live_session_id = earlier.id
    ) ORDER BY earlier.took_place_at DESC LIMIT 1
)"""  # noqa: S608  names only
# What a round may be said about, or repeat: the last one of the check-in before, and the newest before the latest in
# which neither could stay present. Each walk ends soon, however long the two have been coming: a check-in of years has
# thousands of rounds behind it, and hundreds in it.
_OF_THE_COUPLE: Final = f"""
    SELECT a_round.id FROM {_ROUND} a_round JOIN {_SESSION} its ON its.id = a_round.live_session_id
    JOIN {_SESSION} this ON this.couple_id = its.couple_id
    WHERE this.id = %s AND a_round.phase = 'revealed' AND its.took_place_at < this.took_place_at
"""  # noqa: S608  names only
_NEWEST: Final = "ORDER BY its.took_place_at DESC, a_round.number DESC LIMIT 1"
_LAST_TIME: Final = f"({_OF_THE_COUPLE} {_NEWEST})"
_NOBODY_STEADY: Final = f"""
    NOT EXISTS (SELECT 1 FROM {_MARK} a_mark WHERE a_mark.round_id = a_round.id AND a_mark.reaction = 'steady')
"""  # noqa: S608  names only
_CAUGHT_HERE: Final = f"""(
    SELECT a_round.id FROM {_ROUND} a_round WHERE a_round.live_session_id = own.id AND a_round.number < latest.number
    AND a_round.number >= latest.number - {ROUNDS_LOOKED_BACK_ON} AND a_round.phase = 'revealed'
    AND {_NOBODY_STEADY} ORDER BY a_round.number DESC LIMIT 1
)"""  # noqa: S608  names only
# No earlier than ``earlier.may_repeat`` believes it, and by how much its check-in can have begun before it.
_BEFORE: Final = f"{(earlier.AGAIN_WITHIN + day.LONGEST).days + 1} days"
_SINCE: Final = {
    "sqlite": f"datetime(COALESCE(this.starts_at, this.created_at), '-{_BEFORE}')",
    "postgresql": f"COALESCE(this.starts_at, this.created_at) - interval '{_BEFORE}'",
}
# A row for each seat, with what its partner has in the latest round.
_WHOLE: Final = (
    statements.ModelColumns("own", models.LiveSession),
    statements.ModelColumns("seat", models.Seat),
    statements.ModelColumns("latest", models.Round),
    statements.ModelColumns("mark", models.Mark),
    # How it was a day later is no part of a check-in.
    statements.ModelColumns("part", models.Part, without=("look_back",)),
    statements.ModelColumns("step", models.Step),
    statements.ModelColumns("last_with_steps", models.LiveSession, only=("id",)),
    statements.ModelColumns("last_time", models.Round),
    statements.ModelColumns("last_part", models.Part, without=("need", "need_seal", "look_back")),
    statements.ModelColumns("caught", models.Round, only=("id", "live_session", "opened_at")),
)
_FROM_SESSION: Final = {
    vendor: f"""
    {_SESSION} own LEFT JOIN {_SEAT} seat ON seat.live_session_id = own.id
    LEFT JOIN {_ROUND} latest ON latest.live_session_id = own.id AND latest.number =
        (SELECT MAX(number) FROM {_ROUND} WHERE live_session_id = own.id)
    LEFT JOIN {_MARK} mark ON mark.round_id = latest.id AND mark.seat = seat.name
    LEFT JOIN {_PART} part ON part.round_id = latest.id AND part.seat = seat.name
    LEFT JOIN {_STEP} step ON step.round_id = latest.id AND step.seat = seat.name
    LEFT JOIN {_SESSION} last_with_steps ON last_with_steps.id = {_LAST_WITH_STEPS}
    LEFT JOIN {_ROUND} last_time ON last_time.id = {_LAST_TIME}
    LEFT JOIN {_PART} last_part ON last_part.round_id = last_time.id AND last_part.seat = seat.name
    LEFT JOIN {_ROUND} caught ON caught.id = COALESCE({_CAUGHT_HERE}, (
        {_OF_THE_COUPLE} AND its.took_place_at >= {since} AND {_NOBODY_STEADY} {_NEWEST}
    ))
    WHERE own.id = %s ORDER BY seat.name
"""  # noqa: S608  names only
    for vendor, since in _SINCE.items()
}
_KEY: Final = statements.fields(models.LiveSession, ("id",)) * 4
_STEPS: Final = (
    statements.ModelColumns("own", models.Step),
    statements.ModelColumns("its_round", models.Round, only=("id", "live_session", "number", "opened_at")),
)
_FROM_EARLIER: Final = f"""
    {_STEP} own JOIN {_ROUND} its_round ON its_round.id = own.round_id
    WHERE its_round.live_session_id = %s ORDER BY its_round.number, own.seat LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class SessionRows:
    """A live session, its seats by name, its latest round with what hangs from it, and the steps to follow up."""

    live_session: models.LiveSession
    seats: list[models.Seat]
    latest_round: models.Round | None
    marks: list[models.Mark]
    parts: list[models.Part]
    steps: list[models.Step]
    follow_up: list[models.Step]
    earlier: models.Round | None
    earlier_parts: list[models.Part]
    caught: models.Round | None


def rows_of(session_id: UUID) -> SessionRows | None:
    """Read a live session, itself first: whatever is read after its version is as new as that or newer."""
    [found] = statements.run([statements.rows(_WHOLE, _FROM_SESSION[connection.vendor], _KEY, [session_id] * 4)])
    if not found:
        return None
    columns = zip(*statements.instances(_WHOLE, found), strict=True)
    live_sessions, seats, rounds, *hanging, before, last_times, last_parts, caught = columns
    marks, parts, steps = ([one for one in column if one] for column in hanging)
    for one in (*marks, *parts, *steps):
        # What they hold is bound to it.
        one.round = rounds[0]
    return SessionRows(
        live_session=live_sessions[0],
        seats=[seat for seat in seats if seat],
        latest_round=rounds[0],
        marks=marks,
        parts=parts,
        steps=steps,
        follow_up=_steps_of(before[0].id) if before[0] else [],
        earlier=last_times[0],
        earlier_parts=[one for one in last_parts if one],
        caught=caught[0],
    )


def _steps_of(session_id: UUID) -> list[models.Step]:
    [found] = statements.run([statements.rows(_STEPS, _FROM_EARLIER, _KEY[:1], [session_id])])
    steps = []
    for step, its_round in statements.instances(_STEPS, found):
        step.round = its_round
        steps.append(step)
    return steps
