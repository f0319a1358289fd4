"""The form by which a therapist starts or plans a check-in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions.checkin.state import TITLE_LENGTH
from sessions.contract.api_shapes import clean_title
from sessions.joining import plans


class PlannedAtField(forms.DateTimeField):
    """A day and an hour by the clock of whoever plans."""

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment. Raises ValidationError, also for an hour that clocks skip or show twice."""
        try:
            return super().to_python(value)
        except ValidationError as problem:
            if problem.code != "ambiguous_timezone":
                raise
            raise ValidationError(_("The clocks change during that hour. Please choose another.")) from None


class HostedForm(forms.Form):
    """The form of a hosted check-in: with whom, when, under which title."""

    couple = forms.ChoiceField(required=False)
    when = forms.ChoiceField(choices=[("now", _("Now")), ("later", _("Later"))], initial="now")
    starts_at = PlannedAtField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": _("Please enter a date and a time.")},
    )
    title = forms.CharField(required=False, max_length=TITLE_LENGTH * 4)

    def __init__(self, couples: Collection[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["couple"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*couples, ("", _("A new couple"))]

    def clean_title(self) -> str:
        """Return the title as a check-in stores it. Raises ValidationError for one that is too long."""
        try:
            return clean_title(self.cleaned_data["title"])
        except ValueError:
            raise ValidationError(_("Please use a shorter title: up to 80 characters, on one line.")) from None

    def clean(self) -> dict[str, Any]:
        """Read day and time in the therapist's own time zone. Raises ValidationError."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors or cleaned.get("when") != "later":
            return {**cleaned, "starts_at": None}
        cleaned["starts_at"] = self._at(cleaned.get("starts_at"))
        return cleaned

    def _at(self, typed: datetime | None) -> datetime | None:
        if typed is None:
            self.add_error("starts_at", _("When is it? Please choose a date and a time."))
            return None
        try:
            plans.check_time(typed, timezone.now())
        except plans.BadTime:
            self.add_error("starts_at", _("Please choose a time in the future, within a year."))
        return typed

    @property
    def couple_id(self) -> UUID | None:
        """Return the id of the linked couple that was chosen; None for two who are new."""
        chosen = self.cleaned_data["couple"]
        return UUID(chosen) if chosen else None
