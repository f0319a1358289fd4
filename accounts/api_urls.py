"""URLs of the API about people, under /api/v1/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.api.operation import Address
from accounts.care import api as care_api
from accounts.care import api_therapist
from accounts.couple import api as couple_api
from accounts.couple import api_retention, api_rhythm
from accounts.login import api as login_api
from accounts.my_part import api as my_part_api
from accounts.notices import api as notices_api
from accounts.settings import api as settings_api


class KindConverter(StringConverter):
    """Matches the kinds of private notes in a path, such as ``journal``."""

    regex = f"(?:{'|'.join(my_part_api.KINDS)})"


register_converter(KindConverter, "kind_of_note")

urlpatterns = [
    path("auth/login/", Address(login_api.LogIn)),
    path("auth/logout/", Address(login_api.LogOut)),
    path("me/", Address(settings_api.ShowMe, settings_api.DeleteMe)),
    path("me/look-back/", Address(settings_api.WishToLookBack)),
    path("me/notices/", Address(notices_api.ShowNotices, notices_api.WishNotices)),
    path("me/notices/push/", Address(notices_api.TakePush, notices_api.StopPush)),
    path(
        "me/private/<kind_of_note:kind>/", Address(my_part_api.ListNotes, my_part_api.KeepNote, my_part_api.DeleteNotes)
    ),
    path(
        "me/private/<kind_of_note:kind>/<uuid:note_id>/",
        Address(my_part_api.ShowNote, my_part_api.RewriteNote, my_part_api.DeleteNote),
    ),
    path("me/therapist/", Address(api_therapist.ShowTherapist, api_therapist.WriteTherapist)),
    path("care/", Address(care_api.ListCareLinks)),
    path("care/invitations/", Address(care_api.InviteToCare)),
    path("care/invitations/<str:code>/accept/", Address(care_api.AcceptCareInvitation)),
    path("care/<uuid:link_id>/consent/", Address(care_api.AgreeToCare, care_api.TakeConsentBack)),
    path("care/<uuid:link_id>/notes/", Address(api_therapist.ShowCareNotes, api_therapist.WriteCareNotes)),
    path("couple/", Address(couple_api.ShowCouple, couple_api.Unpair)),
    path("couple/retention/", Address(api_retention.ShowRetention, api_retention.WishRetention)),
    path("couple/rhythm/", Address(api_rhythm.ShowRhythm, api_rhythm.SayRhythm, api_rhythm.EndRhythm)),
    path("couple/rhythm/skip/", Address(api_rhythm.SkipNext)),
    path("couple/rhythm/pause/", Address(api_rhythm.PauseRhythm, api_rhythm.ResumeRhythm)),
    path("couple/invitations/", Address(couple_api.Invite)),
    path("couple/invitations/<str:code>/accept/", Address(couple_api.AcceptInvitation)),
]
