"""Who people are to each other. Nothing here knows of live sessions.

A person is a User, with an e-mail address or as a guest without one. Two people are a Couple by two Memberships;
the database allows each person one current membership at a time.
"""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIRST_NAME_LENGTH = 40


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


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Without an e-mail address: a guest, purged a day later unless claimed by signing up."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True, max_length=254)
    first_name = models.CharField(_("first name"), max_length=FIRST_NAME_LENGTH)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["first_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; an empty address is none, or a second guest would collide with the first."""
        self.email = self.email or None
        super().save(*args, **kwargs)

    @property
    def is_guest(self) -> bool:
        """Tell whether nobody has claimed this person with an e-mail address."""
        return self.email is None


class Couple(models.Model):
    """Two partners."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.id)


class Membership(models.Model):
    """One person's half of a couple. Seat ``a`` is who started or invited, as long as the couple lasts."""

    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="memberships")
    seat = models.CharField(max_length=1, choices=[("a", "a"), ("b", "b")])
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["couple", "seat"], name="one_person_per_seat"),
            models.UniqueConstraint(fields=["user"], condition=Q(left_at=None), name="one_couple_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.couple_id}:{self.seat}"
