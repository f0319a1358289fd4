"""Forms for what a person writes for themselves."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import LONG_TEXT_LENGTH, SHORT_TEXT_LENGTH
from cycleproject.text import TooLong, clean

HOLDS: Final[dict[str, timedelta]] = {
    "10-minutes": timedelta(minutes=10),
    "1-hour": timedelta(hours=1),
    "tomorrow": timedelta(days=1),
}
OPENINGS: Final = {
    "time": _("I need a little time."),
    "matters": _("This matters to me."),
    "well": _("I want to answer this well."),
    "full": _("I am too overwhelmed to listen right now."),
}


class OwnTextField(forms.CharField):
    """A text field whose value is in NFC, without control characters, and counted in code points."""

    def __init__(self, *, most: int, label: Any, required: bool = True) -> None:
        self.most = most
        super().__init__(
            label=label,
            required=required,
            error_messages={"required": _("A few words are enough.")},
        )

    def clean(self, value: Any) -> str:
        """Return the text in NFC without outer blanks. Raises ValidationError where ``clean_words`` refuses it."""
        try:
            return clean(super().clean(value), self.most, lines=True, tabs=True)
        except TooLong:
            raise ValidationError(
                _("Please make it a little shorter: up to %(most)s characters."), params={"most": self.most}
            ) from None
        except ValueError:
            raise ValidationError(_("Some of these characters can’t be saved. Please use plain text.")) from None


class EntryForm(forms.Form):
    """The form of a journal entry."""

    text = OwnTextField(most=LONG_TEXT_LENGTH, label=_("What I want to remember"))
    learned = OwnTextField(most=LONG_TEXT_LENGTH, label=_("Where I learned this (optional)"), required=False)


class LineForm(forms.Form):
    """The form of one line of an own list."""

    text = OwnTextField(most=SHORT_TEXT_LENGTH, label=_("One line"))


class DraftForm(forms.Form):
    """The form of a draft: a message that is not sent, and for how long to put it away."""

    text = OwnTextField(most=LONG_TEXT_LENGTH, label=_("What I would send"))
    hold = forms.ChoiceField(
        label=_("Put it away"),
        choices=[("10-minutes", _("10 minutes")), ("1-hour", _("1 hour")), ("tomorrow", _("Until tomorrow"))],
        initial="10-minutes",
        error_messages={"required": _("Choose how long."), "invalid_choice": _("Choose how long.")},
    )


class BackForm(forms.Form):
    """The form of the sentence that says when one will be back."""

    opening = forms.ChoiceField(
        label=_("How to begin"),
        choices=list(OPENINGS.items()),
        initial="time",
        error_messages={"required": _("Choose how to begin."), "invalid_choice": _("Choose how to begin.")},
    )
    time = forms.TimeField(
        label=_("I’ll be back at"),
        input_formats=["%H:%M"],
        error_messages={"required": _("Choose a time."), "invalid": _("Please enter a time, such as 20:30.")},
    )
