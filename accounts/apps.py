"""App configurations of ``accounts`` and of Django's admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    """The app of people, couples and therapists; connects its signal receivers."""

    name = "accounts"

    def ready(self) -> None:
        """Listen for logins that begin and end, and for second factors that come and go."""
        from django.contrib.auth.signals import user_logged_out

        from accounts.care import therapists
        from accounts.login import left_guests, revocation, second_secrets
        from accounts.notices import subscriptions
        from accounts.safety import checks  # noqa: F401  (it registers itself)
        from cycleproject.web import idempotency

        user_logged_out.connect(idempotency.forget_browser, dispatch_uid="accounts.forget_browser")
        revocation.listen()
        left_guests.listen()
        therapists.listen()
        second_secrets.listen()
        subscriptions.listen()


class StaffAdminConfig(AdminConfig):
    """Django's admin with our own log-in page and its second factor."""

    default_site = "accounts.login.staff.StaffSite"
