"""The API's addresses, under /api/v1/."""

from django.urls import path

from sessions import api, api_hosting

urlpatterns = [
    path("start/", api.Start.as_view()),
    path("join/<str:code>/", api.Join.as_view()),
    path("moments/", api.Moments.as_view()),
    path("sessions/", api_hosting.LiveSessions.as_view()),
    path("sessions/<uuid:session_id>/", api.OneLiveSession.as_view()),
    path("sessions/<uuid:session_id>/join/", api.TakeSeat.as_view()),
    path("sessions/<uuid:session_id>/consent/", api_hosting.HostConsent.as_view()),
    path("sessions/<uuid:session_id>/commands/", api.Commands.as_view()),
]
