"""Therapists' profiles, care links with invitations and consents, notes, and the access log."""

import uuid
from datetime import datetime
from typing import ClassVar, Final, Literal, get_args

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.couples import INVITATION_LIFETIME, Couple
from accounts.models.people import User
from cycleproject.encryption import EncryptedJSONField, EncryptedTextField


class TherapistProfile(models.Model):
    """A therapist's description of their work. Couples read ``confirmed``: the words that staff have confirmed."""

    BOUND_TO: ClassVar = ("user_id",)

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
        """Return the latest words, confirmed or not, by field."""
        return {"approach": self.approach, "pace": self.pace, "can_see": self.can_see}


Scope = Literal["host", "history"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)


class CareLink(models.Model):
    """A therapist's link to one couple. It opens nothing without consents: see ``care.scopes.active_scopes``.

    Ended, it is what a therapist's notes and the partners' consents hang from: it outlives either side of it.
    """

    BOUND_TO: ClassVar = ("id",)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    therapist = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="care_links")
    couple = models.ForeignKey(Couple, on_delete=models.SET_NULL, null=True, related_name="care_links")
    # What the therapist calls the couple, to tell it from others: theirs alone, and shown to nobody else.
    label = EncryptedTextField(null=True)
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
    """An open invitation: a therapist's to any couple or, with ``couple`` set, that couple's to a therapist."""

    BOUND_TO: ClassVar = ("inviter_id", "digest")

    inviter = models.ForeignKey(User, on_delete=models.CASCADE, related_name="care_invitations")
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    # What a therapist calls whom they invite; it becomes the label of the link.
    label = EncryptedTextField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def expires_at(self) -> datetime:
        """Return the moment from which the invitation cannot be accepted any more."""
        return self.created_at + INVITATION_LIFETIME


class Consent(models.Model):
    """One partner's consent to one scope, with the wording they read. A withdrawn one stays; a new yes is a new row."""

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
    """A therapist's own notes on one couple. Load them through ``accounts.care.notes`` and in no other way."""

    BOUND_TO: ClassVar = ("link_id",)

    link = models.OneToOneField(CareLink, on_delete=models.CASCADE, related_name="+")
    text = EncryptedTextField()

    def __str__(self) -> str:
        return str(self.pk)


class CheckInNotes(models.Model):
    """A therapist's own words on one check-in they host. Load them through ``care.check_in_notes``, in no other way."""

    BOUND_TO: ClassVar = ("therapist_id", "check_in")

    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    # The couple's link, whose end they outlive; none for two guests, whose check-in they go with.
    link = models.ForeignKey(CareLink, on_delete=models.CASCADE, null=True, related_name="+")
    # The check-in's id and its day. No foreign key: on a linked couple they outlive the check-in.
    check_in = models.UUIDField()
    began_at = models.DateTimeField()
    # What the therapist calls two guests; a linked couple's label stands on the link.
    label = EncryptedTextField(null=True)
    text = EncryptedTextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["therapist", "check_in"], name="one_text_a_check_in"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


AuditKind = Literal["check-in", "summary", "history", "round"]
AuditRole = Literal["therapist", "staff"]


class AuditEntry(models.Model):
    """A line of a couple's access log: that a therapist or staff opened something, and never what it said."""

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
