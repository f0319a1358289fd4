"""API operations for a therapist's own notes on one check-in that they host."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import RepeatableOperation
from accounts.care import check_in_notes, notes
from accounts.care.api_therapist import CareNotesShown, CareNotesText
from accounts.edit_versions import EditConflict, version_of
from cycleproject.api.problems import Problem
from sessions.hosting.hosted_notes import hosted_check_in
from sessions.store import load

T = TypeVar("T")


class ShowCheckInNotes(Operation):
    """Show a host's own notes on one check-in. Only their author reads them."""

    gives = {200: CareNotesShown}
    refuses = ("session.not_found", "login.second_factor")

    def get(self, request: Request, session_id: UUID) -> Response:
        return _shown(_kept(partial(self._read, session_id)))

    def _read(self, session_id: UUID) -> str:
        return check_in_notes.read(self.person(), hosted_check_in(self.person(), session_id).id)


class WriteCheckInNotes(RepeatableOperation):
    """Replace one's own notes on one check-in, also when it has ended or one hosts it no longer."""

    takes = CareNotesText
    gives = {200: CareNotesShown}
    refuses = ("session.not_found", "login.second_factor", "notes.changed", "content.cannot_open")
    examples: ClassVar[dict[str, Any]] = {"notes": {"text": "Both slowed down after the first round."}}
    # As many letters as notes may hold, each escaped, and a little more.
    largest_body = 12 * notes.NOTES_LENGTH + 8 * 1024

    def put(self, request: Request, session_id: UUID) -> Response:
        given = self.body(CareNotesText)
        check_in = _kept(partial(hosted_check_in, self.person(), session_id))
        write = partial(check_in_notes.write, self.person(), check_in, given.text, given.version)
        _kept(partial(self.do_once, write))
        # Told again, it says what stands there now.
        return _shown(_kept(partial(check_in_notes.read, self.person(), session_id)))


def _shown(text: str) -> Response:
    return Response(CareNotesShown(text=text, version=version_of(text)).model_dump(mode="json"))


def _kept(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except load.NotFound:
        raise Problem("session.not_found") from None
    except notes.SecondFactorMissing:
        raise Problem("login.second_factor") from None
    except EditConflict:
        raise Problem("notes.changed") from None
