"""App configurations of ``accounts`` and of Django's admin."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    """The app of people, couples and therapists; connects its signal receivers."""

    name = "accounts"

    def ready(self) -> None:
        """Connect the receivers for deleted logins and for changed second factors."""
        from accounts.care import therapists
        from accounts.login import revocation

        revocation.listen()
        therapists.listen()


class StaffAdminConfig(AdminConfig):
    """Django's admin with our own log-in page and its second factor."""

    default_site = "accounts.login.staff.StaffSite"
