"""Couples of two persons, each person's half of one, and the invitation that pairs two accounts."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import User

INVITATION_LIFETIME: Final = timedelta(hours=24)


class Couple(models.Model):
    """Two partners, by two memberships; it outlives its end, because their history hangs on it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Their rhythm, off unless both have said it: 0 is Monday, and the hour is by a clock in their zone.
    weekly_day = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_time = models.TimeField(null=True, blank=True)
    # Empty for one from before there were zones: until both have said one, nobody knows which instant it means.
    weekly_zone = models.CharField(max_length=64, default="", db_default="", blank=True)
    # Every week, or every second one: then the Monday of a week that has it.
    weekly_every = models.PositiveSmallIntegerField(default=1, db_default=1)
    weekly_from = models.DateField(null=True, blank=True)
    # Up to which day it is skipped, and on which day a pause is over. One date each: nothing is counted.
    weekly_skipped = models.DateField(null=True, blank=True)
    weekly_paused_until = models.DateField(null=True, blank=True)
    # What one of the two has said and the other has not: whose seat, and the same again.
    weekly_asked_by = models.CharField(
        max_length=1, choices=[("a", "a"), ("b", "b")], default="", db_default="", blank=True
    )
    weekly_asked_day = models.PositiveSmallIntegerField(null=True, blank=True)
    weekly_asked_time = models.TimeField(null=True, blank=True)
    weekly_asked_zone = models.CharField(max_length=64, default="", db_default="", blank=True)
    weekly_asked_every = models.PositiveSmallIntegerField(default=1, db_default=1)
    weekly_asked_from = models.DateField(null=True, blank=True)
    # When it was changed last and how often, so that a calendar knows an entry again and which version is later.
    weekly_set_at = models.DateTimeField(null=True, blank=True)
    weekly_revision = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(weekly_day=None, weekly_time=None) | Q(weekly_day__range=(0, 6), weekly_time__isnull=False),
                name="a_weekly_time_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(weekly_every=1, weekly_from=None) | Q(weekly_every=2, weekly_from__isnull=False),
                name="every_second_week_has_a_first",
            ),
            models.CheckConstraint(
                condition=Q(weekly_asked_by="", weekly_asked_day=None, weekly_asked_time=None, weekly_asked_zone="")
                | Q(weekly_asked_by__in=["a", "b"], weekly_asked_day__range=(0, 6), weekly_asked_time__isnull=False)
                & ~Q(weekly_asked_zone=""),
                name="a_rhythm_asked_for_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(weekly_asked_every=1, weekly_asked_from=None)
                | Q(weekly_asked_every=2, weekly_asked_from__isnull=False),
                name="asked_every_second_week_has_a_first",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Membership(models.Model):
    """One person's half of a couple. Seat ``a`` is who started or invited, for as long as the couple lasts."""

    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="memberships")
    seat = models.CharField(max_length=1, choices=[("a", "a"), ("b", "b")])
    left_at = models.DateTimeField(null=True, blank=True)
    # For how many months this person wishes the history to be kept. Nobody else is told; the shorter wish wins.
    retention_months = models.PositiveSmallIntegerField(null=True, blank=True)
    # A shorter wish counts after a while, in which the other can still download a copy: until when, and what till then.
    retention_counts_from = models.DateTimeField(null=True, blank=True)
    retention_months_before = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether this person's words stay readable for the other one once the two have parted.
    leaves_words = models.BooleanField(default=False)
    # After parting: for how many months back this person still sees the history. None: all that is kept; 0: nothing.
    own_view_months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["couple", "seat"], name="one_person_per_seat"),
            models.UniqueConstraint(fields=["user"], condition=Q(left_at=None), name="one_couple_at_a_time"),
        ]

    def __str__(self) -> str:
        return f"{self.couple_id}:{self.seat}"


class Invitation(models.Model):
    """An account's open invitation to pair, one at a time. Its token is in the link and stored nowhere."""

    inviter = models.OneToOneField(User, on_delete=models.CASCADE, related_name="invitation")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def expires_at(self) -> datetime:
        """Return the moment from which the invitation cannot be accepted any more."""
        return self.created_at + INVITATION_LIFETIME
