"""Browsers that take notices: one for each login that has set one up, and for as long as that login lasts.

What is asked each time before something is sent is the login itself. That rows go when their login goes only tidies up.
"""

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Collection
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from allauth.core.internal.sessionkit import get_session_user
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.models import PushSubscription, User
from accounts.notices.endpoints import check_endpoint
from accounts.session_store import SessionStore
from accounts.signals import access_changed

SECRET_BYTES: Final = 16
LONGEST_KEY: Final = 120


class BadTarget(ValueError):
    """This is nowhere that a notice can be sent to."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a browser takes notices, and the two keys that they are encrypted for (RFC 8291), as base64url."""

    endpoint: str
    p256dh: str
    auth: str


def listen() -> None:
    """Connect the receiver for logins that have ended; called once, when the app is ready."""
    access_changed.connect(_access_changed, dispatch_uid="accounts.notices.access_changed")


def checked(endpoint: str, p256dh: str, auth: str) -> Target:
    """Return a target that could take notices. Raises BadTarget."""
    try:
        check_endpoint(endpoint)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw(p256dh))
        if len(raw(auth)) != SECRET_BYTES:
            raise ValueError
    except ValueError:
        raise BadTarget from None
    return Target(endpoint, p256dh, auth)


def raw(encoded: str) -> bytes:
    """Return the bytes of a key in base64url. Raises ValueError."""
    if len(encoded) > LONGEST_KEY or not encoded.isascii():
        raise ValueError
    try:
        return urlsafe_b64decode(encoded.rstrip("=") + "=" * (-len(encoded.rstrip("=")) % 4))
    except binascii.Error:
        raise ValueError from None


@transaction.atomic
def keep(person: User, session_key: str, target: Target) -> bool:
    """Let the browser of a login take notices, instead of what it named before; tell whether there is such a login."""
    if not Session.objects.select_for_update().filter(session_key=session_key).exists():
        return False
    before = PushSubscription.objects.filter(session_key=session_key).first()
    if before and before.user_id == person.pk and before.target == asdict(target):
        return True
    if before:
        before.delete()
    PushSubscription.objects.create(user=person, session_key=session_key, target=asdict(target))
    return True


def of_login(person: User, session_key: str | None) -> PushSubscription | None:
    """Return what the browser of a login has set up."""
    return PushSubscription.objects.filter(user=person, session_key=session_key).first()


def all_of(person: User) -> list[PushSubscription]:
    """Return all browsers of a person that take notices, the newest first."""
    found = PushSubscription.objects.filter(user=person).order_by("-created_at", "pk")
    return [one for one in found if _login_is_good(one)]


def ids_of(person: User) -> list[UUID]:
    """Return the same by their ids, for who is active."""
    return [one.pk for one in all_of(person)] if person.is_active else []


def remove(subscription_id: UUID) -> None:
    """Forget a browser, and all that was to leave for it."""
    PushSubscription.objects.filter(pk=subscription_id).delete()


def remove_own(person: User, subscription_id: UUID) -> None:
    """Do the same for one of a person's own."""
    PushSubscription.objects.filter(user=person, pk=subscription_id).delete()


def remove_of_login(person: User, session_key: str) -> None:
    """Do the same for the browser of a login."""
    PushSubscription.objects.filter(user=person, session_key=session_key).delete()


def forget_ended() -> None:
    """Forget the browsers of logins that have run out."""
    PushSubscription.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def target_of(subscription_id: UUID) -> Target | None:
    """Return where a browser takes notices; None if its login is over, or it cannot be read now."""
    found = PushSubscription.objects.filter(pk=subscription_id).first()
    if found is None or not _login_is_good(found):
        return None
    kept: Any = found.target
    return Target(**kept) if isinstance(kept, dict) else None


def _login_is_good(subscription: PushSubscription) -> bool:
    """Tell whether the login is there, has not run out, and is of this person with the password that they have now."""
    user = get_session_user(SessionStore(subscription.session_key))
    return user is not None and user.pk == subscription.user_id


def _access_changed(sender: Any, user_ids: Collection[UUID], **_: Any) -> None:
    # Once it is committed: a login that gets a new token is for a moment under neither of its two.
    if PushSubscription.objects.filter(user__in=user_ids).exists():
        transaction.on_commit(partial(_remove_ended, user_ids))


def _remove_ended(user_ids: Collection[UUID]) -> None:
    found = PushSubscription.objects.filter(user__in=user_ids)
    ended = [one.pk for one in found if not _login_is_good(one)]
    PushSubscription.objects.filter(pk__in=ended).delete()
