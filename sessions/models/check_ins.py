"""Check-ins as stored: who sits in them, by which code they are found, where they are shown."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from accounts.models import FIRST_NAME_LENGTH, Couple, User
from sessions.checkin import day
from sessions.checkin.apart import OPEN_FOR, OPENED, WAITING
from sessions.checkin.appointment import HOUR
from sessions.checkin.state import LIFETIME, OPEN_BEFORE

PARTNER_CHOICES = [("a", "a"), ("b", "b")]


def _open_apart(now: datetime) -> Q:
    # Asked by a column that is never null, too: what is unknown would be left out of both lists.
    return Q(apart=OPENED, both_in_at__isnull=False, both_in_at__gt=now - OPEN_FOR)


class _Written(Value):
    """A word that stands in a query as it is: by a parameter SQLite does not see that a partial index will do."""

    def as_sql(self, *_: Any, **__: Any) -> tuple[str, tuple[str | int, ...]]:
        """Return it in quotes."""
        return f"'{self.value}'", ()


class LiveSessions(QuerySet["LiveSession"]):
    """Check-ins by the day that each of them has."""

    def going_on(self, now: datetime) -> Self:
        """Keep those that have not ended, planned ones included."""
        begun = now - LIFETIME
        planned = Q(starts_at__gt=begun + OPEN_BEFORE)
        at_once = Q(starts_at=None, created_at__gt=begun)
        both_in = Q(both_in_at__gt=begun) | _open_apart(now)
        closing = Q(ending_at__lte=now)
        # What waits for its hour waits until somebody has carried it out, however long nothing ran.
        waiting = Q(apart__in=WAITING)
        return self.filter(waiting | planned | at_once | both_in, ~closing, ended_at=None)

    def run_out(self, now: datetime) -> Self:
        """Keep those that the clock alone has ended: their day is over, or the end that somebody asked for has come."""
        begun = now - LIFETIME
        planned = Q(starts_at__lte=begun + OPEN_BEFORE)
        at_once = Q(starts_at=None, created_at__lte=begun)
        no_later = (Q(both_in_at=None) | Q(both_in_at__lte=begun)) & ~_open_apart(now)
        closing = Q(ending_at__lte=now)
        return self.filter(closing | (planned | at_once) & no_later, ended_at=None).not_apart()

    def not_missed(self, now: datetime) -> Self:
        """Leave out, of those going on, the planned ones whose hour is over and to which not both have come."""
        # With both there the code is used up.
        return self.exclude(starts_at__lte=now - HOUR, code__isnull=False)

    def open_by(self, now: datetime) -> Self:
        """Keep those that are not planned for later, nor wait for their hour."""
        return self.filter(Q(starts_at=None) | Q(starts_at__lte=now + OPEN_BEFORE)).not_apart()

    def planned(self) -> Self:
        """Keep appointments: what was planned for a time, and is no agreed opening."""
        return self.filter(starts_at__isnull=False, apart="")

    def not_apart(self) -> Self:
        """Leave out those that wait for the hour at which they open."""
        return self.exclude(apart__in=WAITING)

    def apart(self) -> Self:
        """Keep those that wait for the hour at which they open."""
        return self.filter(apart__in=WAITING, ended_at=None)

    def opening_due(self, now: datetime) -> Self:
        """Keep those whose hour has come, and that nobody has carried out; soonest first."""
        written = [_Written(word) for word in WAITING]
        return self.filter(apart__in=written, ended_at=None, starts_at__lte=now).order_by("starts_at")


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
    # When the second of the two came in. The day of a check-in counts from then: whoever comes in the last minute of
    # the wait has not one minute left.
    both_in_at = models.DateTimeField(null=True)
    # Of one that each seals alone: how far it is (see ``checkin.apart``); ``starts_at`` is the hour at which it opens.
    apart = models.CharField(
        max_length=6, blank=True, default="", db_default="", choices=[(word, word) for word in (*WAITING, OPENED)]
    )
    # Another hour that one of the two would rather have, until both have said one.
    asked_by = models.CharField(max_length=1, blank=True, default="", db_default="", choices=PARTNER_CHOICES)
    asked_starts_at = models.DateTimeField(null=True)
    # The therapist who suggested it, where neither of the two did: no seat, so nothing of the room is theirs to see.
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
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
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["couple", "-took_place_at"]),
            # Asked every few seconds by each process, and all but empty: those that wait, by their hour.
            models.Index(fields=["starts_at"], condition=Q(apart__in=WAITING, ended_at=None), name="waits_to_open"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Both pressing start at once must meet in one room.
            models.UniqueConstraint(
                fields=["couple"],
                condition=Q(ended_at=None, started_hosted=False, starts_at=None),
                name="one_partner_led_check_in_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["couple", "starts_at"],
                condition=Q(ended_at=None, started_hosted=False, starts_at__isnull=False, apart=""),
                name="one_partner_led_plan_for_a_time",
            ),
            models.UniqueConstraint(
                fields=["couple"],
                condition=Q(ended_at=None, apart__in=WAITING),
                name="one_waits_to_open_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_appointment(self) -> bool:
        """Tell whether it was planned for a time, and is no agreed opening."""
        return self.starts_at is not None and not self.apart

    @property
    def opens_at(self) -> datetime:
        """Return when its day begins: when it was made, or shortly before the time it was planned for."""
        return day.begins_at(self.created_at, self.starts_at)

    @property
    def expires_at(self) -> datetime:
        """Return when its day is over."""
        return day.over_at(self.opens_at, self.both_in_at, opened_apart=self.apart == OPENED)

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
