"""The addresses of pages about people."""

from django.urls import path

from accounts import views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("safety/", views.safety, name="safety"),
    path("settings/", views.settings_page, name="settings"),
]
