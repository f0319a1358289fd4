"""What people type about themselves."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import FIRST_NAME_LENGTH
from accounts.person.names import clean_name


class FirstNameField(forms.CharField):
    """A first name, in the form it is kept in."""

    def __init__(self) -> None:
        super().__init__(
            label=_("First name"),
            # Counted below, after normalisation; here only against megabytes.
            max_length=FIRST_NAME_LENGTH * 8,
            strip=True,
            error_messages={
                "required": _("A first name is all we need. A nickname works too."),
                "max_length": _("A shorter name, please: up to 40 characters."),
            },
        )

    def clean(self, value: Any) -> str:
        """Return the name in NFC. Raises ValidationError."""
        try:
            return clean_name(super().clean(value))
        except ValueError:
            raise ValidationError(_("A shorter name in plain letters, please: up to 40 characters.")) from None


class FirstNameForm(forms.Form):
    """Asks for a first name."""

    first_name = FirstNameField()
