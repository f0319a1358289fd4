"""What a therapist writes: about their work, for couples to read, and notes that nobody else reads."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.care.notes import NOTES_LENGTH
from accounts.care.therapists import PROFILE_LENGTH
from accounts.my_part.forms import WordsField


class ProfileForm(forms.Form):
    """Asks a therapist what couples should know."""

    approach = WordsField(most=PROFILE_LENGTH, label=_("How I work"))
    pace = WordsField(most=PROFILE_LENGTH, label=_("The pace"))
    can_see = WordsField(most=PROFILE_LENGTH, label=_("What I can see, and what I do with it"))


class NotesForm(forms.Form):
    """Asks for notes; none are fine, too."""

    text = WordsField(most=NOTES_LENGTH, label=_("My notes"), required=False)
