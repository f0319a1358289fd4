"""Persons: an account with a confirmed e-mail address, or a guest without one."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.signals import access_changed

FIRST_NAME_LENGTH = 40
GUEST_LIFETIME: Final = timedelta(hours=24)
CONFIRM_WITHIN: Final = timedelta(days=3)


class UserManager(BaseUserManager["User"]):
    """The manager of persons; creates guests, accounts and superusers."""

    def create_guest(self, first_name: str) -> "User":
        """Create a person without an e-mail address and without a usable password."""
        guest = self.model(first_name=first_name)
        guest.set_unusable_password()
        guest.save(using=self._db)
        return guest

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account whose address counts as confirmed, for the command line and tests."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an account that is staff and has every permission."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def unclaimed(self, now: datetime) -> "QuerySet[User]":
        """Return the guests to erase: older than a day, or than their confirmation link if they have signed up."""
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
    # Whether they wish to be asked how a round was a day later. Nobody else is told.
    looks_back = models.BooleanField(default=False)
    # For how many months they last wished a history to be kept: what they begin with in their next couple.
    retention_months = models.PositiveSmallIntegerField(null=True, blank=True)

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
        """Load a person, and remember the password and ``is_active`` so that ``save`` sees a change."""
        user = super().from_db(db, field_names, values, **how)
        if {"password", "is_active"} <= set(field_names):
            user._loaded_access = user._access()
        return user

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and send ``access_changed`` if the password or ``is_active`` has changed since loading."""
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
        """Tell whether the person has no confirmed e-mail address."""
        return self.email is None
