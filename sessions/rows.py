"""The rows that make one live session, read in one round trip; ``records`` turns them into a state."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Model

from cycleproject import statements
from sessions import models

_SESSION: Final = models.LiveSession._meta.db_table
_ROUND: Final = models.Round._meta.db_table
_STEP: Final = models.Step._meta.db_table

_LATEST: Final = f"(SELECT id FROM {_ROUND} WHERE live_session_id = %s ORDER BY number DESC LIMIT 1)"  # noqa: S608  names only
_TOOK_PLACE: Final = "COALESCE({0}.starts_at, {0}.created_at)"  # what was planned took place later than it was made
_LAST_WITH_STEPS: Final = f"""(
    SELECT earlier.id FROM {_SESSION} earlier JOIN {_SESSION} this ON this.couple_id = earlier.couple_id
    WHERE this.id = %s AND {_TOOK_PLACE.format("earlier")} < {_TOOK_PLACE.format("this")} AND EXISTS (
        SELECT 1 FROM {_ROUND} a_round JOIN {_STEP} a_step ON a_step.round_id = a_round.id
        WHERE a_round.live_session_id = earlier.id
    ) ORDER BY {_TOOK_PLACE.format("earlier")} DESC LIMIT 1
)"""  # noqa: S608  names only
_FOLLOW_UP: Final = f"""
    JOIN {_ROUND} its_round ON its_round.id = own.round_id WHERE its_round.live_session_id = {_LAST_WITH_STEPS}
    ORDER BY its_round.number, own.seat LIMIT 20
"""
_SEAL: Final = ("seal",)


@dataclass(frozen=True, slots=True)
class Rows:
    """A live session, its seats by name, its latest round with what hangs from it, and the steps to follow up."""

    live_session: models.LiveSession
    seats: list[models.Seat]
    latest_round: models.Round | None
    marks: list[models.Mark]  # without their seals, which nobody needs for a state
    parts: list[models.Part]
    steps: list[models.Step]
    follow_up: list[models.Step]


def rows_of(session_id: UUID) -> Rows | None:
    """Read a live session, itself first: whatever is read after its version is as new as that or newer."""
    live_session, seats, rounds, marks, parts, steps, follow_up = statements.run(
        [
            _of(session_id, models.LiveSession, "WHERE own.id = %s"),
            _of(session_id, models.Seat, "WHERE own.live_session_id = %s ORDER BY own.name"),
            _of(session_id, models.Round, "WHERE own.live_session_id = %s ORDER BY own.number DESC LIMIT 1"),
            _of(session_id, models.Mark, f"WHERE own.round_id = {_LATEST}", without=_SEAL),
            _of(session_id, models.Part, f"WHERE own.round_id = {_LATEST}"),
            _of(session_id, models.Step, f"WHERE own.round_id = {_LATEST}"),
            _of(session_id, models.Step, _FOLLOW_UP),
        ]
    )
    if not live_session:
        return None
    return Rows(
        live_session=statements.instances(models.LiveSession, live_session)[0],
        seats=statements.instances(models.Seat, seats),
        latest_round=next(iter(statements.instances(models.Round, rounds)), None),
        marks=statements.instances(models.Mark, marks, without=_SEAL),
        parts=statements.instances(models.Part, parts),
        steps=statements.instances(models.Step, steps),
        follow_up=statements.instances(models.Step, follow_up),
    )


def _of(session_id: UUID, model: type[Model], ending: str, without: tuple[str, ...] = ()) -> statements.Query:
    key = statements.fields(models.LiveSession, ("id",))
    return statements.rows(model, ending, key, [session_id], without=without)
