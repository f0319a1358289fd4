"""The accounts app: who people are to each other."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    """Who people are to each other."""

    name = "accounts"

    def ready(self) -> None:
        """Listen for logins that end, and for second factors that come and go."""
        from accounts.care import therapists
        from accounts.login import revocation

        revocation.listen()
        therapists.listen()


class StaffAdminConfig(AdminConfig):
    """Django's admin, entered by our own door."""

    default_site = "accounts.login.staff.StaffSite"
