"""Making a couple of two people, and ending it."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.care import scopes
from accounts.couple import rhythm
from accounts.models import Couple, Membership, User
from accounts.notices import outbox
from accounts.partners import couple_of, is_free
from accounts.signals import access_changed


class NotFree(Exception):
    """One of the two is in a couple of accounts, which does not give way to a new one."""


@transaction.atomic
def form_couple(starter: User, joiner: User) -> Couple:
    """Make a couple of two people. A couple that one of them had with a guest is ended. Raises NotFree."""
    people = (starter, joiner)
    # Without these locks two pairings of one person at once each find them free, and the later one parts the first.
    locked = User.objects.select_for_update(no_key=True).filter(id__in=[person.id for person in people])
    # What somebody wished for is theirs: they begin with it here.
    wishes = dict(locked.order_by("id").values_list("id", "retention_months"))
    if starter == joiner or not all(is_free(person) for person in people):
        raise NotFree
    for person in people:
        unpair(person)
    couple = Couple.objects.create()
    for person, seat in zip(people, "ab", strict=True):
        Membership.objects.create(couple=couple, user=person, seat=seat, retention_months=wishes[person.id])
    return couple


@transaction.atomic
def unpair(user: User, *, leave_words: bool = False) -> None:
    """End the couple that a person is in, and its care links, for both at once. Nothing is revealed by it.

    From then on neither reads what the other wrote, unless its author leaves it to them (``leave_words``).
    """
    couple = couple_of(user)
    if couple is None:
        return
    couple.memberships.filter(user=user).update(leaves_words=leave_words)
    people = _people_in(couple.memberships.filter(left_at=None))
    couple.memberships.filter(left_at=None).update(left_at=timezone.now())
    Couple.objects.filter(pk=couple.pk).update(**rhythm.NOTHING)
    # Afterwards: a care link that is being made waits for these rows, and one that was made meanwhile is found.
    people |= scopes.end_links_of_couple(couple.id)
    outbox.withdrawn(couple.id)
    access_changed.send(sender=Couple, user_ids=people)


def _people_in(memberships: Iterable[Membership]) -> set[UUID]:
    return {membership.user_id for membership in memberships if membership.user_id}
