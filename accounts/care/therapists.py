"""Therapists' profiles, which staff confirm before their authors may host.

Changing a profile keeps the confirmation, and couples go on reading the confirmed words until staff have read the new
ones: mending a typing error must not end tomorrow's check-ins, and couples read nothing that nobody has checked.
"""

import hashlib
import json
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from accounts.care import scopes
from accounts.edit_versions import check_version
from accounts.models import TherapistProfile, User
from cycleproject.unreadable import Unreadable, need_readable

PROFILE_LENGTH: Final = 1000
PROFILE_FIELDS: Final = ("approach", "pace", "can_see")


class ProfileChanged(Exception):
    """The profile has been changed since staff read it."""


def listen() -> None:
    """Connect the receivers for second factors that are added or removed, by whichever way."""
    post_save.connect(_second_factor_changed, sender=Authenticator, dispatch_uid="accounts.second_factor_saved")
    post_delete.connect(_second_factor_changed, sender=Authenticator, dispatch_uid="accounts.second_factor_deleted")


def profile_of(user: User) -> TherapistProfile | None:
    """Return a person's therapist profile, or None."""
    return TherapistProfile.objects.filter(user=user).first()


def words_of(profile: TherapistProfile | None) -> dict[str, str]:
    """Return the words of a profile; empty ones where there is none."""
    return profile.words if profile else dict.fromkeys(PROFILE_FIELDS, "")


@transaction.atomic
def save_profile(user: User, words: dict[str, str], started_from: str | None = None) -> TherapistProfile:
    """Save a therapist's profile; a confirmation of earlier words stays.

    Raises EditConflict if ``started_from`` is not the stored version, CannotOpen if that cannot be read now.
    """
    kept = words_of(TherapistProfile.objects.select_for_update().filter(user=user).first())
    need_readable(*kept.values())
    check_version(started_from, kept, {name: words[name] for name in PROFILE_FIELDS})
    profile, _ = TherapistProfile.objects.update_or_create(
        user=user, defaults={name: words[name] for name in PROFILE_FIELDS}
    )
    return profile


@transaction.atomic
def confirm(profile: TherapistProfile, read: str) -> None:
    """Confirm a profile whose words have the digest ``read``, so that its author may host.

    Raises ProfileChanged, and CannotOpen for words that nobody can read now.
    """
    locked = TherapistProfile.objects.select_for_update().get(pk=profile.pk)
    need_readable(locked.confirmed, *locked.words.values())
    if words_digest(locked) != read:
        raise ProfileChanged
    if is_confirmed_as_written(locked):
        return
    locked.confirmed, locked.confirmed_at = locked.words, timezone.now()
    locked.save(update_fields=["confirmed", "confirmed_at"])
    scopes.announce_host_change(locked.user_id)


@transaction.atomic
def revoke_confirmation(profile: TherapistProfile) -> None:
    """Remove a profile's confirmation, which ends the right to host at once."""
    confirmed = TherapistProfile.objects.filter(pk=profile.pk, confirmed_at__isnull=False)
    if confirmed.update(confirmed=None, confirmed_at=None):
        scopes.announce_host_change(profile.user_id)


def is_confirmed_as_written(profile: TherapistProfile) -> bool:
    """Tell whether the confirmed words are the latest ones; of words that nobody can read now they count as such."""
    if profile.confirmed_at and any(
        isinstance(words, Unreadable) for words in (profile.confirmed, *profile.words.values())
    ):
        return True
    return profile.confirmed_at is not None and profile.confirmed == profile.words


def words_for_couples(therapist: User) -> dict[str, str]:
    """Return the confirmed words of a therapist's profile, which couples read; nothing without a confirmation."""
    profile = profile_of(therapist)
    return dict(profile.confirmed) if profile and profile.confirmed_at and profile.confirmed else {}


def words_digest(profile: TherapistProfile) -> str:
    """Return a digest of a profile's words, by which staff say which words they have read."""
    return hashlib.sha256(json.dumps(profile.words, sort_keys=True).encode()).hexdigest()


def _second_factor_changed(instance: Authenticator, **_: Any) -> None:
    if TherapistProfile.objects.filter(user=instance.user_id).exists():
        with transaction.atomic():
            scopes.announce_host_change(instance.user_id)
