"""The API's addresses about people, under /api/v1/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from accounts.api import care, couple, logins, me, private, retention, therapist
from accounts.api.base import Address


class KindConverter(StringConverter):
    """The kind of a private note."""

    regex = f"(?:{'|'.join(private.KINDS)})"


register_converter(KindConverter, "kind_of_note")

urlpatterns = [
    path("auth/login/", Address(logins.LogIn)),
    path("auth/logout/", Address(logins.LogOut)),
    path("me/", Address(me.ShowMe, me.DeleteMe)),
    path("me/private/<kind_of_note:kind>/", Address(private.ListNotes, private.KeepNote, private.DeleteNotes)),
    path(
        "me/private/<kind_of_note:kind>/<uuid:note_id>/",
        Address(private.ShowNote, private.RewriteNote, private.DeleteNote),
    ),
    path("me/therapist/", Address(therapist.ShowTherapist, therapist.WriteTherapist)),
    path("care/", Address(care.ListCareLinks)),
    path("care/invitations/", Address(care.InviteToCare)),
    path("care/invitations/<str:code>/accept/", Address(care.AcceptCareInvitation)),
    path("care/<uuid:link_id>/consent/", Address(care.AgreeToCare, care.TakeConsentBack)),
    path("care/<uuid:link_id>/notes/", Address(therapist.ShowCareNotes, therapist.WriteCareNotes)),
    path("couple/", Address(couple.ShowCouple, couple.Unpair)),
    path("couple/retention/", Address(retention.ShowRetention, retention.WishRetention)),
    path("couple/invitations/", Address(couple.Invite)),
    path("couple/invitations/<str:code>/accept/", Address(couple.AcceptInvitation)),
]
