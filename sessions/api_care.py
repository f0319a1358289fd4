"""The API about therapists: the profile, care links, invitations, consents, notes. One class for each operation."""

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import care, care_invitations, care_notes, therapists
from accounts.care_forms import NotesForm, ProfileForm
from accounts.consent_wording import CURRENT, WORDINGS
from accounts.invitations import UnknownInvitation
from accounts.limits import inviting, wrong_codes
from accounts.models import SCOPES, CareLink, Scope, User
from cycleproject.addresses import public_url
from sessions import protocol
from sessions.api_base import Operation
from sessions.problems import Problem

PAGE: Final = 50
MISSING: Final = "session.not_found"
# As many code points as notes may hold, each of them escaped.
LARGEST_NOTES: Final = 12 * care_notes.NOTES_LENGTH + 1024

M = TypeVar("M", bound=BaseModel)


class Body(BaseModel):
    """What a client sends; ``pad`` is ignored, so that a client can hide a length."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
    pad: str = Field("", max_length=protocol.MAX_FRAME_BYTES, repr=False)


class CareOperation(Operation):
    """One operation: one method at one address."""

    takes: type[BaseModel] = Body
    _asked: Any = None

    def read(self, request: Request) -> None:
        """Read the body. Raises Problem."""
        try:
            self._asked = self.takes.model_validate(request.data)
        except ValidationError:
            # The validation error quotes the input, which must not reach a log with the traceback.
            raise Problem("frame.invalid") from None

    def body(self, model: type[M]) -> M:
        """Return what the body says, as the model that it was read with."""
        assert isinstance(self._asked, model)
        return self._asked

    def account(self) -> User:
        """Return the account that asks. Raises Problem."""
        if self.person().is_guest:
            raise Problem("seat.not_allowed")
        return self.person()


class _NoOperation(CareOperation):
    """Answers a method that an address does not have."""


def by_method(**operations: type[CareOperation]) -> Callable[..., HttpResponseBase]:
    """Return the view of one address, each of whose methods is an operation of its own."""
    views = {method: operation.as_view() for method, operation in operations.items()}
    elsewhere = _NoOperation.as_view()

    def view(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        answer: HttpResponseBase = views.get(request.method or "", elsewhere)(request, **kwargs)
        return answer

    view.csrf_exempt = True  # type: ignore[attr-defined]  # the operations ask for themselves, where there is a cookie
    return view


class Profile(Body):
    """What a therapist says of their work."""

    approach: str = Field(repr=False)
    pace: str = Field(repr=False)
    can_see: str = Field(repr=False)


class Notes(Body):
    """A therapist's own notes on a couple; empty removes them."""

    pad: str = Field("", max_length=LARGEST_NOTES, repr=False)
    text: str = Field(repr=False)


class Inviting(Body):
    """As what one invites, where one could as both: without it as a therapist, if one may host."""

    as_what: Literal["therapist", "partner"] | None = Field(None, alias="as")


class Scopes(Body):
    """Which scopes an answer is about."""

    scope: list[Scope] = Field(min_length=1, max_length=len(SCOPES))


class ScopesOrAll(Body):
    """Which scopes are taken back; all of them, where none is named."""

    scope: list[Scope] = Field(default=list(SCOPES), max_length=len(SCOPES))


@extend_schema(exclude=True)
class ShowProfile(CareOperation):
    """Say what one has written as a therapist, and what is still missing before one may host."""

    def get(self, request: Request) -> Response:
        """Answer with the profile."""
        return Response(_profile(self.person()))


@extend_schema(exclude=True)
class WriteProfile(CareOperation):
    """Write one's profile as a therapist; couples read it once staff have."""

    takes = Profile

    def put(self, request: Request) -> Response:
        """Keep it, and answer with it."""
        user = self.account()
        form = ProfileForm(self.body(Profile).model_dump(exclude={"pad"}))
        if not form.is_valid():
            raise Problem("frame.invalid")
        therapists.describe(user, form.cleaned_data)
        return Response(_profile(user))


@extend_schema(exclude=True)
class ListLinks(CareOperation):
    """One's care links, as a therapist and as a partner."""

    def get(self, request: Request) -> Response:
        """Answer with one page of them, newest first."""
        cursors = _Newest()
        try:
            links = cursors.paginate_queryset(care.links_seen_by(self.person()), request, view=self) or []
        except NotFound:  # a cursor that was made up
            raise Problem("frame.invalid") from None
        return Response(
            {
                "next": cursors.get_next_link(),
                "previous": cursors.get_previous_link(),
                "results": [_link(self.person(), link) for link in links],
            }
        )


@extend_schema(exclude=True)
class Invite(CareOperation):
    """Make an invitation: a therapist's for a couple, or a partner's for a therapist."""

    takes = Inviting

    def post(self, request: Request) -> Response:
        """Answer with the link and the code, which are told this once."""
        user, as_what = self.account(), self.body(Inviting).as_what
        inviting().spend(request._request)
        as_therapist = as_what == "therapist" or (as_what is None and care.may_host(user))
        try:
            made, code = care_invitations.create(user, as_therapist=as_therapist)
        except care_invitations.MayNotInvite:
            raise Problem("seat.not_allowed") from None
        url = public_url(request._request, reverse("care_invitation", args=[code]))
        return Response({"url": url, "code": code, "expires": made.expires_at}, status=201)


@extend_schema(exclude=True)
class AcceptInvitation(CareOperation):
    """Accept an invitation, which agrees to nothing yet and uses it up."""

    def post(self, request: Request, code: str) -> Response:
        """Answer with the care link."""
        wrong_codes().check(request._request)
        try:
            link = care_invitations.accept(code, self.person())
        except UnknownInvitation:
            wrong_codes().spend(request._request)
            raise Problem("code.not_found") from None
        return Response(_link(self.person(), link), status=201)


@extend_schema(exclude=True)
class Agree(CareOperation):
    """A partner agrees, for themself, to scopes in their current wording."""

    takes = Scopes

    def post(self, request: Request, link_id: UUID) -> Response:
        """Keep it, and answer with the care link."""
        try:
            link = care.link_for(self.person(), link_id)
            care.agree(self.person(), link, self.body(Scopes).scope)
        except care.NotFound:
            raise Problem(MISSING) from None
        return Response(_link(self.person(), link))


@extend_schema(exclude=True)
class Withdraw(CareOperation):
    """A partner takes their yes back, alone and at once."""

    takes = ScopesOrAll

    def delete(self, request: Request, link_id: UUID) -> Response:
        """Take it back, and answer with the care link."""
        try:
            link = care.link_for(self.person(), link_id)
            care.withdraw(self.person(), link, self.body(ScopesOrAll).scope)
        except care.NotFound:
            raise Problem(MISSING) from None
        return Response(_link(self.person(), link))


@extend_schema(exclude=True)
class ShowNotes(CareOperation):
    """A therapist's own notes on a couple."""

    def get(self, request: Request, link_id: UUID) -> Response:
        """Answer with them."""
        return Response({"text": _guarded(care_notes.read, self.person(), link_id)})


@extend_schema(exclude=True)
class WriteNotes(CareOperation):
    """Put other words in the place of one's notes on a couple."""

    takes = Notes
    largest_body = LARGEST_NOTES

    def put(self, request: Request, link_id: UUID) -> Response:
        """Keep them, and answer with them."""
        form = NotesForm({"text": self.body(Notes).text})
        if not form.is_valid():
            raise Problem("frame.invalid")
        _guarded(care_notes.write, self.person(), link_id, form.cleaned_data["text"])
        return Response({"text": form.cleaned_data["text"]})


class _Newest(CursorPagination):
    page_size = PAGE
    ordering = ("-created_at", "id")


def _guarded(ask: Callable[..., Any], *args: Any) -> Any:
    try:
        return ask(*args)
    except care.NotFound:
        raise Problem(MISSING) from None
    except care_notes.SecondFactorMissing:
        raise Problem("login.second_factor") from None


def _profile(user: User) -> dict[str, Any]:
    profile = therapists.profile_of(user)
    words = profile.words if profile else dict.fromkeys(therapists.PROFILE_FIELDS, "")
    return {
        **words,
        "confirmed_at": profile.confirmed_at if profile else None,
        "confirmed_as_it_is": profile is not None and therapists.is_confirmed_as_it_is(profile),
        "second_factor": care.has_second_factor(user),
        "may_host": care.may_host(user),
    }


def _link(person: User, link: CareLink) -> dict[str, Any]:
    """Return a care link as one person may see it: one's own answers and what is active, nobody else's answer."""
    active = care.active_scopes(link)
    shown: dict[str, Any] = {"id": link.id, "since": link.created_at}
    if link.therapist_id == person.id:
        partners = [{"seat": one.seat, "first_name": one.user.first_name} for one in care.partners_of(link) if one.user]
        scopes: dict[str, Any] = {scope: {"active": scope in active} for scope in SCOPES}
        return {**shown, "you": "therapist", "couple": link.couple_id, "partners": partners, "scopes": scopes}
    agreed = care.agreed_scopes(person, link)
    therapist = {"first_name": link.therapist.first_name, "profile": therapists.words_for_couples(link.therapist)}
    scopes = {
        scope: {
            "agreed": scope in agreed,
            "active": scope in active,
            "wording": {"code": CURRENT[scope], "text": str(WORDINGS[CURRENT[scope]])},
        }
        for scope in SCOPES
    }
    return {**shown, "you": "partner", "therapist": therapist, "scopes": scopes}
