"""URLs of the API about check-ins, under /api/v1/."""

from django.urls import path

from accounts.api.operation import Address
from sessions.history import api as history_api
from sessions.history import api_change, api_export
from sessions.history.own import look_back_api
from sessions.hosting import api as hosting_api
from sessions.hosting import api_notes, suggested_opening_api
from sessions.joining import api as joining_api
from sessions.joining import appointment_api, opening_api
from sessions.live import api as live_api
from sessions.privacy import api as privacy_api
from sessions.privacy import api_parted

urlpatterns = [
    path("start/", Address(joining_api.Start)),
    path("join/<str:code>/", Address(joining_api.Join)),
    path("me/export/", Address(privacy_api.Export)),
    path("moments/", Address(joining_api.Moments)),
    path("history/", Address(history_api.History)),
    path("history/summary/", Address(api_change.Summarise)),
    path("history/export/", Address(api_export.ExportHistory)),
    path("history/own-view/", Address(api_parted.ShowOwnView, api_parted.ChooseOwnView)),
    path("history/words/", Address(api_parted.TakeBackWords)),
    path("history/<uuid:history_id>/", Address(history_api.OneRound)),
    path("history/<uuid:history_id>/look-back/", Address(look_back_api.SayADayLater, look_back_api.TakeADayLaterBack)),
    path("history/<uuid:history_id>/words/", Address(privacy_api.EraseWords)),
    path("sessions/", Address(hosting_api.LiveSessions, hosting_api.StartCheckIn)),
    path("sessions/<uuid:session_id>/", Address(live_api.OneLiveSession)),
    path(
        "sessions/<uuid:session_id>/appointment/",
        Address(appointment_api.OneAppointment, appointment_api.MoveAppointment, appointment_api.CallOffAppointment),
    ),
    path("openings/", Address(opening_api.ProposeOpening)),
    path(
        "sessions/<uuid:session_id>/opening/",
        Address(opening_api.OneOpening, opening_api.SayHour, opening_api.CallOffOpening),
    ),
    path(
        "care/<uuid:link_id>/opening/",
        Address(
            suggested_opening_api.ShowSuggestedOpening,
            suggested_opening_api.SuggestOpening,
            suggested_opening_api.CallOffSuggestedOpening,
        ),
    ),
    path("sessions/<uuid:session_id>/notes/", Address(api_notes.ShowCheckInNotes, api_notes.WriteCheckInNotes)),
    path("sessions/<uuid:session_id>/join/", Address(live_api.TakeSeat)),
    path("sessions/<uuid:session_id>/consent/", Address(hosting_api.TakeHostConsentBack)),
    path("sessions/<uuid:session_id>/commands/", Address(live_api.Commands)),
]
