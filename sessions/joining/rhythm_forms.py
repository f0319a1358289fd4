"""A rhythm as one of the two types it."""

import re
from datetime import date, time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.couple.rhythm_times import A_WEEK, Rhythm, monday_of
from cycleproject.web.time_zones import zone_typed

DAYS: Final = range(7)
# More is a time to the library: hours alone, digits without colons, times with a zone.
HOUR: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
EVERY_WEEK: Final = "1"
# Every second week, and the Monday of one of them.
SECOND_WEEK: Final = re.compile(r"2 ([0-9]{4}-[0-9]{2}-[0-9]{2})")


class RhythmForm(forms.Form):
    """The form by which one of the two says a rhythm; without a day it says that there is to be none.

    A page from before zones and second weeks sends neither: it means every week, in the zone that is given here.
    """

    day = forms.CharField(required=False)
    time = forms.CharField(required=False)
    every = forms.CharField(required=False)
    zone = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_else = zone

    def clean_zone(self) -> str:
        """Return the name of a time zone. Raises ValidationError."""
        typed = self.cleaned_data["zone"] or self.zone_else
        name = zone_typed(typed)
        if name is None:
            raise ValidationError(_("Please enter a time zone, such as Europe/Berlin."))
        return name

    def clean_every(self) -> date | None:
        """Return the Monday of a week that has it, or None for every week. Raises ValidationError."""
        typed = self.cleaned_data["every"] or EVERY_WEEK
        second = SECOND_WEEK.fullmatch(typed)
        try:
            if second:
                return monday_of(date.fromisoformat(second[1]))
        except ValueError:
            pass
        if typed != EVERY_WEEK:
            raise ValidationError(_("Please choose how often it is."))
        return None

    def clean(self) -> dict[str, Any]:
        """Ask for the day and the time together. Raises ValidationError."""
        chosen = super().clean() or self.cleaned_data
        day, at = chosen.get("day", ""), chosen.get("time", "")
        if day:
            try:
                if day not in map(str, DAYS) or not HOUR.fullmatch(at):
                    raise ValueError
                chosen["at"] = time.fromisoformat(at).replace(second=0)
            except ValueError:
                self.add_error("day", _("Please choose both a day and a time."))
        return chosen

    def said(self) -> Rhythm | None:
        """Return what was said, once it is valid; None where there is to be none."""
        chosen = self.cleaned_data
        if not chosen["day"]:
            return None
        week = chosen["every"]
        return Rhythm(int(chosen["day"]), chosen["at"], chosen["zone"], 2 if week else 1, week)


def every_of(one: Rhythm) -> str:
    """Return how often a rhythm is, as the form sends it."""
    return f"2 {one.week}" if one.week else EVERY_WEEK


def second_weeks() -> tuple[str, str]:
    """Return every second week as the form sends it: with this week of the reader's, and with the next."""
    monday = monday_of(timezone.localdate())
    return f"2 {monday}", f"2 {monday + A_WEEK}"
