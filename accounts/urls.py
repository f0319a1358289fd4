"""URLs of the pages about people, allauth's included."""

from allauth import urls as allauth_urls
from django.urls import include, path

from accounts.care import therapist_views
from accounts.care import views as care_views
from accounts.couple import views as couple_views
from accounts.login import views as login_views
from accounts.login.answered_once import each_answered_once
from accounts.notices import views as notice_views
from accounts.safety import views as safety_views
from accounts.settings import views as settings_views

urlpatterns = [
    path("privacy/", safety_views.privacy, name="privacy"),
    path("safety/", safety_views.safety, name="safety"),
    path("accessibility/", safety_views.accessibility, name="accessibility"),
    path("my-part/", include("accounts.my_part.urls")),
    path("settings/", settings_views.settings_page, name="settings"),
    path("settings/look-back/", settings_views.set_look_back, name="set_look_back"),
    path("settings/notices/", notice_views.notices, name="notices"),
    path("settings/notices/push/", notice_views.turn_on_push, name="turn_on_push"),
    path("settings/notices/push/<uuid:subscription_id>/off/", notice_views.turn_off_push, name="turn_off_push"),
    path("settings/confirm/", login_views.send_confirmation, name="send_confirmation"),
    path("settings/leave/", settings_views.leave, name="leave"),
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
    path("practice/profile/", therapist_views.profile, name="therapist_profile"),
    path("practice/invite/", therapist_views.invite, name="practice_invite"),
    path("practice/withdraw/", therapist_views.withdraw_invitations, name="practice_withdraw_invitations"),
    path(
        "practice/invitations/<int:invitation_id>/withdraw/",
        therapist_views.withdraw_invitation,
        name="practice_withdraw_invitation",
    ),
    path("practice/<uuid:link_id>/name/", therapist_views.name_couple, name="care_name"),
    path("practice/<uuid:link_id>/notes/", therapist_views.notes, name="care_notes"),
    path("practice/<uuid:link_id>/end/", therapist_views.end, name="care_end"),
    path("accounts/sessions/<int:login_id>/end/", login_views.end_login, name="end_login"),
    path("accounts/", include(each_answered_once(allauth_urls.urlpatterns))),
]
