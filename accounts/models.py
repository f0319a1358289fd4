"""Who people are to each other. Nothing here knows of live sessions.

A person is a User: an account with a confirmed e-mail address, or a guest without one. Two people are a Couple by two
Memberships; the database allows each person one current membership at a time.
"""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Literal, Self, get_args

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.receipts import Receipt as Receipt
from accounts.signals import access_changed
from cycleproject.encryption import EncryptedJSONField, EncryptedTextField

FIRST_NAME_LENGTH = 40
# Code points of a text that somebody keeps for themselves: a page of it, or one line.
LONG_TEXT_LENGTH: Final = 5000
SHORT_TEXT_LENGTH: Final = 280
GUEST_LIFETIME: Final = timedelta(hours=24)
CONFIRM_WITHIN: Final = timedelta(days=3)
INVITATION_LIFETIME: Final = timedelta(hours=24)


class UserManager(BaseUserManager["User"]):
    """Makes guests, accounts and staff."""

    def create_guest(self, first_name: str) -> "User":
        """Return a new person without e-mail or password."""
        guest = self.model(first_name=first_name)
        guest.set_unusable_password()
        guest.save(using=self._db)
        return guest

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new account that may use the admin."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def unclaimed(self, now: datetime) -> "QuerySet[User]":
        """Return the guests whose time is over; who has signed up gets as long as the link to confirm is good."""
        guests = self.filter(email=None, created_at__lte=now - GUEST_LIFETIME)
        return guests.filter(Q(signed_up_at=None) | Q(signed_up_at__lte=now - CONFIRM_WITHIN))


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Without an e-mail address: a guest, purged a day later unless claimed by signing up.

    ``email`` holds a confirmed address only, so that nobody can take one that is another's by typing it first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True, max_length=254)
    first_name = models.CharField(_("first name"), max_length=FIRST_NAME_LENGTH)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)
    # When a link to confirm an address was last asked for.
    signed_up_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()
    _loaded_access: tuple[str, bool] | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **how: Any) -> Self:
        """Remember what logins hang on, to see whether it changes."""
        user = super().from_db(db, field_names, values, **how)
        if {"password", "is_active"} <= set(field_names):
            user._loaded_access = user._access()
        return user

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new password or a deactivation is told, whoever changed it and however."""
        # An empty address is none, or a second guest would collide with the first.
        self.email = self.email or None
        with transaction.atomic():
            super().save(*args, **kwargs)
            if self._loaded_access not in (None, self._access()):
                access_changed.send(sender=User, user_ids={self.pk})
        self._loaded_access = self._access()

    def _access(self) -> tuple[str, bool]:
        return self.password, self.is_active

    @property
    def is_guest(self) -> bool:
        """Tell whether nobody has claimed this person with an e-mail address."""
        return self.email is None


class Couple(models.Model):
    """Two partners."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # A weekly time of their own, off unless they set it: 0 is Monday, and the hour is that of the clock on their wall.
    weekly_day = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_time = models.TimeField(null=True, blank=True)
    # When it was changed last and how often, so that a calendar knows an entry again and which version is later.
    weekly_set_at = models.DateTimeField(null=True, blank=True)
    weekly_revision = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(weekly_day=None, weekly_time=None) | Q(weekly_day__range=(0, 6), weekly_time__isnull=False),
                name="a_weekly_time_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Membership(models.Model):
    """One person's half of a couple. Seat ``a`` is who started or invited, as long as the couple lasts."""

    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="memberships")
    seat = models.CharField(max_length=1, choices=[("a", "a"), ("b", "b")])
    left_at = models.DateTimeField(null=True, blank=True)
    # For how many months this person wishes the history to be kept. Nobody else is told; the shorter wish wins.
    retention_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether this person's words stay readable for the other one once the two have parted.
    leaves_words = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["couple", "seat"], name="one_person_per_seat"),
            models.UniqueConstraint(fields=["user"], condition=Q(left_at=None), name="one_couple_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.couple_id}:{self.seat}"


class Invitation(models.Model):
    """An account's open invitation to pair, one at a time. The token itself is in the link and nowhere else."""

    inviter = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def expires_at(self) -> datetime:
        """Return when it stops working."""
        return self.created_at + INVITATION_LIFETIME


PrivateKind = Literal["journal", "trigger", "wish", "draft", "check"]
PRIVATE_KINDS: Final[tuple[PrivateKind, ...]] = get_args(PrivateKind)


class PrivateNote(models.Model):
    """Something a person keeps for themselves alone. Loaded through ``private.notes_of`` and in no other way."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in PRIVATE_KINDS])
    content = EncryptedJSONField()
    created_at = models.DateTimeField(default=timezone.now)
    # A draft is not shown before this.
    opens_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["user", "kind", "-created_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=PRIVATE_KINDS), name="a_private_note_is_of_a_kind"),
            models.CheckConstraint(condition=Q(opens_at=None) | Q(kind="draft"), name="only_a_draft_is_held"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class TherapistProfile(models.Model):
    """What a therapist tells couples of their work. Couples read the words that staff have read, ``confirmed``."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="therapist_profile")
    approach = EncryptedTextField()
    pace = EncryptedTextField()
    can_see = EncryptedTextField()
    # A copy of the three as staff confirmed them: new words are nobody's to read before somebody has read them.
    confirmed = EncryptedJSONField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("therapist")
        verbose_name_plural = _("therapists")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def words(self) -> dict[str, str]:
        """Return what the therapist wrote last."""
        return {"approach": self.approach, "pace": self.pace, "can_see": self.can_see}


Scope = Literal["host", "history"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)


class CareLink(models.Model):
    """A therapist's link to one couple. Alone it opens nothing: see ``care.active_scopes``.

    Ended, it is what a therapist's notes and the partners' consents hang from: it outlives either side of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    therapist = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="care_links")
    couple = models.ForeignKey(Couple, on_delete=models.SET_NULL, null=True, related_name="care_links")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["therapist", "couple"], condition=Q(ended_at=None), name="one_care_link_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def sides(self) -> tuple[User, uuid.UUID]:
        """Return the therapist and the couple of a link that has not ended: whoever leaves for good ends it first."""
        assert self.therapist is not None and self.couple_id is not None
        return self.therapist, self.couple_id


class CareInvitation(models.Model):
    """An open invitation: a therapist's to whichever couple opens it or, with ``couple``, a couple's to a therapist."""

    inviter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="care_invitations")
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def expires_at(self) -> datetime:
        """Return when it stops working."""
        return self.created_at + INVITATION_LIFETIME


class Consent(models.Model):
    """One partner's yes to one scope, to the wording they read; taken back, it stays as it was and a new yes is new."""

    link = models.ForeignKey(CareLink, on_delete=models.CASCADE, related_name="consents")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    scope = models.CharField(max_length=7, choices=[(scope, scope) for scope in SCOPES])
    wording = models.CharField(max_length=16)
    agreed_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["link", "user", "scope"], condition=Q(withdrawn_at=None), name="one_yes_at_a_time"
            ),
            models.CheckConstraint(condition=Q(scope__in=SCOPES), name="a_consent_is_to_a_scope"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CareNotes(models.Model):
    """A therapist's own notes on one couple. Loaded through ``care_notes.notes_of`` and in no other way."""

    link = models.OneToOneField(CareLink, on_delete=models.CASCADE, related_name="+")
    text = EncryptedTextField()

    def __str__(self) -> str:
        return str(self.pk)


AuditKind = Literal["check-in", "summary", "history", "round"]
AuditRole = Literal["therapist", "staff"]


class AuditEntry(models.Model):
    """That a therapist or staff opened something of a couple's, for the couple to read; never what it said."""

    reader = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.CharField(max_length=9, choices=[(role, role) for role in get_args(AuditRole)])
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in get_args(AuditKind)])
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="+")
    # Which check-in, by its id, or which round; empty for the history as a whole.
    target = models.CharField(max_length=36, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["couple", "-opened_at"])]

    def __str__(self) -> str:
        return str(self.pk)
