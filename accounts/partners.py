"""Who is whose partner now, and who may become somebody's: asked by every room, changed by ``couple`` alone."""

from accounts.models import Couple, Membership, User


def couple_of(user: User) -> Couple | None:
    """Return the couple that a person is in now."""
    membership = Membership.objects.filter(user=user, left_at=None).select_related("couple").first()
    return membership.couple if membership else None


def partner_of(user: User) -> User | None:
    """Return the person on the other side of the couple, where there still is one."""
    couple = couple_of(user)
    if couple is None:
        return None
    partner = couple.memberships.filter(left_at=None).exclude(user=user).select_related("user").first()
    return partner.user if partner else None


def seat_of(user: User) -> str:
    """Return which seat a person has in the couple they are in now; none is empty."""
    membership = Membership.objects.filter(user=user, left_at=None).first()
    return membership.seat if membership else ""


def is_free(user: User) -> bool:
    """Tell whether a person may start anew: uncoupled, or coupled with a guest who was never claimed."""
    if couple_of(user) is None:
        return True
    partner = partner_of(user)
    return partner is None or partner.is_guest or user.is_guest


def is_settled(user: User) -> bool:
    """Tell whether a person is in a couple of two accounts, who start check-ins without codes."""
    return couple_of(user) is not None and not is_free(user)
