"""The time of an appointment, as whoever plans or moves it types it."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.joining import plans


class PlannedAtField(forms.DateTimeField):
    """A day and an hour by the clock of whoever plans."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
            error_messages={"invalid": _("Please enter a date and a time.")},
            **kwargs,
        )

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment. Raises ValidationError, also for an hour that clocks skip or show twice."""
        try:
            return super().to_python(value)
        except ValidationError as problem:
            if problem.code != "ambiguous_timezone":
                raise
            raise ValidationError(_("The clocks change during that hour. Please choose another.")) from None

    def time_to_come(self, typed: datetime | None) -> datetime:
        """Return a time that can be planned. Raises ValidationError."""
        if typed is None:
            raise ValidationError(_("When is it? Please choose a date and a time."))
        try:
            plans.check_time(typed, timezone.now())
        except plans.BadTime:
            raise ValidationError(_("Please choose a time in the future, within a year.")) from None
        return typed


class MoveForm(forms.Form):
    """The form by which an appointment gets another time; ``seen`` is the version of it that the page showed."""

    starts_at = PlannedAtField()
    seen = forms.IntegerField(widget=forms.HiddenInput)
    # Ticked by whoever has read that something else is planned for that hour.
    all_the_same = forms.BooleanField(required=False)

    def clean_starts_at(self) -> datetime:
        """Return the time. Raises ValidationError."""
        field = self.fields["starts_at"]
        assert isinstance(field, PlannedAtField)
        return field.time_to_come(self.cleaned_data["starts_at"])
