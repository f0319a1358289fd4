"""The root URL table: pages, the admin, the API and the health checks."""

from django.contrib import admin
from django.urls import include, path

from cycleproject.serving import health

urlpatterns = [
    path("", include("sessions.urls")),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("accounts.api_urls")),
    path("api/v1/", include("sessions.api_urls")),
    path("api/", include("sessions.schema_urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

handler400 = "sessions.contract.error_pages.bad_request"
handler403 = "sessions.contract.error_pages.permission_denied"
handler404 = "sessions.contract.error_pages.page_not_found"
handler500 = "sessions.contract.error_pages.server_error"
handler429 = "accounts.login.allauth_limits.answer_too_many"  # allauth asks for it
