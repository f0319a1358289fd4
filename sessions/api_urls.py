"""The API's addresses, under /api/v1/."""

from django.urls import path

from sessions import api

urlpatterns = [
    path("start/", api.Start.as_view()),
    path("join/<str:code>/", api.Join.as_view()),
    path("moments/", api.Moments.as_view()),
    path("sessions/", api.LiveSessions.as_view()),
    path("sessions/<uuid:session_id>/", api.OneLiveSession.as_view()),
    path("sessions/<uuid:session_id>/join/", api.TakeSeat.as_view()),
    path("sessions/<uuid:session_id>/commands/", api.Commands.as_view()),
]
