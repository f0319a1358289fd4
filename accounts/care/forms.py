"""A therapist's forms: their profile, and their notes on a couple."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.care.notes import NOTES_LENGTH
from accounts.care.therapists import PROFILE_LENGTH
from accounts.my_part.forms import OwnTextField


class ProfileForm(forms.Form):
    """The form of a therapist's profile: approach, pace, and what they look at."""

    approach = OwnTextField(most=PROFILE_LENGTH, label=_("How I work"))
    pace = OwnTextField(most=PROFILE_LENGTH, label=_("The pace"))
    can_see = OwnTextField(most=PROFILE_LENGTH, label=_("What I can see, and what I do with it"))


class NotesForm(forms.Form):
    """The form of a therapist's notes on a couple; an empty text removes them."""

    text = OwnTextField(most=NOTES_LENGTH, label=_("My notes"), required=False)
