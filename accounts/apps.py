"""The accounts app: who people are to each other."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    """Who people are to each other."""

    name = "accounts"

    def ready(self) -> None:
        """Listen for logins that end, and for second factors that come and go."""
        from django.contrib.auth.signals import user_logged_out

        from accounts.care import therapists
        from accounts.login import revocation
        from cycleproject.web import idempotency

        user_logged_out.connect(idempotency.forget_browser, dispatch_uid="accounts.forget_browser")
        revocation.listen()
        therapists.listen()


class StaffAdminConfig(AdminConfig):
    """Django's admin, entered by our own door."""

    default_site = "accounts.login.staff.StaffSite"
