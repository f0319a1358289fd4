"""Signing up as a therapist: a profile in one's own words, which staff confirm before its author may host.

Changing the words keeps the confirmation, and couples go on reading the confirmed words until staff have read the new
ones: a typing error mended in the evening must not end tomorrow's check-ins, and nobody reads what nobody has checked.
"""

import hashlib
import json
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from accounts.care import scopes
from accounts.models import TherapistProfile, User

PROFILE_LENGTH: Final = 1000
PROFILE_FIELDS: Final = ("approach", "pace", "can_see")


class Changed(Exception):
    """The words are no longer those that were read."""


def listen() -> None:
    """Hear of second factors that come and go, whoever adds or removes them."""
    post_save.connect(_second_factor_changed, sender=Authenticator, dispatch_uid="accounts.second_factor_saved")
    post_delete.connect(_second_factor_changed, sender=Authenticator, dispatch_uid="accounts.second_factor_deleted")


def profile_of(user: User) -> TherapistProfile | None:
    """Return a person's profile as a therapist."""
    return TherapistProfile.objects.filter(user=user).first()


@transaction.atomic
def describe(user: User, words: dict[str, str]) -> TherapistProfile:
    """Keep what a therapist says of their work."""
    profile, _ = TherapistProfile.objects.update_or_create(
        user=user, defaults={name: words[name] for name in PROFILE_FIELDS}
    )
    return profile


@transaction.atomic
def confirm(profile: TherapistProfile, read: str) -> None:
    """Let a therapist host, on the words whose mark was ``read``. Raises Changed."""
    locked = TherapistProfile.objects.select_for_update().get(pk=profile.pk)
    if mark_of(locked) != read:
        raise Changed
    if is_confirmed_as_it_is(locked):
        return
    locked.confirmed, locked.confirmed_at = locked.words, timezone.now()
    locked.save(update_fields=["confirmed", "confirmed_at"])
    scopes.tell_everybody_of(locked.user_id)


@transaction.atomic
def take_confirmation_back(profile: TherapistProfile) -> None:
    """Let a therapist host no longer, at once."""
    confirmed = TherapistProfile.objects.filter(pk=profile.pk, confirmed_at__isnull=False)
    if confirmed.update(confirmed=None, confirmed_at=None):
        scopes.tell_everybody_of(profile.user_id)


def is_confirmed_as_it_is(profile: TherapistProfile) -> bool:
    """Tell whether the words that couples read are the newest."""
    return profile.confirmed_at is not None and profile.confirmed == profile.words


def words_for_couples(therapist: User) -> dict[str, str]:
    """Return what couples may read of a therapist: the confirmed words; nothing without a confirmation."""
    profile = profile_of(therapist)
    return dict(profile.confirmed) if profile and profile.confirmed_at and profile.confirmed else {}


def mark_of(profile: TherapistProfile) -> str:
    """Return what changes with the words: whoever confirms says which they have read."""
    return hashlib.sha256(json.dumps(profile.words, sort_keys=True).encode()).hexdigest()


def _second_factor_changed(instance: Authenticator, **_: Any) -> None:
    if TherapistProfile.objects.filter(user=instance.user_id).exists():
        with transaction.atomic():
            scopes.tell_everybody_of(instance.user_id)
