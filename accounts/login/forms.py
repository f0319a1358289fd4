"""The forms of allauth as we ask them: signing up, and asking for a link to a new password."""

from typing import Any

from allauth.account.forms import ResetPasswordForm, SignupForm
from allauth.core import context
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.login.middleware import guest_at_the_door
from accounts.login.sign_up import answer_sign_up
from accounts.models import User
from accounts.person.forms import FirstNameField


class SignUpForm(SignupForm):
    """Asks for a first name, an address and a password."""

    first_name = FirstNameField()
    field_order = ("first_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        guest = guest_at_the_door(context.request)
        if guest:
            self.fields["first_name"].initial = guest.first_name

    def clean_first_name(self) -> str:
        """Return the name. Raises ValidationError where it would rename whoever is a guest in this browser."""
        name: str = self.cleaned_data["first_name"]
        guest = guest_at_the_door(context.request)
        if guest and guest.first_name != name:
            said = _(
                "In this browser you are %(name)s. Change the name in the settings first; if you are somebody else, "
                "sign up in a browser of your own."
            )
            raise ValidationError(said % {"name": guest.first_name})
        return name

    def validate_unique_email(self, value: str) -> str:
        """Return the address: whether it is somebody's is found out, and told to nobody, when the form is saved."""
        return value

    def try_save(self, request: HttpRequest) -> tuple[Any, Any]:
        """Return who signed up, or the answer to the request."""
        return answer_sign_up(request, guest_at_the_door(request), self.cleaned_data)


class AskForNewPasswordForm(ResetPasswordForm):
    """Asks for the address that a link to a new password goes to."""

    users: list[User]

    def clean_email(self) -> str:
        """Return the address; only a confirmed one is anybody's."""
        email: str = super().clean_email()
        self.users = [user for user in self.users if not user.is_guest]
        return email
