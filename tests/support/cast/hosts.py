"""Therapists: what it takes before one of them may host."""

import uuid

from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.care import scopes as care
from accounts.models import CareLink, Couple, TherapistProfile, User
from sessions.models import LiveSession, Seat


def confirmed_therapist(name: str = "Tess") -> User:
    """Return somebody whose profile staff have confirmed and who has a second factor."""
    therapist = User.objects.create_user(f"{name.lower()}-{uuid.uuid4().hex}@example.org", first_name=name)
    may_host(therapist)
    return therapist


def may_host(therapist: User) -> None:
    """Give somebody all that hosting asks of a therapist."""
    Authenticator.objects.create(user=therapist, type=Authenticator.Type.TOTP, data={"secret": ""})
    TherapistProfile.objects.create(
        user=therapist, approach="EFT", pace="Slow", can_see="", confirmed_at=timezone.now()
    )
    assert care.may_host(therapist), "a therapist who may not host proves nothing"


def linked(therapist: User, couple: Couple, *scopes: str) -> CareLink:
    """Link a therapist to a couple, both of whom agree to these scopes."""
    link = CareLink.objects.create(therapist=therapist, couple=couple)
    for membership in couple.memberships.filter(left_at=None).select_related("user"):
        assert membership.user
        care.agree(membership.user, link, scopes)  # type: ignore[arg-type]
    return link


def agree_in_the_room(live_session: LiveSession) -> None:
    """Let everybody who sits there agree to the host, for this check-in."""
    LiveSession.objects.filter(pk=live_session.pk).update(consent_by_seat=True)
    Seat.objects.filter(live_session=live_session).exclude(name="host").update(
        host_agreed_at=timezone.now(), host_wording="room-1"
    )
