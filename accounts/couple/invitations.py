"""Invitations that pair two accounts: one makes a single-use link, the other opens it."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import partners
from accounts.couple import pairing
from accounts.couple.pairing import NotFree
from accounts.invitation_tokens import TOKEN_BYTES, UnknownInvitation, digest_of
from accounts.models import INVITATION_LIFETIME, Couple, Invitation, User
from accounts.notices import outbox


def create(inviter: User, token: str | None = None) -> tuple[Invitation, str]:
    """Return a new invitation and its token, which is told once; an earlier one stops working. Raises NotFree."""
    if inviter.is_guest or not partners.is_free(inviter):
        raise NotFree
    token = token or secrets.token_urlsafe(TOKEN_BYTES)
    fresh = {"digest": digest_of(token), "created_at": timezone.now()}
    invitation, _ = Invitation.objects.update_or_create(inviter=inviter, defaults=fresh)
    return invitation, token


def withdraw(inviter: User) -> None:
    """Delete the inviter's open invitation."""
    Invitation.objects.filter(inviter=inviter).delete()


def open_invitation(inviter: User, now: datetime | None = None) -> Invitation | None:
    """Return the inviter's invitation if it has not expired, else None."""
    return _unexpired(now).filter(inviter=inviter).first()


def own(token: str, inviter: User) -> Invitation | None:
    """Return one's own open invitation, for whoever has its token."""
    return _unexpired().filter(digest=digest_of(token), inviter=inviter).first()


def find(token: str, person: User | None) -> Invitation:
    """Return the invitation behind a token, if this person, or somebody not logged in, may accept it.

    Raises UnknownInvitation.
    """
    invitation = _unexpired().filter(digest=digest_of(token)).select_related("inviter").first()
    if invitation is None or not _may_accept(invitation, person):
        raise UnknownInvitation
    return invitation


def accept(token: str, person: User) -> Couple:
    """Pair the person with the inviter, who takes seat ``a``; use the invitation up. Raises UnknownInvitation."""
    with transaction.atomic():
        invitation = _unexpired().select_for_update(of=("self",)).filter(digest=digest_of(token)).first()
        if invitation is None or person.is_guest:
            raise UnknownInvitation
        try:
            couple = pairing.form_couple(invitation.inviter, person)
        except NotFree:
            raise UnknownInvitation from None
        Invitation.objects.filter(inviter__in=(invitation.inviter, person)).delete()
        outbox.accepted(invitation.inviter.pk, couple.pk)
    return couple


def _unexpired(now: datetime | None = None) -> QuerySet[Invitation]:
    alive = (now or timezone.now()) - INVITATION_LIFETIME
    return Invitation.objects.filter(created_at__gt=alive, inviter__is_active=True)


def _may_accept(invitation: Invitation, person: User | None) -> bool:
    if not partners.is_free(invitation.inviter):
        return False
    return person is None or person.is_guest or (person != invitation.inviter and partners.is_free(person))
