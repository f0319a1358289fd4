"""An agreed opening as whoever proposes it types it: an hour, and a moment."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cycleproject.text import TooLong, clean
from sessions.checkin import apart
from sessions.checkin.frame_fields import TEXT_LENGTH
from sessions.joining.appointment_forms import PlannedAtField
from sessions.store.openings import ClockInDoubt, check_hour
from sessions.words import library


class HourForm(forms.Form):
    """The form by which one of the two says an hour."""

    opens_at = PlannedAtField()

    def clean_opens_at(self) -> datetime:
        """Refuse an hour that nobody can agree on. Raises ValidationError."""
        typed: datetime | None = self.cleaned_data["opens_at"]
        if typed is None:
            raise ValidationError(_("When is it? Please choose a date and a time."))
        try:
            check_hour(typed, timezone.now())
        except ClockInDoubt:
            raise ValidationError(
                _("The clock of this server is being checked, so no time can be set right now. Please try again later.")
            ) from None
        except apart.BadHour:
            raise ValidationError(_("Please choose a time within the next 14 days.")) from None
        return typed


def hour_from(link: str) -> str:
    """Return the hour that a link names, as the field shows it to its reader; nothing where it names none."""
    try:
        named = datetime.fromisoformat(link)
        return timezone.localtime(named).strftime("%Y-%m-%dT%H:%M") if named.tzinfo else ""
    except (ValueError, OverflowError):  # the first and the last years have hours that no other zone has
        return ""


class ProposeForm(HourForm):
    """The form by which an opening is proposed: the hour, and one moment for both, or one that each chooses."""

    about = forms.ChoiceField(required=False, choices=[("one", "one"), ("each", "each")])
    moment = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, choices=[(one.id, one.id) for one in library.MOMENTS]
    )
    text = forms.CharField(required=False, strip=False)

    def clean_text(self) -> str:
        """Return the moment in own words. Raises ValidationError."""
        try:
            return clean(self.cleaned_data["text"], TEXT_LENGTH)
        except TooLong:
            raise ValidationError(_("That is too long. Please shorten it.")) from None
        except ValueError:
            raise ValidationError(_("Please type the moment again.")) from None

    def clean(self) -> dict[str, Any]:
        """Ask for a moment where there is none; own words come before one of the library. Raises ValidationError.

        What was chosen before "each of us" stays in the form, and is not proposed.
        """
        chosen = super().clean() or self.cleaned_data
        if chosen.get("about") == "each":
            for unasked in ("moment", "text"):
                self.errors.pop(unasked, None)
            return {**chosen, "moment": None, "text": ""}
        if chosen.get("text"):
            chosen["moment"] = None
        if "text" in chosen and "moment" in chosen and not chosen["text"] and chosen["moment"] is None:
            self.add_error("moment", _("Please choose a moment, or write one."))
        return chosen
