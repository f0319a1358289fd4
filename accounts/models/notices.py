"""Notices that somebody has asked for: how and when they wish them, where a browser takes them, and which are due."""

import uuid
from typing import ClassVar, Final, Literal, get_args

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models.people import User
from accounts.session_store import KEY_LENGTH
from cycleproject.encryption import EncryptedJSONField

# What a notice is for: the hour itself, an hour before it, or an invitation that was accepted.
NoticeKind = Literal["hour", "before", "accepted"]
NOTICE_KINDS: Final[tuple[NoticeKind, ...]] = get_args(NoticeKind)
# What it says; the sentences are in ``accounts.notices.wording``.
NoticeWording = Literal["reminder", "note", "list"]
NOTICE_WORDINGS: Final[tuple[NoticeWording, ...]] = get_args(NoticeWording)
# By which way one leaves; empty: it stands for all of them, which are found when it is due.
WAYS: Final = ("", "mail", "push")


class NoticeWishes(models.Model):
    """How one person wishes to be given notice, for themselves alone. Who has no row wishes for none."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="notice_wishes")
    by_mail = models.BooleanField(default=False)
    hour_before = models.BooleanField(default=False)
    wording = models.CharField(
        max_length=8, default=NOTICE_WORDINGS[0], choices=[(wording, wording) for wording in NOTICE_WORDINGS]
    )
    # Between the two nothing is sent, by the clock of ``zone``.
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    zone = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(wording__in=NOTICE_WORDINGS), name="a_notice_has_a_neutral_wording"),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PushSubscription(models.Model):
    """Where one browser takes notices (RFC 8030), for as long as the login lasts in which it was set up."""

    # Whose it is as well: an address that is given to somebody else does not open for them.
    BOUND_TO: ClassVar = ("id", "user_id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="push_subscriptions")
    # Of the login, as it is stored (``accounts.session_store``).
    session_key = models.CharField(max_length=KEY_LENGTH, unique=True)
    # The endpoint, and the two keys of RFC 8291.
    target = EncryptedJSONField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)


class Notice(models.Model):
    """One notice to one person, or one way by which it leaves. ``about`` is the check-in or the couple, by its id.

    Of what it is about it holds the hour alone: no row hangs on what anybody has sealed, opened or written.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    about = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in NOTICE_KINDS])
    due_at = models.DateTimeField()
    way = models.CharField(max_length=4, blank=True, default="", choices=[(way, way) for way in WAYS])
    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, null=True, related_name="+")
    # Written before anything is sent: whoever dies meanwhile has sent it once or not at all.
    taken = models.BooleanField(default=False)
    next_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            # Asked every few seconds by each process.
            models.Index(fields=["next_at"], condition=Q(taken=False), name="notices_to_send"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "about", "kind", "due_at", "way"],
                condition=Q(subscription=None),
                name="one_notice_for_a_moment",
            ),
            models.UniqueConstraint(
                fields=["subscription", "about", "kind", "due_at"],
                condition=Q(subscription__isnull=False),
                name="one_notice_for_a_browser",
            ),
            models.CheckConstraint(
                condition=Q(way="push", subscription__isnull=False) | Q(way__in=("", "mail"), subscription=None),
                name="only_a_push_has_a_browser",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
