"""allauth's forms for signing up and for resetting a password, adapted to guests and unconfirmed addresses."""

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.core import context
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.login.left_guests import leave_browser_to_somebody_else
from accounts.login.middleware import hidden_guest
from accounts.login.sign_up import answer_sign_up
from accounts.models import User
from accounts.person.current_person import is_somebody_else
from accounts.person.forms import FirstNameField


def _guest_who_signs_up(request: HttpRequest) -> User | None:
    """Return the guest whose row the account will be; whoever says that they are not it gets a new one."""
    return None if is_somebody_else(request) else hidden_guest(request)


class SignUpForm(SignupForm):
    """The form to sign up: first name, e-mail address, password. A guest keeps the name they have."""

    first_name = FirstNameField()
    field_order = ("first_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guest = _guest_who_signs_up(context.request)
        if guest:
            self.fields["first_name"].initial = guest.first_name
            self.fields["first_name"].required = False
        self.guest = guest

    def clean_first_name(self) -> str:
        """Refuse to rename whoever is a guest in this browser. Raises ValidationError."""
        name: str = self.cleaned_data["first_name"]
        guest = _guest_who_signs_up(context.request)
        if guest and not name:
            return guest.first_name
        if guest and guest.first_name != name:
            said = _(
                "In this browser you are %(name)s. Change the name in the settings first. If you are someone else, "
                "say so above, and you start fresh."
            )
            raise ValidationError(said % {"name": guest.first_name})
        return name

    def validate_unique_email(self, value: str) -> str:
        """Accept any address: whether it is taken is looked up when the form is saved, and told to nobody."""
        return value

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Return the new account, or the response that hides whether the address was taken."""
        guest = _guest_who_signs_up(request)
        if guest is None:
            leave_browser_to_somebody_else(request)
        return answer_sign_up(request, guest, self.cleaned_data)


class AskForNewPasswordForm(ResetPasswordForm):
    """The form to ask for a link that sets a new password."""

    users: list[User]

    def clean_email(self) -> str:
        """Return the address, and leave people out who have not confirmed it: they get no link."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if not user.is_guest]
        return email
