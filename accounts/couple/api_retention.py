"""API operations on retention: how long the couple's history is kept."""

from functools import partial
from typing import Annotated, Any

from django.utils import timezone
from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import partners
from accounts.api.operation import Operation
from accounts.api.repeatable import Repeatable, RepeatableOperation
from accounts.api.shapes import Instant
from accounts.couple import retention
from accounts.models import Couple, User
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem

Months = Annotated[int, Field(ge=retention.MIN_MONTHS, le=retention.MAX_MONTHS)]


class Wish(Repeatable):
    """For how many months one wishes the history to be kept."""

    months: Months


class Retention(Given):
    """For how many months it is kept, and one's own wish. The other's wish is not told.

    A shorter time is announced to both before it counts: `counts_from` says when, `months_until_then` for how many
    months it is kept till then. Both are absent where nothing is announced.
    """

    months: int
    your_wish: int
    counts_from: Instant | None = None
    months_until_then: int | None = None


class ShowRetention(Operation):
    """Show for how many months the couple's history is kept, and one's own wish."""

    gives = {200: Retention}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        return Response(_shown(self.person(), _couple_of(self.person())))


class WishRetention(RepeatableOperation):
    """Wish for another time. A shorter one is announced to both, and counts after 14 days.

    What is older than the time that counts is shown to nobody, and deleted for both within about an hour.
    """

    takes = Wish
    examples = {"months": {"months": 6}}
    gives = {200: Retention}
    refuses = ("item.not_found",)

    def put(self, request: Request) -> Response:
        couple = _couple_of(self.person())
        self.do_once(partial(retention.set_retention, self.person(), couple, self.body(Wish).months))
        return Response(_shown(self.person(), couple))


def _couple_of(person: User) -> Couple:
    couple = partners.couple_of(person)
    if couple is None:
        raise Problem("item.not_found")
    return couple


def _shown(person: User, couple: Couple) -> dict[str, Any]:
    shown = {"months": retention.retention_of(couple), "your_wish": retention.own_retention(person, couple)}
    to_come = retention.announced(list(couple.memberships.all()), timezone.now())
    if to_come is None:
        return shown
    counts_from = to_come.counts_from.isoformat().replace("+00:00", "Z")
    return {**shown, "counts_from": counts_from, "months_until_then": to_come.months_until_then}
