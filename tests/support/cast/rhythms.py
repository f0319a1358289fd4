"""A couple who have a rhythm."""

from datetime import date, time, timedelta

from django.utils import timezone

from accounts.couple import rhythm
from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm_times import Rhythm
from accounts.models import Couple
from tests.support.cast.past import Pair


def in_three_days(two: Pair, every: rules.Every = 1) -> date:
    """Let both say a rhythm whose next time is in three days, in the evening in Berlin; return its day."""
    on = timezone.now().date() + timedelta(days=3)
    week = rules.monday_of(on) if every == 2 else None
    for person in (two.a, two.b):
        rhythm.say(person, Rhythm(on.weekday(), time(19), "Europe/Berlin", every, week))
    return on


def standing(two: Pair) -> rules.Standing:
    """Return how it stands."""
    return rhythm.standing_of(Couple.objects.get(pk=two.couple.pk))
