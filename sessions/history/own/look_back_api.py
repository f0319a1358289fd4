"""API operations to say how a round was a day later, and to take that back: by the same writer as the page."""

from functools import partial
from typing import Annotated
from uuid import UUID

from django.utils import timezone
from pydantic import AfterValidator, Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.repeatable import Repeatable, RepeatableOperation, RepeatableQuery
from cycleproject.api.problems import Problem
from cycleproject.text import clean
from sessions.checkin.state import Partner
from sessions.history.api import OnePastRound, round_answer, round_or_problem
from sessions.history.own import look_back
from sessions.history.own.look_back import LINE_LENGTH, Feeling, LookBack


class SaidADayLater(Repeatable):
    """A feeling, a line if one likes, and whether the other may see both: whatever was said before is replaced."""

    feeling: Feeling
    line: Annotated[
        str,
        AfterValidator(partial(clean, most=LINE_LENGTH, lines=True)),
        Field(json_schema_extra={"maxLength": LINE_LENGTH}),
    ] = ""
    shared: Annotated[bool, Field(description="Without it only oneself sees it.")] = False

    def said(self) -> LookBack:
        """Return it as it is kept."""
        return {"feeling": self.feeling, "line": self.line, "shared": self.shared}


class SayADayLater(RepeatableOperation):
    """Say how a round is a day later, or say it anew; to share it, or not any more, say it anew with `shared`.

    Only for those who wish to be asked, from the night after on; what they have said stays theirs to change.
    """

    takes = SaidADayLater
    examples = {"both": {"feeling": "both", "line": "Lighter, then unsure."}}
    gives = {200: OnePastRound}
    refuses = ("item.not_found", "look_back.not_offered")

    def put(self, request: Request, history_id: UUID) -> Response:
        """Answer with the round."""
        said = self.body(SaidADayLater).said()
        person, seat = self.person(), own_seat(self, history_id)
        try:
            self.do_once(partial(look_back.keep, person, history_id, seat, said, timezone.now()))
        except look_back.NotOffered:
            raise Problem("look_back.not_offered") from None
        return Response(round_answer(self, history_id))


class TakeADayLaterBack(RepeatableOperation):
    """Take back what one has said of a round a day later: nothing of it is kept, whether it was shared or not."""

    asks = RepeatableQuery
    gives = {204: None}
    refuses = ("item.not_found",)

    def delete(self, request: Request, history_id: UUID) -> Response:
        self.do_once(partial(look_back.take_back, history_id, own_seat(self, history_id)))
        return Response(status=204)


def own_seat(operation: RepeatableOperation, history_id: UUID) -> Partner:
    """Return the asker's seat in a round. Raises Problem where they have none, as where there is no round."""
    reader, _ = round_or_problem(operation, history_id)
    if reader.seat is None:
        raise Problem("item.not_found")
    return reader.seat
