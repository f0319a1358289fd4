"""Live sessions as stored: fields and constraints. Only the writer (commands, storing, seating) changes them.

LiveSession   waiting --both seated--> live --end, leave, 24 h--> ended        (paused is live, until a time)
Round         open --both sealed--> revealed        open --set aside, end--> set_aside
Mark          sealed --reveal--> opened             sealed --withdraw, set aside, end--> destroyed
"""

import uuid
from datetime import datetime
from typing import ClassVar, Self, get_args

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from accounts.models import FIRST_NAME_LENGTH, Couple, User
from cycleproject.encryption import EncryptedJSONField, EncryptedTextField
from sessions.checkin.appointment import HOUR
from sessions.checkin.patterns import PATTERN_CODES, REACTIONS
from sessions.checkin.state import LIFETIME, OPEN_BEFORE, When

PARTNER_CHOICES = [("a", "a"), ("b", "b")]
WHENS = get_args(When)


class LiveSessions(QuerySet["LiveSession"]):
    """Check-ins by the day that each of them has."""

    def going_on(self, now: datetime) -> Self:
        """Keep those that have not ended, planned ones included."""
        begun = now - LIFETIME
        planned = Q(starts_at__gt=begun + OPEN_BEFORE)
        at_once = Q(starts_at=None) & (Q(created_at__gt=begun) | Q(both_in_at__gt=begun))
        closing = Q(ending_at__lte=now)
        return self.filter(planned | at_once, ~closing, ended_at=None)

    def run_out(self, now: datetime) -> Self:
        """Keep those that the clock alone has ended: their day is over, or the end that somebody asked for has come."""
        begun = now - LIFETIME
        planned = Q(starts_at__lte=begun + OPEN_BEFORE)
        alone = Q(both_in_at=None, created_at__lte=begun)
        at_once = Q(starts_at=None) & (alone | Q(both_in_at__lte=begun))
        closing = Q(ending_at__lte=now)
        return self.filter(planned | closing | at_once, ended_at=None)

    def not_missed(self, now: datetime) -> Self:
        """Leave out, of those going on, the planned ones whose hour is over and to which not both have come."""
        # With both there the code is used up.
        return self.exclude(starts_at__lte=now - HOUR, code__isnull=False)

    def open_by(self, now: datetime) -> Self:
        """Keep those that are not planned for later."""
        return self.filter(Q(starts_at=None) | Q(starts_at__lte=now + OPEN_BEFORE))


class LiveSession(models.Model):
    """One live meeting of one couple, partner-led or hosted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    couple = models.ForeignKey(Couple, on_delete=models.CASCADE, null=True, related_name="live_sessions")
    hosted = models.BooleanField(default=False)
    # Stays true when the host leaves: what was hosted once is never the room where both presses of start meet.
    started_hosted = models.BooleanField(default=False)
    title = models.CharField(max_length=80, blank=True)
    # No code is null: unique would allow only one check-in an empty one.
    code = models.CharField(max_length=6, unique=True, null=True)  # noqa: DJ001
    # Raised by every change that somebody could see; never leaves the server, where it would tell that
    # something happened.
    version = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    # For when it was planned; null when it was started at once.
    starts_at = models.DateTimeField(null=True)
    # When the second of the two came in. The day of a check-in that was started at once counts from then: whoever comes
    # in the last minute of the wait has not one minute left.
    both_in_at = models.DateTimeField(null=True)
    # Of an appointment that was moved: the time it had before, when that was, and how often. A calendar that has it
    # already takes the entry with the higher number for the newer one.
    moved_from = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0, db_default=0)
    # Whatever dates, sorts, hides or exports a check-in goes by this, and by neither of the two it is made of: when it
    # was planned for or, started at once, when it was made; never later than its end. See docs/decisions.
    took_place_at = models.GeneratedField(
        expression=Least(Coalesce("starts_at", "created_at"), Coalesce("ended_at", "starts_at", "created_at")),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    # A new couple agrees to its host seat by seat, for this check-in only; a linked one by its care link.
    consent_by_seat = models.BooleanField(default=False)
    ended_at = models.DateTimeField(null=True)
    pause_until = models.DateTimeField(null=True)
    # Who would like to end and when it closes, while that can still be stopped; nothing of it is kept after.
    ending_by = models.CharField(max_length=4, blank=True, db_default="")
    ending_at = models.DateTimeField(null=True)
    # Steps of an earlier check-in that were asked about in this room, and have gone since: erased, or past their time.
    gone_steps = models.JSONField(null=True)
    turn_speaker = models.CharField(max_length=1, blank=True, choices=PARTNER_CHOICES)
    turn_until = models.DateTimeField(null=True)

    objects = LiveSessions.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["couple", "-took_place_at"])]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Both pressing start at once must meet in one room.
            models.UniqueConstraint(
                fields=["couple"],
                condition=Q(ended_at=None, started_hosted=False, starts_at=None),
                name="one_partner_led_check_in_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["couple", "starts_at"],
                condition=Q(ended_at=None, started_hosted=False, starts_at__isnull=False),
                name="one_partner_led_plan_for_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def opens_at(self) -> datetime:
        """Return when its day begins: when it was made, or shortly before the time it was planned for."""
        return self.starts_at - OPEN_BEFORE if self.starts_at else self.created_at

    @property
    def expires_at(self) -> datetime:
        """Return when its day is over."""
        return (self.opens_at if self.starts_at else self.both_in_at or self.opens_at) + LIFETIME

    @property
    def ends_at(self) -> datetime:
        """Return when it ends by itself, as things stand: after its day, or when an end that was asked for is due."""
        return min(self.expires_at, self.ending_at) if self.ending_at else self.expires_at


class RoomDisplay(models.Model):
    """A therapist's one display for the room, and which of their check-ins they have put on it, if any."""

    therapist = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    live_session = models.ForeignKey(LiveSession, on_delete=models.SET_NULL, null=True, related_name="+")
    put_on_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.pk)


class JoinCode(models.Model):
    """The code that a check-in was given. Used up it opens nothing, but leads in whoever has a seat there already."""

    live_session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="join_codes")
    code = models.CharField(max_length=6, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Seat(models.Model):
    """One person's place in a live session."""

    live_session = models.ForeignKey(LiveSession, on_delete=models.CASCADE, related_name="seats")
    name = models.CharField(max_length=4, choices=[("a", "a"), ("b", "b"), ("host", "host")])
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="seats")
    first_name = models.CharField(max_length=FIRST_NAME_LENGTH)
    left_at = models.DateTimeField(null=True)
    asked_to_resume = models.BooleanField(default=False)
    # Presence: not history. Erased when the check-in ends.
    seen_at = models.DateTimeField(null=True)
    # A partner's yes to the host, for this check-in only: the code of the wording and when. Taken back, both go.
    host_wording = models.CharField(max_length=16, blank=True)
    host_agreed_at = models.DateTimeField(null=True)
    # The last acknowledged ops that changed something, newest last; the op alone.
    acknowledged = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["live_session", "name"], name="one_person_a_seat"),
            models.UniqueConstraint(fields=["live_session", "user"], name="one_seat_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.live_session_id}:{self.name}"


class Round(models.Model):
    """One moment and what followed from it. Words stay encrypted; theme and pattern are plain for the history."""

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


class FavouriteMoment(models.Model):
    """A moment of the library that a person finds again by their own star; shown to nobody else."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="favourite_moments")
    moment = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "moment"], name="one_star_a_moment"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
