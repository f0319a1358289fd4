"""API operations on the couple: showing it, pairing by invitation, unpairing."""

from typing import Literal
from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import invitation_tokens, partners
from accounts.api.operation import Operation
from accounts.api.shapes import Instant, InvitationShown
from accounts.couple import invitations, pairing
from accounts.models import Couple, User
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem
from cycleproject.web.addresses import public_url
from cycleproject.web.limits import invitation_limit, wrong_code_limit


class Partner(Given):
    """The other partner of the couple."""

    first_name: str


class CoupleShown(Given):
    """The couple as one of the two sees it. No partner: they have deleted themselves."""

    id: UUID
    seat: Literal["a", "b"]
    partner: Partner | None
    since: Instant


class ShowCouple(Operation):
    """Show the couple that one is in, and one's partner."""

    gives = {200: CoupleShown}
    refuses = ("item.not_found",)

    def get(self, request: Request) -> Response:
        couple = partners.couple_of(self.person())
        if couple is None:
            raise Problem("item.not_found")
        return Response(_shown(couple, self.person()))


class Unpair(Operation):
    """End the couple, alone and at once, for both; a check-in that is going on ends with it."""

    gives = {204: None}

    def delete(self, request: Request) -> Response:
        pairing.unpair(self.person())
        return Response(status=204)


class Invite(Operation):
    """Create an invitation to pair; an earlier one stops working."""

    gives = {201: InvitationShown}
    refuses = ("account.needed", "couple.not_free")

    def post(self, request: Request) -> Response:
        invitation_limit().spend(request._request)
        if self.person().is_guest:
            raise Problem("account.needed")
        try:
            invitation, token = invitations.create(self.person())
        except pairing.NotFree:
            raise Problem("couple.not_free") from None
        url = public_url(request._request, reverse("invitation", args=[token]))
        shown = InvitationShown(url=url, code=token, expires=invitation.expires_at)
        return Response(shown.model_dump(mode="json"), status=201)


class AcceptInvitation(Operation):
    """Pair with whoever made an invitation."""

    gives = {200: CoupleShown}
    refuses = ("code.not_found",)

    def post(self, request: Request, code: str) -> Response:
        wrong_code_limit().check(request._request)
        try:
            couple = invitations.accept(code, self.person())
        except invitation_tokens.UnknownInvitation:
            wrong_code_limit().spend(request._request)
            raise Problem("code.not_found") from None
        return Response(_shown(couple, self.person()))


def _shown(couple: Couple, person: User) -> dict[str, object]:
    partner = partners.partner_of(person)
    shown = CoupleShown(
        id=couple.id,
        seat="a" if partners.seat_of(person) == "a" else "b",
        partner=Partner(first_name=partner.first_name) if partner else None,
        since=couple.created_at,
    )
    return shown.model_dump(mode="json")
