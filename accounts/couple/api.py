"""API operations on the couple: showing it, pairing by invitation, unpairing."""

from functools import partial
from typing import Literal
from uuid import UUID

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import invitation_tokens, partners
from accounts.api.operation import Operation
from accounts.api.repeatable import Made, Repeatable, RepeatableOperation, RepeatableQuery
from accounts.api.shapes import Instant, InvitationShown, as_instant
from accounts.couple import invitations, pairing
from accounts.models import Couple, User
from cycleproject.api.bodies import Given
from cycleproject.api.problems import Problem
from cycleproject.web.addresses import public_url
from cycleproject.web.idempotency import secret_from
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


class Unpair(RepeatableOperation):
    """End the couple, alone and at once, for both; a check-in that is going on ends with it."""

    asks = RepeatableQuery
    gives = {204: None}

    def delete(self, request: Request) -> Response:
        self.do_once(partial(pairing.unpair, self.person()))
        return Response(status=204)


class Invite(RepeatableOperation):
    """Make an invitation to pair; an earlier one stops working."""

    takes = Repeatable
    gives = {201: InvitationShown}
    refuses = ("account.needed", "couple.not_free")

    def post(self, request: Request) -> Response:
        """Answer with the invitation."""
        token = secret_from(self.key())
        made = self.made_before() or self._made(token)
        url = public_url(request._request, reverse("invitation", args=[token]))
        return Response({"url": url, "code": token, **made.told}, status=201)

    def _made(self, token: str) -> Made:
        invitation_limit().spend(self.request._request)
        if self.person().is_guest:
            raise Problem("account.needed")
        try:
            return self.make_once(partial(self._make, token))
        except pairing.NotFree:
            raise Problem("couple.not_free") from None

    def _make(self, token: str) -> Made:
        invitation, _ = invitations.create(self.person(), token)
        return Made(self.person(), {"expires": as_instant(invitation.expires_at)})


class AcceptInvitation(RepeatableOperation):
    """Pair with whoever made an invitation."""

    takes = Repeatable
    gives = {200: CoupleShown}
    refuses = ("code.not_found",)

    def post(self, request: Request, code: str) -> Response:
        """Answer with the couple."""
        made = self.made_before() or self._made(code)
        couple = partners.couple_of(self.person())
        if couple is None or str(couple.id) != made.told["couple"]:
            raise Problem("code.not_found")  # it came to that, and has ended meanwhile
        return Response(_shown(couple, self.person()))

    def _made(self, code: str) -> Made:
        try:
            return self.make_once(partial(self._make, code))
        except invitation_tokens.UnknownInvitation:
            wrong_code_limit().spend(self.request._request)  # one that is right was not guessed: nobody waits with it
            raise Problem("code.not_found") from None

    def _make(self, code: str) -> Made:
        return Made(self.person(), {"couple": str(invitations.accept(code, self.person()).id)})


def _shown(couple: Couple, person: User) -> dict[str, object]:
    partner = partners.partner_of(person)
    shown = CoupleShown(
        id=couple.id,
        seat="a" if partners.seat_of(person) == "a" else "b",
        partner=Partner(first_name=partner.first_name) if partner else None,
        since=couple.created_at,
    )
    return shown.model_dump(mode="json")
