"""The API's addresses about check-ins, under /api/v1/."""

from django.urls import path

from accounts.api.base import Address
from sessions import api, api_export, api_history, api_history_change, api_history_export, api_hosting

urlpatterns = [
    path("start/", Address(api.Start)),
    path("join/<str:code>/", Address(api.Join)),
    path("me/export/", Address(api_export.Export)),
    path("moments/", Address(api.Moments)),
    path("history/", Address(api_history.History)),
    path("history/summary/", Address(api_history_change.Summarise)),
    path("history/export/", Address(api_history_export.ExportHistory)),
    path("history/<uuid:history_id>/", Address(api_history.OneRound)),
    path("history/<uuid:history_id>/words/", Address(api_history.EraseWords)),
    path("sessions/", Address(api_hosting.LiveSessions, api_hosting.StartCheckIn)),
    path("sessions/<uuid:session_id>/", Address(api.OneLiveSession)),
    path("sessions/<uuid:session_id>/join/", Address(api.TakeSeat)),
    path("sessions/<uuid:session_id>/consent/", Address(api_hosting.TakeHostConsentBack)),
    path("sessions/<uuid:session_id>/commands/", Address(api.Commands)),
]
