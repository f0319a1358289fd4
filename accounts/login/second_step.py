"""The forms that ask for a second step: a code from the app is good once, for as long as it would be taken."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.cache import cache


def use_up(user_id: object, code: str) -> bool:
    """Remember a code from somebody's app until no clock takes it any more; tell whether it had not been used.

    allauth remembers one for its own half minute, and takes it for longer, for phones whose clock is off.
    """
    taken_for = app_settings.TOTP_PERIOD * (1 + 2 * app_settings.TOTP_TOLERANCE)
    return cache.add(f"code-used:{user_id}:{normalize_user_code(code)}", True, taken_for)


def clean_once(form: Any, code: str) -> str:
    """Return the code that a form found right. Raises ValidationError if it was used before."""
    authenticator = form.authenticator
    if authenticator.type == Authenticator.Type.TOTP and not use_up(authenticator.user_id, code):
        raise get_adapter().validation_error("incorrect_code")
    return code


class SecondStepForm(AuthenticateForm):
    """The second step of logging in."""

    def clean_code(self) -> str:
        """Return a right code that nobody has used. Raises ValidationError."""
        return clean_once(self, super().clean_code())


class SecondStepAgainForm(ReauthenticateForm):
    """The second step of somebody who is logged in and shows that it is them."""

    def clean_code(self) -> str:
        """Return a right code that nobody has used. Raises ValidationError."""
        return clean_once(self, super().clean_code())


class TurnOnForm(ActivateTOTPForm):
    """The code that shows that an app has the secret: it turns the second step on, and logs nobody in afterwards."""

    def clean_code(self) -> str:
        """Return a right code, and remember it as used. Raises ValidationError."""
        code: str = super().clean_code()
        if not use_up(self.user.pk, code):
            raise get_adapter().validation_error("incorrect_code")
        return code
