"""How long a couple's history is kept: each has a wish, and the shorter one counts."""

from typing import Annotated

from pydantic import Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import partners
from accounts.api.operation import Operation
from accounts.couple import retention
from accounts.models import Couple, User
from cycleproject.api.bodies import Body, Given
from cycleproject.api.problems import Problem

Months = Annotated[int, Field(ge=retention.MONTHS_AT_LEAST, le=retention.MONTHS_AT_MOST)]


class Wish(Body):
    """For how many months one wishes the history to be kept."""

    months: Months


class Retention(Given):
    """For how many months it is kept, and one's own wish. The other's wish is not told."""

    months: int
    your_wish: int


class ShowRetention(Operation):
    """Say how long the couple's history is kept."""

    gives = {200: Retention}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        """Answer with what comes of both wishes."""
        return Response(_shown(self.person(), _couple_of(self.person())))


class WishRetention(Operation):
    """Wish for another time. What is older than the shorter wish is deleted, for both, within about an hour."""

    takes = Wish
    examples = {"months": {"months": 6}}
    gives = {200: Retention}
    refuses = ("item.not_found",)

    def put(self, request: Request) -> Response:
        """Answer with what comes of both wishes."""
        couple = _couple_of(self.person())
        retention.wish(self.person(), couple, self.body(Wish).months)
        return Response(_shown(self.person(), couple))


def _couple_of(person: User) -> Couple:
    couple = partners.couple_of(person)
    if couple is None:
        raise Problem("item.not_found")
    return couple


def _shown(person: User, couple: Couple) -> dict[str, int]:
    return {"months": retention.months_of(couple), "your_wish": retention.wish_of(person, couple)}
