"""Rounds as stored: both marks, what each said after them, and the step they chose."""

import uuid
from typing import ClassVar, Final, get_args

from django.db import models
from django.db.models import Q

from cycleproject.encryption import EncryptedJSONField, EncryptedTextField
from sessions.checkin.patterns import PATTERN_CODES, REACTIONS
from sessions.checkin.state import When
from sessions.models.check_ins import PARTNER_CHOICES, LiveSession

WHENS = get_args(When)
# What identifies the row of one seat in one round, for what is encrypted in it: not the round's own key, which a
# counter gives, and which whoever writes the database could give to a round of others.
OF_A_SEAT: Final = ("round__live_session_id", "round__number", "seat")


class Round(models.Model):
    """One moment and what followed from it. Words stay encrypted; theme and pattern are plain for the history."""

    BOUND_TO: ClassVar = ("live_session_id", "number")

    # What the round is called in the history: a running number would tell how many rounds other couples have.
    history_id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    live_session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()
    phase = models.CharField(
        max_length=9,
        default="open",
        choices=[("open", "open"), ("revealed", "revealed"), ("set_aside", "set aside")],
    )
    moment = models.PositiveIntegerField(null=True)
    text = EncryptedTextField()
    # Whose words the text is, where it is nobody's from the library. Shown to nobody: for erasing alone.
    opened_by = models.CharField(max_length=4, blank=True, choices=[*PARTNER_CHOICES, ("host", "host")])
    theme = models.CharField(max_length=40, blank=True)
    size = models.PositiveSmallIntegerField(null=True)
    # When it happened; empty where nobody said it, as in all rounds from before anybody was asked. (Not "when": SQL has
    # that word.)
    happened = models.CharField(max_length=9, blank=True, choices=[(code, code) for code in WHENS])
    opened_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True)
    pattern = models.CharField(max_length=20, blank=True)
    pattern_version = models.PositiveSmallIntegerField(null=True)
    quiet_until = models.DateTimeField(null=True)
    # When both had said that they were back in contact, and the later of the days that they named, if both named one.
    reconnected_at = models.DateTimeField(null=True)
    reconnected_on = models.DateField(null=True)
    # Whether both said that it was the same loop again.
    same_loop = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["live_session", "number"], name="one_round_a_number"),
            models.UniqueConstraint(
                fields=["live_session"], condition=Q(phase="open"), name="one_open_round_a_session"
            ),
            models.CheckConstraint(
                condition=Q(phase="revealed", pattern__in=PATTERN_CODES, revealed_at__isnull=False)
                | Q(~Q(phase="revealed"), pattern="", revealed_at=None),
                name="a_pattern_is_named_by_a_reveal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.live_session_id}#{self.number}"

    @property
    def when(self) -> When | None:
        """Return when the moment happened, if that was said."""
        return self.happened or None  # type: ignore[return-value]  # its choices are the codes


class Mark(models.Model):
    """One partner's mark: sealed, then opened. No time is kept: it would tell who answered when."""

    BOUND_TO: ClassVar = OF_A_SEAT

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="marks")
    seat = models.CharField(max_length=1, choices=PARTNER_CHOICES)
    seal = models.BinaryField(null=True)
    reaction = models.CharField(max_length=8, blank=True, choices=[(code, code) for code in REACTIONS])
    intensity = models.PositiveSmallIntegerField(null=True)
    details = EncryptedJSONField(null=True)
    share = EncryptedJSONField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "seat"], name="one_mark_a_seat"),
            models.CheckConstraint(
                condition=Q(seal__isnull=False, reaction="", intensity=None, details=None, share=None)
                | Q(seal=None, reaction__in=REACTIONS, intensity__range=(1, 5)),
                name="a_mark_is_sealed_or_opened",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}:{self.seat}"


class Part(models.Model):
    """One partner's part in what follows a reveal."""

    BOUND_TO: ClassVar = OF_A_SEAT

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="parts")
    seat = models.CharField(max_length=1, choices=PARTNER_CHOICES)
    fits = models.BooleanField(null=True)
    skipped_quiet = models.BooleanField(default=False)
    need_seal = models.BinaryField(null=True)
    need = EncryptedTextField(null=True)
    meant = models.BooleanField(default=False)
    heard = models.BooleanField(default=False)
    # What this partner heard of the other's need, in their own words: theirs to erase, and gone with that need.
    heard_words = EncryptedTextField(null=True)
    reconnected = models.BooleanField(default=False)
    relief = models.PositiveSmallIntegerField(null=True)
    reconnected_on = models.DateField(null=True)
    same_loop = models.BooleanField(null=True)
    # How it was a day later: a feeling, a line, and whether the other may see them (see ``history.look_back``).
    look_back = EncryptedJSONField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "seat"], name="one_part_a_seat"),
            models.CheckConstraint(condition=Q(need_seal=None) | Q(need=None), name="a_need_is_sealed_or_shown"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}:{self.seat}"


class Step(models.Model):
    """One small step that a partner chose."""

    BOUND_TO: ClassVar = OF_A_SEAT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="steps")
    seat = models.CharField(max_length=1, choices=PARTNER_CHOICES)
    text = EncryptedTextField()
    tried = models.CharField(max_length=6, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "seat"], name="one_step_a_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}:{self.seat}"
