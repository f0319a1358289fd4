"""API operations on the opening that a therapist suggests to a couple; the same rules as its pages."""

from functools import partial
from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Made, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import as_instant
from accounts.care import scopes
from cycleproject.api.problems import Problem
from cycleproject.web.limits import join_limit
from sessions.contract import api_shapes
from sessions.hosting import suggested_openings
from sessions.hosting.suggested_openings import Suggested
from sessions.joining.opening_api import IN_A_WEEK, answering_for_hours, check_wanted
from sessions.joining.openings import CannotBeAsked


class ShowSuggestedOpening(Operation):
    """Show the opening that one has suggested last to a couple: its hour, and whether it is agreed on or over."""

    gives = {200: api_shapes.SuggestedOpening}
    refuses = ("item.not_found",)

    def get(self, request: Request, link_id: UUID) -> Response:
        try:
            return Response(_shown(suggested_openings.last_of(self.person(), link_id)))
        except scopes.NotFound:
            raise Problem("item.not_found") from None


class SuggestOpening(RepeatableOperation):
    """Suggest an opening to a couple whose `host` scope is active; it holds once both partners have said its hour.

    One that this therapist has suggested and that waits stays, and the answer is 200. Refused with `opening.not_now`
    where the couple can take no suggestion.
    """

    takes = api_shapes.OpeningProposed
    examples = {"a moment of the library": {"opens_at": as_instant(IN_A_WEEK), "moment": 1}}
    gives = {200: api_shapes.SuggestedOpening, 201: api_shapes.SuggestedOpening}
    refuses = ("item.not_found", "opening.not_now")

    def post(self, request: Request, link_id: UUID) -> Response:
        """Answer with how it stands."""
        made = self.made_before() or self._made(link_id)
        try:
            shown = _shown(suggested_openings.last_of(self.person(), link_id))
        except scopes.NotFound:
            raise Problem("item.not_found") from None
        return Response(shown, status=201 if made.told["is_new"] else 200)

    def _made(self, link_id: UUID) -> Made:
        join_limit().spend(self.request._request)
        wanted = self.body(api_shapes.OpeningProposed)
        check_wanted(wanted)  # what cannot be read comes before whose couple it is
        try:
            return self.make_once(partial(self._suggested, link_id, wanted))
        except scopes.NotFound:
            raise Problem("item.not_found") from None
        except CannotBeAsked:
            raise Problem("opening.not_now") from None

    def _suggested(self, link_id: UUID, wanted: api_shapes.OpeningProposed) -> Made:
        with answering_for_hours():
            is_new = suggested_openings.suggest(
                self.person(), link_id, wanted.opens_at, moment=wanted.moment, text=wanted.text or ""
            )
        return Made(self.person(), {"is_new": is_new})


class CallOffSuggestedOpening(RepeatableOperation):
    """Call off what one has suggested, until both partners have agreed; again is the same."""

    asks = RepeatableQuery
    gives = {200: api_shapes.SuggestedOpening}
    refuses = ("item.not_found", "seat.not_allowed")

    def delete(self, request: Request, link_id: UUID) -> Response:
        try:
            self.do_once(partial(suggested_openings.call_off, self.person(), link_id))
            return Response(_shown(suggested_openings.last_of(self.person(), link_id)))
        except scopes.NotFound:
            raise Problem("item.not_found") from None
        except suggested_openings.NotTheirsToCallOff:
            raise Problem("seat.not_allowed") from None


def _shown(found: Suggested | None) -> dict[str, Any]:
    if found is None:
        return {"opens_at": None, "state": None}
    return {"opens_at": as_instant(found.opens_at), "state": found.state}
