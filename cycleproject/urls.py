"""All addresses."""

from django.contrib import admin
from django.urls import include, path

from cycleproject import health

urlpatterns = [
    path("", include("sessions.urls")),
    path("", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("accounts.api.urls")),
    path("api/v1/", include("sessions.api_urls")),
    path("api/", include("sessions.openapi_urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]
