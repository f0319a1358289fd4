"""allauth's forms for signing up and for resetting a password, adapted to guests and unconfirmed addresses."""

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.core import context
from django.http import HttpRequest

from accounts.login.middleware import hidden_guest
from accounts.login.sign_up import answer_sign_up
from accounts.models import User
from accounts.person.forms import FirstNameField


class SignUpForm(SignupForm):
    """The form to sign up: first name, e-mail address, password. A guest's name is filled in."""

    first_name = FirstNameField()
    field_order = ("first_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guest = hidden_guest(context.request)
        if guest:
            self.fields["first_name"].initial = guest.first_name

    def validate_unique_email(self, value: str) -> str:
        """Accept any address: whether it is taken is looked up when the form is saved, and told to nobody."""
        return value

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Return the new account, or the response that hides whether the address was taken."""
        return answer_sign_up(request, hidden_guest(request), self.cleaned_data)


class AskForNewPasswordForm(ResetPasswordForm):
    """The form to ask for a link that sets a new password."""

    users: list[User]

    def clean_email(self) -> str:
        """Return the address, and leave people out who have not confirmed it: they get no link."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if not user.is_guest]
        return email
