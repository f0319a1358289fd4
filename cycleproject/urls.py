"""The root URL table: pages, the admin, the API, the health checks and what is looked for at fixed addresses."""

from django.contrib import admin
from django.urls import include, path

from cycleproject.serving import health
from cycleproject.web import home_screen, well_known

urlpatterns = [
    path("", include("sessions.urls")),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("accounts.api_urls")),
    path("api/v1/", include("sessions.api_urls")),
    path("api/", include("sessions.schema_urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("robots.txt", well_known.robots),
    path("manifest.webmanifest", home_screen.manifest, name="manifest"),
    path("service-worker.js", home_screen.service_worker),
    path("offline/", home_screen.offline, name="offline"),
    path("favicon.ico", well_known.favicon),
    path(".well-known/security.txt", well_known.security_txt),
    path(".well-known/change-password", well_known.change_password),
]

handler400 = "sessions.contract.error_pages.bad_request"
handler403 = "sessions.contract.error_pages.permission_denied"
handler404 = "sessions.contract.error_pages.page_not_found"
handler500 = "sessions.contract.error_pages.server_error"
handler429 = "accounts.login.allauth_limits.answer_too_many"  # allauth asks for it
