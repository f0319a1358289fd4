"""API operations for what was with a former partner: one's own view of it, and taking back one's own words."""

from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Repeatable, RepeatableOperation, RepeatableQuery
from accounts.couple import retention
from cycleproject.api.bodies import Given, Query
from cycleproject.api.problems import Problem
from sessions.history import readers
from sessions.history.api import reader_of
from sessions.history.readers import Reader
from sessions.privacy import erasure

Months = Annotated[
    int | None,
    Field(ge=0, le=retention.MAX_MONTHS, description="0 is nothing at all; null is all that is kept."),
]


class OwnView(Given):
    """For how many months back one still sees what was with a former partner."""

    months: Months


class WishedView(Repeatable):
    """How far back one wishes to see."""

    months: Months


FormerCouple = Annotated[UUID | None, Field(description="The couple that is over; without it, the last one.")]


class OfFormer(Query):
    """The couple that is over."""

    couple: FormerCouple = None


class OfFormerPartner(RepeatableQuery):
    """The couple that is over, for what has no body."""

    couple: FormerCouple = None


class ShowOwnView(Operation):
    """Show how far back one still sees what was with a former partner; null while two are together, who see all."""

    asks = OfFormer
    gives = {200: OwnView}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        couple = self.query(OfFormer).couple or readers.last_former(self.person())
        reader = reader_of(self, couple, only_own=True)
        if reader is None:
            raise Problem("item.not_found")
        return Response({"months": reader.own_view})


class ChooseOwnView(RepeatableOperation):
    """See less of what was with a former partner, or all that is kept again.

    Nothing is deleted by it, and the other's view stays as it is.
    """

    asks = OfFormer
    takes = WishedView
    examples = {"nothing": {"months": 0}}
    gives = {200: OwnView}
    refuses = ("item.not_found",)

    def put(self, request: Request) -> Response:
        asked = self.query(OfFormer).couple
        reader = _former(self, asked)
        self.do_once(partial(retention.set_own_view, self.person(), reader.couple, self.body(WishedView).months))
        return Response({"months": _former(self, asked).own_view})


class TakeBackWords(RepeatableOperation):
    """Erase one's own words in everything with a former partner, for both and at once; the patterns stay."""

    asks = OfFormerPartner
    gives = {204: None}
    refuses = ("item.not_found",)

    def delete(self, request: Request) -> Response:
        reader = _former(self, self.query(OfFormerPartner).couple)
        assert reader.seat is not None, "a former partner has a seat"
        self.do_once(partial(erasure.take_back_all_words, reader.couple.id, reader.seat))
        return Response(status=204)


def _former(operation: Operation, couple: UUID | None) -> Reader:
    """Return the asker as reader of a couple that is over; without an id, of the last one. Raises Problem."""
    reader = reader_of(operation, couple or readers.last_former(operation.person()), only_own=True)
    if reader is None or not reader.parted:
        raise Problem("item.not_found")
    return reader
