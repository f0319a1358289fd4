"""Deleting a person. What is kept outside ``accounts`` is erased by receivers of ``leaving`` and ``erasing``."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from accounts.care import notes, scopes
from accounts.couple import pairing
from accounts.models import Couple, User
from accounts.signals import access_changed, erasing, leaving


def delete_person(user: User) -> None:
    """End everything that is going on, then erase the person and everything that is theirs alone.

    In two transactions: what the other one is shown last is then the same as after any other leave, and names no cause.
    """
    _leave(user)
    _erase(user)


@transaction.atomic
def _leave(user: User) -> None:
    pairing.unpair(user)
    scopes.end_links_of_therapist(user)
    leaving.send(sender=User, user=user)


@transaction.atomic
def _erase(user: User) -> None:
    # Sent twice at once, the second waits for the first and finds nobody; without the lock both would erase one person.
    if not User.objects.select_for_update(no_key=True).filter(pk=user.pk).exists():
        return
    couple_ids = list(user.memberships.values_list("couple", flat=True))
    erasing.send(sender=User, user=user)
    for session_key in UserSession.objects.filter(user=user).values_list("session_key", flat=True):
        SessionStore(session_key).delete()
    access_changed.send(sender=User, user_ids={user.pk})
    notes.delete_all_of(user)
    user.delete()
    Couple.objects.filter(id__in=couple_ids).exclude(memberships__user__isnull=False).delete()
    scopes.delete_links_that_hold_nothing()
