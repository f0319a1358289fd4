"""The admin site's access: by our own log-in page with its limits, and only with a second factor."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext

from accounts.login.answered_once import each_answered_once

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class StaffSite(AdminSite):
    """Django's admin for staff who have a second factor."""

    site_header = site_title = "Cycle"

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user is staff and has a second factor."""
        return super().has_permission(request) and is_mfa_enabled(request.user, SECOND_FACTORS)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return its addresses; what is sent to one of them twice is carried out once."""
        return each_answered_once(super().get_urls())

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Redirect to our own page: a password is changed at one door."""
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Redirect to our own log-in page, or to setting up a missing second factor."""
        if self.has_permission(request):
            return redirect("admin:index")
        if super().has_permission(request):
            messages.info(request, gettext("Staff need a second step to log in. Add one, then come back."))
            return redirect("mfa_index")
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response
