"""Where allauth asks us: who may log in, which words go into a message, how secrets are stored."""

import base64
from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.login import sign_up
from accounts.login.middleware import hidden_guest
from accounts.models import User
from cycleproject import encryption, unreadable
from cycleproject.stored_keys import SECOND_FACTOR_PURPOSE
from cycleproject.web.addresses import for_other_devices, public_url
from cycleproject.web.limits import mail_keys, mail_was_not_sent, may_send_mail
from cycleproject.web.network import household
from cycleproject.web.qr import qr_svg


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter for accounts: only confirmed addresses log in, mails are limited, links are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed."),
        "duplicate_email": _("That is already your address."),
        "email_password_mismatch": _(
            "This address and password don’t match, or the address has not been confirmed yet."
        ),
        "enter_current_password": _("That is not your current password. Please try again."),
        "incorrect_code": _("That code didn’t work. Try the next one."),
        "incorrect_password": _("That is not your password. Please try again."),
        "invalid_password_reset": _("This link no longer works."),
        "rate_limited": _("Too many tries. Please wait a few minutes."),
        "same_as_current": _("That is already your address."),
        "too_many_login_attempts": _("Too many tries. Please wait a few minutes."),
    }

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return who logs in with these credentials; an unconfirmed address is answered like an unknown one."""
        user: User | None = super().authenticate(request, **credentials)
        return user if user and not user.is_guest else None

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # By address on the net too: counted by e-mail alone, anybody could keep its owner out.
        email = str(credentials.get("email", "")).lower()
        return f"{household(self.get_client_ip(request))}:{email}"

    def should_send_confirmation_mail(self, request: HttpRequest, email_address: Any, signup: bool) -> bool:
        """Tell whether to send the link to confirm: not for a form whose first sending has done so."""
        return not getattr(request, "mail_is_sent", False)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail unless the limit is reached; the page that answers says the same either way."""
        if may_send_mail(email, self.request):
            # A mail is read on another device: no link in it may lead to localhost.
            links = {name: for_other_devices(self.request, url) for name, url in context.items() if name[-4:] == "_url"}
            super().send_mail(template_prefix, email, {**context, **links})

    def render_mail(self, template_prefix: str, email: str, context: dict[str, Any], headers: Any = None) -> Any:
        """Return the message; one that cannot be sent does not count against the limit."""
        message = super().render_mail(template_prefix, email, context, headers)
        message.give_back = partial(mail_was_not_sent, tuple(mail_keys(email, self.request)))
        return message

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        """Confirm an address and drop others' unconfirmed claims to it; tell whether it could be confirmed."""
        with transaction.atomic():
            others = User.objects.filter(email=email_address.email).exclude(pk=email_address.user_id)
            if others.exists() or not super().confirm_email(request, email_address):
                return False
            sign_up.drop_other_claims(email_address.user, email_address.email)
        return True

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        """Return the page after confirming: home for a person who is logged in, else the log-in page."""
        user = getattr(self.request.user, "pk", None) or getattr(hidden_guest(self.request), "pk", None)
        if user == email_address.user_id:
            return reverse("home")
        return reverse("account_login")

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the link that confirms an address and leads back to where signing up began."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return str(passthrough_next_redirect_url(request, public_url(request, path), REDIRECT_FIELD_NAME))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the link in the mail that lets somebody set a new password."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return public_url(self.request, path.replace("UID-KEY", key))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return the settings page, shown after changing the password."""
        return reverse("settings")


class CannotOpenSecret(unreadable.CannotOpen, ValidationError):
    """A secret of a second factor that no key opens. A form says so where the code is typed."""

    def __init__(self) -> None:
        ValidationError.__init__(self, SecondFactorAdapter.error_messages["cannot_open"], code="cannot_open")


class SecondFactorAdapter(DefaultMFAAdapter):
    """allauth's adapter for second factors: their secrets are encrypted at rest."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("First turn off the second step. Then change the address and turn it on again."),
        "cannot_open": _("Codes cannot be checked right now. Whoever runs this server can help you log in again."),
        "incorrect_code": _("That code didn’t work. Try the next one."),
        "unverified_email": _("Please confirm your address first."),
    }

    def encrypt(self, text: str) -> str:
        """Encrypt a second factor's secret for storage."""
        return base64.b64encode(encryption.encrypt(text.encode(), SECOND_FACTOR_PURPOSE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored secret of a second factor. Raises CannotOpenSecret."""
        try:
            return encryption.decrypt(base64.b64decode(encrypted_text), SECOND_FACTOR_PURPOSE).decode()
        except unreadable.CannotOpen:
            raise CannotOpenSecret from None

    def build_totp_svg(self, url: str) -> SafeString:
        """Return the QR code that an authenticator app scans."""
        return qr_svg(url)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Return a numbered name for a new passkey, to be shown in the settings."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}
