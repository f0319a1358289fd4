"""The addresses of pages about people."""

from django.urls import include, path

from accounts import couple_views, views

urlpatterns = [
    path("privacy/", views.privacy, name="privacy"),
    path("safety/", views.safety, name="safety"),
    path("my-part/", include("accounts.my_part.urls")),
    path("settings/", views.settings_page, name="settings"),
    path("settings/confirm/", views.send_confirmation, name="send_confirmation"),
    path("settings/leave/", views.leave, name="leave"),
    path("couple/invite/", couple_views.invite, name="invite"),
    path("couple/withdraw/", couple_views.withdraw, name="withdraw_invitation"),
    path("couple/unpair/", couple_views.unpair, name="unpair"),
    path("couple/invitation/<str:token>/", couple_views.invitation, name="invitation"),
    path("accounts/sessions/<int:login_id>/end/", views.end_login, name="end_login"),
    path("accounts/", include("allauth.urls")),
]
