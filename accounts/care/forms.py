"""A therapist's forms: their profile, what they call a couple, and their notes on it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.care.labels import LABEL_LENGTH, clean_label
from accounts.care.notes import NOTES_LENGTH
from accounts.care.therapists import PROFILE_LENGTH
from accounts.my_part.forms import OwnTextField


class ProfileForm(forms.Form):
    """The form of a therapist's profile: approach, pace, and what they look at."""

    approach = OwnTextField(most=PROFILE_LENGTH, label=_("How I work"))
    pace = OwnTextField(most=PROFILE_LENGTH, label=_("The pace"))
    can_see = OwnTextField(most=PROFILE_LENGTH, label=_("What I can see, and what I do with it"))


class LabelField(forms.CharField):
    """What a therapist calls a couple, on one line; it may be empty."""

    def __init__(self) -> None:
        super().__init__(label=_("My name for this couple"), required=False, max_length=LABEL_LENGTH * 4)

    def clean(self, value: Any) -> str:
        """Return the label as it is kept. Raises ValidationError where ``clean_label`` refuses it."""
        try:
            return clean_label(super().clean(value))
        except ValueError:
            raise ValidationError(_("Please use a shorter name: up to 60 characters, on one line.")) from None


class LabelForm(forms.Form):
    """The form by which a therapist names a couple for themselves."""

    label = LabelField()


class NotesForm(forms.Form):
    """The form of a therapist's notes on a couple; an empty text removes them."""

    text = OwnTextField(most=NOTES_LENGTH, label=_("My notes"), required=False)
