"""The form by which a therapist starts or plans a check-in."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.care.forms import LabelField
from sessions.checkin.state import TITLE_LENGTH
from sessions.contract.api_shapes import clean_title
from sessions.joining.appointment_forms import PlannedAtField


class HostedForm(forms.Form):
    """The form of a hosted check-in: with whom, when, under which title."""

    couple = forms.ChoiceField(required=False)
    when = forms.ChoiceField(choices=[("now", _("Now")), ("later", _("Later"))], initial="now")
    starts_at = PlannedAtField()
    # Ticked by whoever has read that something else is planned for that hour.
    all_the_same = forms.BooleanField(required=False)
    label = LabelField()
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
        field = self.fields["starts_at"]
        assert isinstance(field, PlannedAtField)
        try:
            cleaned["starts_at"] = field.time_to_come(cleaned.get("starts_at"))
        except ValidationError as problem:
            self.add_error("starts_at", problem)
        return cleaned

    @property
    def couple_id(self) -> UUID | None:
        """Return the id of the linked couple that was chosen; None for two who are new."""
        chosen = self.cleaned_data["couple"]
        return UUID(chosen) if chosen else None
