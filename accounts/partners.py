"""Look-ups of a person's couple, partner and seat as they are now; ``accounts.couple`` changes them."""

from accounts.models import Couple, Membership, User


def couple_of(user: User) -> Couple | None:
    """Return the couple that a person is in now, or None."""
    membership = Membership.objects.filter(user=user, left_at=None).select_related("couple").first()
    return membership.couple if membership else None


def partner_of(user: User) -> User | None:
    """Return the other person of the couple; None without a couple, or if they have deleted their account."""
    couple = couple_of(user)
    if couple is None:
        return None
    partner = couple.memberships.filter(left_at=None).exclude(user=user).select_related("user").first()
    return partner.user if partner else None


def seat_of(user: User) -> str:
    """Return a person's seat in their couple, ``a`` or ``b``; empty without a couple."""
    membership = Membership.objects.filter(user=user, left_at=None).first()
    return membership.seat if membership else ""


def is_free(user: User) -> bool:
    """Tell whether a person may be paired: they are in no couple, or in one with a guest in it, which gives way."""
    if couple_of(user) is None:
        return True
    partner = partner_of(user)
    return partner is None or partner.is_guest or user.is_guest


def in_account_couple(user: User) -> bool:
    """Tell whether a person is in a couple of two accounts; these start check-ins without a code."""
    return couple_of(user) is not None and not is_free(user)


def can_return(person: User | None) -> bool:
    """Tell whether a person has a way back in: a guest whose only login has ended has none, nor has who is gone."""
    return person is not None and person.is_active
