"""The form of how somebody wishes to be given notice."""

from datetime import time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import NOTICE_WORDINGS
from accounts.notices.wording import SENTENCES

# One word for both: an error stands below them.
NOT_A_TIME: Any = _("Please give both times, or leave both empty.")


class WishesForm(forms.Form):
    """Which notices, in which words, and when none."""

    by_mail = forms.BooleanField(required=False)
    hour_before = forms.BooleanField(required=False)
    wording = forms.ChoiceField(choices=[(wording, SENTENCES[wording]) for wording in NOTICE_WORDINGS])
    quiet_from = forms.TimeField(required=False, error_messages={"invalid": NOT_A_TIME})
    quiet_until = forms.TimeField(required=False, error_messages={"invalid": NOT_A_TIME})

    def clean(self) -> dict[str, Any]:
        """Refuse quiet hours of which one end is missing."""
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("quiet_from"), cleaned.get("quiet_until")
        if not self.errors and (begins is None) != (ends is None):
            self.add_error("quiet_from", NOT_A_TIME)
        return cleaned

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Return the quiet hours that were given."""
        begins, ends = self.cleaned_data["quiet_from"], self.cleaned_data["quiet_until"]
        return None if begins is None or ends is None else (begins, ends)
