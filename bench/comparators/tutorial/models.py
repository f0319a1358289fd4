"""A room, its rounds, and the two marks of each."""

from typing import ClassVar

from django.db import models


class Room(models.Model):
    """Where one couple meets."""

    name = models.CharField(max_length=50, unique=True)

    def __str__(self) -> str:
        return self.name


class Round(models.Model):
    """One moment."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["room", "number"], name="one_round_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.room}#{self.number}"


class Mark(models.Model):
    """One partner's mark."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="marks")
    seat = models.CharField(max_length=1)
    reaction = models.CharField(max_length=8)
    intensity = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "seat"], name="one_mark_a_seat")
        ]

    def __str__(self) -> str:
        return f"{self.round}:{self.seat}"
