"""API operations of a therapist: their profile, and their private notes on couples."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import AfterValidator, Field
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Repeatable, RepeatableOperation
from accounts.api.shapes import Instant, cleaned_up_to
from accounts.care import notes, scopes, therapists
from accounts.care.notes import NOTES_LENGTH
from accounts.care.therapists import PROFILE_LENGTH
from accounts.edit_versions import EditConflict, version_of
from accounts.models import User
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem

T = TypeVar("T")


def _says_something(text: str) -> str:
    if not text:
        raise ValueError("must say something")
    return text


ProfileText = Annotated[
    str,
    cleaned_up_to(PROFILE_LENGTH),
    AfterValidator(_says_something),
    Field(json_schema_extra={"minLength": 1, "maxLength": PROFILE_LENGTH}, repr=False),
]
NotesText = Annotated[
    str, cleaned_up_to(NOTES_LENGTH), Field(json_schema_extra={"maxLength": NOTES_LENGTH}, repr=False)
]


class TherapistWords(Repeatable):
    """A therapist's profile: how they work, at what pace, and what they look at.

    ``version`` is the version that one started from. With it, words that were changed meanwhile are not overwritten.
    """

    approach: ProfileText
    pace: ProfileText
    can_see: ProfileText
    version: str | None = Field(None, max_length=64)


class TherapistShown(Given):
    """One's own profile, empty if there is none, and what is still missing before one may host.

    Couples read the words as staff confirmed them; new words wait for staff to read them.
    """

    approach: str
    pace: str
    can_see: str
    confirmed_at: Instant | None
    confirmed_as_it_is: bool
    second_factor: bool
    may_host: bool
    version: str


class CareNotesText(Repeatable):
    """Notes on a couple; an empty text removes them.

    ``version`` is the version that one started from. With it, notes that were changed meanwhile are not overwritten.
    """

    text: NotesText
    version: str | None = Field(None, max_length=64)


class CareNotesShown(Given):
    """One's own notes on a couple, and their version."""

    text: str
    version: str


class ShowTherapist(Operation):
    """Show one's profile as a therapist, and what is still missing before one may host."""

    gives = {200: TherapistShown}

    def get(self, request: Request) -> Response:
        return Response(own_profile(self.person()).model_dump(mode="json"))


class WriteTherapist(RepeatableOperation):
    """Write one's profile as a therapist. Couples read it once staff have."""

    takes = TherapistWords
    gives = {200: TherapistShown}
    refuses = ("account.needed", "notes.changed", "content.cannot_open")
    examples: ClassVar[dict[str, Any]] = {
        "profile": {
            "approach": "We look at the loop you two are in.",
            "pace": "Slowly.",
            "can_see": "What both agree to.",
        }
    }

    def put(self, request: Request) -> Response:
        if self.person().is_guest:
            raise Problem("account.needed")
        given = self.body(TherapistWords)
        words = given.model_dump(include=set(therapists.PROFILE_FIELDS))
        _kept(partial(self.do_once, partial(therapists.save_profile, self.person(), words, given.version)))
        return Response(own_profile(self.person()).model_dump(mode="json"))


class ShowCareNotes(Operation):
    """Show a therapist's own notes on a couple. Only their author reads them."""

    gives = {200: CareNotesShown}
    refuses = ("item.not_found", "login.second_factor")

    def get(self, request: Request, link_id: UUID) -> Response:
        text = _kept(lambda: notes.read(self.person(), link_id))
        return _shown(text)


class WriteCareNotes(RepeatableOperation):
    """Replace one's own notes on a couple."""

    takes = CareNotesText
    gives = {200: CareNotesShown}
    refuses = ("item.not_found", "login.second_factor", "notes.changed", "content.cannot_open")
    examples: ClassVar[dict[str, Any]] = {"notes": {"text": "Both slowed down after the first round."}}
    # As many letters as notes may hold, each escaped, and a little more.
    largest_body = 12 * NOTES_LENGTH + 8 * 1024

    def put(self, request: Request, link_id: UUID) -> Response:
        given = self.body(CareNotesText)
        write = partial(notes.write, self.person(), link_id, given.text, given.version)
        _kept(partial(self.do_once, write))
        # Told again, it says what stands there now.
        return _shown(_kept(partial(notes.read, self.person(), link_id)))


def own_profile(user: User) -> TherapistShown:
    """Return a therapist's profile as they see it themselves, with what is missing before they may host."""
    profile = therapists.profile_of(user)
    return TherapistShown(
        **therapists.words_of(profile),
        version=version_of(therapists.words_of(profile)),
        confirmed_at=profile.confirmed_at if profile else None,
        confirmed_as_it_is=profile is not None and therapists.is_confirmed_as_written(profile),
        second_factor=scopes.has_second_factor(user),
        may_host=scopes.may_host(user),
    )


def _shown(text: str) -> Response:
    return Response(CareNotesShown(text=text, version=version_of(text)).model_dump(mode="json"))


def _kept(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except scopes.NotFound:
        raise Problem("item.not_found") from None
    except notes.SecondFactorMissing:
        raise Problem("login.second_factor") from None
    except EditConflict:
        raise Problem("notes.changed") from None
