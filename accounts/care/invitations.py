"""Invitations that link a therapist and a couple: either side makes a single-use link, the other opens it.

Accepting consents to nothing: it only asks both partners what they agree to.
"""

import secrets
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import partners
from accounts.care import scopes
from accounts.invitation_tokens import TOKEN_BYTES, UnknownInvitation, digest_of
from accounts.models import INVITATION_LIFETIME, CareInvitation, CareLink, Couple, Membership, User

# A therapist invites several couples on one day; nobody needs more links than this to lie about.
MAX_OPEN: Final = 50


class MayNotInvite(Exception):
    """The inviter is not, as the role requires, a therapist who may host or one of a couple of two accounts."""


@transaction.atomic
def create(
    inviter: User, *, as_therapist: bool, token: str | None = None, label: str = ""
) -> tuple[CareInvitation, str]:
    """Return a new invitation and its token, which is told once. Raises MayNotInvite.

    A label is a therapist's own, for whom they invite; it goes on to the link and is shown to nobody else.
    A partner has one open invitation at a time: a new one replaces it.
    """
    if not (scopes.may_host(inviter) if as_therapist else partners.in_account_couple(inviter)):
        raise MayNotInvite
    couple = None if as_therapist else partners.couple_of(inviter)
    earlier = CareInvitation.objects.filter(inviter=inviter, couple__isnull=as_therapist).order_by("-created_at", "-pk")
    kept = list(earlier[: MAX_OPEN - 1 if as_therapist else 0].values_list("pk", flat=True))
    earlier.exclude(pk__in=kept).delete()
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    label = label if as_therapist else ""
    made = CareInvitation.objects.create(inviter=inviter, couple=couple, digest=digest_of(token), label=label or None)
    return made, token


def withdraw(inviter: User, *, as_therapist: bool) -> None:
    """Delete the inviter's open invitations in this role."""
    CareInvitation.objects.filter(inviter=inviter, couple__isnull=as_therapist).delete()


def withdraw_one(inviter: User, invitation_id: int) -> None:
    """Delete one of a therapist's open invitations to couples, and leave the others; again is the same."""
    CareInvitation.objects.filter(inviter=inviter, couple=None, pk=invitation_id).delete()


def open_invitations(inviter: User, *, as_therapist: bool) -> QuerySet[CareInvitation]:
    """Return the inviter's invitations in this role that have not expired."""
    return _unexpired().filter(inviter=inviter, couple__isnull=as_therapist).order_by("created_at", "pk")


def own(token: str, inviter: User) -> CareInvitation | None:
    """Return one's own open invitation, for whoever has its token."""
    return _unexpired().filter(digest=digest_of(token), inviter=inviter).first()


def find(token: str, person: User | None) -> CareInvitation:
    """Return the valid invitation behind a token, unless the person is on the inviting side. Raises UnknownInvitation.

    Whoever may read it may not always accept it: see ``may_accept``.
    """
    invitation = _unexpired().filter(digest=digest_of(token)).select_related("inviter", "couple").first()
    if (
        invitation is None
        or not _is_valid(invitation)
        or (person is not None and _is_on_inviting_side(invitation, person))
    ):
        raise UnknownInvitation
    return invitation


def may_accept(invitation: CareInvitation, person: User) -> bool:
    """Tell whether a person can accept: a therapist who may host, or one of a couple of two accounts."""
    return partners.in_account_couple(person) if invitation.couple is None else scopes.may_host(person)


def accept(token: str, person: User) -> CareLink:
    """Create the care link, with no consent, and use the invitation up. Raises UnknownInvitation."""
    with transaction.atomic():
        # Locked first: of two who accept at once the second finds nothing.
        taken = _unexpired().select_for_update(of=("self",)).filter(digest=digest_of(token)).first()
        if taken is None:
            raise UnknownInvitation
        invitation = find(token, person)
        if not may_accept(invitation, person):
            raise UnknownInvitation
        couple = invitation.couple or partners.couple_of(person)
        therapist = invitation.inviter if invitation.couple is None else person
        if couple is None or not _lock_lasting_couple(couple):
            raise UnknownInvitation
        link, _ = CareLink.objects.get_or_create(therapist=therapist, couple=couple, ended_at=None)
        if taken.label and link.label is None:
            link.label = taken.label
            link.save(update_fields=["label"])
        taken.delete()
    return link


def _unexpired(now: datetime | None = None) -> QuerySet[CareInvitation]:
    alive = (now or timezone.now()) - INVITATION_LIFETIME
    return CareInvitation.objects.filter(created_at__gt=alive, inviter__is_active=True)


def _is_valid(invitation: CareInvitation) -> bool:
    if invitation.couple is None:
        return scopes.may_host(invitation.inviter)
    return partners.couple_of(invitation.inviter) == invitation.couple


def _is_on_inviting_side(invitation: CareInvitation, person: User) -> bool:
    """Tell whether a person is the inviter or their partner: nobody is their own therapist, or their partner's."""
    if invitation.couple is not None:
        return invitation.couple.memberships.filter(user=person, left_at=None).exists()
    return person == invitation.inviter or partners.partner_of(person) == invitation.inviter


def _lock_lasting_couple(couple: Couple) -> bool:
    """Tell whether a couple is together, and lock it: unpairing waits until this transaction ends."""
    together = Membership.objects.select_for_update().filter(couple=couple, left_at=None, user__isnull=False)
    return len(together) == scopes.PARTNERS
