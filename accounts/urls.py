"""The addresses of pages about people."""

from django.urls import include, path

from accounts import care_views, couple_views, practice_views, views

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
    path("couple/care/", care_views.overview, name="care"),
    path("couple/care/invite/", care_views.invite, name="care_invite"),
    path("couple/care/withdraw/", care_views.withdraw_invitation, name="care_withdraw_invitation"),
    path("couple/care/opened/", care_views.opened, name="care_opened"),
    path("couple/care/<uuid:link_id>/", care_views.consent, name="consent"),
    path("care/invitation/<str:token>/", care_views.invitation, name="care_invitation"),
    path("practice/profile/", practice_views.profile, name="therapist_profile"),
    path("practice/invite/", practice_views.invite, name="practice_invite"),
    path("practice/withdraw/", practice_views.withdraw_invitations, name="practice_withdraw_invitations"),
    path("practice/<uuid:link_id>/notes/", practice_views.notes, name="care_notes"),
    path("practice/<uuid:link_id>/end/", practice_views.end, name="care_end"),
    path("accounts/sessions/<int:login_id>/end/", views.end_login, name="end_login"),
    path("accounts/", include("allauth.urls")),
]
