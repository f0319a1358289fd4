"""The form field and form of a first name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import FIRST_NAME_LENGTH
from accounts.person.names import clean_name


class FirstNameField(forms.CharField):
    """A field whose value is a first name in its stored form."""

    def __init__(self) -> None:
        super().__init__(
            label=_("First name"),
            # Counted below, after normalisation; here only against megabytes.
            max_length=FIRST_NAME_LENGTH * 8,
            strip=True,
            error_messages={
                "required": _("A first name is all we need. A nickname works too."),
                "max_length": _("Please use a shorter name: up to 40 characters."),
            },
        )

    def clean(self, value: Any) -> str:
        """Return the name in NFC, on one line. Raises ValidationError where ``clean_name`` refuses it."""
        typed = super().clean(value)
        if not typed and not self.required:
            return ""
        try:
            return clean_name(typed)
        except ValueError:
            raise ValidationError(_("Please use a shorter name in plain letters: up to 40 characters.")) from None


class FirstNameForm(forms.Form):
    """The form that asks only for a first name."""

    first_name = FirstNameField()
