"""API operations on care links: inviting, accepting, and each partner's own consent."""

from functools import partial
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from django.urls import reverse
from pydantic import Field, RootModel
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.operation import Operation
from accounts.api.repeatable import Made, Repeatable, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import Instant, InvitationShown, Page, PageQuery, as_instant, page_of
from accounts.care import invitations, scopes, therapists
from accounts.care.consent_wording import CURRENT, WORDINGS
from accounts.invitation_tokens import UnknownInvitation
from accounts.models import SCOPES, CareLink, Scope, User
from cycleproject.api.bodies import Body, Given
from cycleproject.api.problems import Problem
from cycleproject.web.addresses import public_url
from cycleproject.web.idempotency import secret_from
from cycleproject.web.limits import invitation_limit, wrong_code_limit


class CareInvitation(Repeatable):
    """As what one invites. Without it: as a therapist, if one may host."""

    as_what: Annotated[Literal["therapist", "partner"] | None, Field(alias="as")] = None


class ScopesToAgreeTo(Repeatable):
    """The scopes that one agrees to, each with the code of the wording that was read."""

    scope: Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))]


class ScopesToTakeBack(Body):
    """The scopes from which one takes one's consent back; all of them, where none is named."""

    # Clients of the first version send it like this; others cannot send a body with DELETE, nor see it in a schema.
    scope: Annotated[list[Scope], Field(max_length=len(SCOPES))] = list(SCOPES)


class ScopeToTakeBack(RepeatableQuery):
    """Which scope one takes one's yes back from; all of them, where none is named."""

    scope: Annotated[Scope, Field(description="Without it: all of them.")] | None = None


class Wording(Given):
    """The words that a consent is given to, and their code."""

    code: str
    text: str


class OwnScope(Given):
    """A scope as a partner sees it: their own answer, and whether both agree. The other's answer is never shown."""

    agreed: bool
    active: bool
    wording: Wording


class ScopeState(Given):
    """A scope as the therapist sees it: active or not, and never whose consent is missing."""

    active: bool


class ConfirmedWords(Given):
    """A therapist's description of their work, as staff confirmed it."""

    approach: str
    pace: str
    can_see: str


class LinkedTherapist(Given):
    """The therapist as the couple sees them. No profile: none is confirmed now."""

    first_name: str
    profile: ConfirmedWords | None


class LinkedPartner(Given):
    """One partner as the therapist sees them, while a scope is active."""

    seat: Literal["a", "b"]
    first_name: str


class LinkOfPartner(Given):
    """A care link as one of the couple sees it."""

    id: UUID
    since: Instant
    you: Literal["partner"] = "partner"
    therapist: LinkedTherapist
    scopes: dict[Scope, OwnScope]


class LinkOfTherapist(Given):
    """A care link as the therapist sees it; ``partners`` is empty while nothing is active."""

    id: UUID
    since: Instant
    you: Literal["therapist"] = "therapist"
    couple: UUID
    partners: list[LinkedPartner]
    scopes: dict[Scope, ScopeState]


class CareLinkShown(RootModel[LinkOfPartner | LinkOfTherapist]):
    """A care link as the asker's side sees it."""


class CareLinks(Page):
    """One page of the asker's care links, newest first."""

    results: list[LinkOfPartner | LinkOfTherapist]


class ListCareLinks(Operation):
    """List one's care links, both those as a therapist and those as a partner."""

    asks = PageQuery
    gives = {200: CareLinks}

    def get(self, request: Request) -> Response:
        links, around = page_of(self, scopes.links_of_person(self.person()), ("-created_at", "id"))
        page = CareLinks(results=[_shown(self.person(), link) for link in links], **around)
        return Response(page.model_dump(mode="json"))


class InviteToCare(RepeatableOperation):
    """Make an invitation: a therapist's for a couple, or a partner's for a therapist.

    A partner has one at a time; a therapist may have several.
    """

    takes = CareInvitation
    gives = {201: InvitationShown}
    refuses = ("account.needed", "seat.not_allowed")
    examples: ClassVar[dict[str, Any]] = {"as what one may": {}, "as a partner": {"as": "partner"}}

    def post(self, request: Request) -> Response:
        """Answer with the invitation."""
        token = secret_from(self.key())
        made = self.made_before() or self._made(token)
        url = public_url(request._request, reverse("care_invitation", args=[token]))
        return Response({"url": url, "code": token, **made.told}, status=201)

    def _made(self, token: str) -> Made:
        invitation_limit().spend(self.request._request)
        if self.person().is_guest:
            raise Problem("account.needed")
        try:
            return self.make_once(partial(self._make, token))
        except invitations.MayNotInvite:
            raise Problem("seat.not_allowed") from None

    def _make(self, token: str) -> Made:
        user, as_what = self.person(), self.body(CareInvitation).as_what
        as_therapist = as_what == "therapist" or (as_what is None and scopes.may_host(user))
        made, _ = invitations.create(user, as_therapist=as_therapist, token=token)
        return Made(user, {"expires": as_instant(made.expires_at)})


class AcceptCareInvitation(RepeatableOperation):
    """Accept an invitation, which uses it up and agrees to nothing yet."""

    takes = Repeatable
    gives = {200: CareLinkShown}
    refuses = ("code.not_found",)

    def post(self, request: Request, code: str) -> Response:
        """Answer with the care link."""
        made = self.made_before() or self._made(code)
        link = scopes.links_of_person(self.person()).filter(id=made.told["link"]).first()
        if link is None:
            raise Problem("code.not_found")  # it came to that, and has ended meanwhile
        return Response(_shown(self.person(), link).model_dump(mode="json"))

    def _made(self, code: str) -> Made:
        try:
            return self.make_once(partial(self._make, code))
        except UnknownInvitation:
            wrong_code_limit().spend(self.request._request)  # one that is right was not guessed: nobody waits with it
            raise Problem("code.not_found") from None

    def _make(self, code: str) -> Made:
        return Made(self.person(), {"link": str(invitations.accept(code, self.person()).id)})


class AgreeToCare(RepeatableOperation):
    """Agree, for oneself, to scopes in their wording as it is now. Nobody is shown whether one did."""

    takes = ScopesToAgreeTo
    gives = {200: CareLinkShown}
    refuses = ("item.not_found",)
    examples: ClassVar[dict[str, Any]] = {"hosting": {"scope": ["host"]}}

    def post(self, request: Request, link_id: UUID) -> Response:
        try:
            link = scopes.link_of_partner(self.person(), link_id)
            self.do_once(partial(scopes.agree, self.person(), link, self.body(ScopesToAgreeTo).scope))
        except scopes.NotFound:
            raise Problem("item.not_found") from None
        return Response(_shown(self.person(), link).model_dump(mode="json"))


class TakeConsentBack(RepeatableOperation):
    """Take one's yes back, alone, at once and for the past too."""

    takes = ScopesToTakeBack
    asks = ScopeToTakeBack
    gives = {200: CareLinkShown}
    refuses = ("item.not_found",)

    def delete(self, request: Request, link_id: UUID) -> Response:
        """Answer with the care link."""
        named = self.query(ScopeToTakeBack).scope
        try:
            link = scopes.link_of_partner(self.person(), link_id)
            chosen = [named] if named else self.body(ScopesToTakeBack).scope
            self.do_once(partial(scopes.withdraw, self.person(), link, chosen))
        except scopes.NotFound:
            raise Problem("item.not_found") from None
        return Response(_shown(self.person(), link).model_dump(mode="json"))


def _shown(person: User, link: CareLink) -> LinkOfPartner | LinkOfTherapist:
    """Return a care link as one person may see it: one's own answers and what is active, nobody else's answer."""
    active = scopes.active_scopes(link)
    therapist, couple_id = link.sides
    if link.therapist_id == person.id:
        partners = [
            LinkedPartner(seat="a" if one.seat == "a" else "b", first_name=one.user.first_name)
            for one in scopes.partners_of(link)
            if one.user
        ]
        states = {scope: ScopeState(active=scope in active) for scope in SCOPES}
        return LinkOfTherapist(id=link.id, since=link.created_at, couple=couple_id, partners=partners, scopes=states)
    agreed = scopes.agreed_scopes(person, link)
    words = therapists.words_for_couples(therapist)
    return LinkOfPartner(
        id=link.id,
        since=link.created_at,
        therapist=LinkedTherapist(first_name=therapist.first_name, profile=ConfirmedWords(**words) if words else None),
        scopes={
            scope: OwnScope(
                agreed=scope in agreed,
                active=scope in active,
                wording=Wording(code=CURRENT[scope], text=str(WORDINGS[CURRENT[scope]])),
            )
            for scope in SCOPES
        },
    )
