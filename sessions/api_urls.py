"""The API's addresses, under /api/v1/."""

from django.urls import path

from sessions import api, api_care, api_hosting
from sessions.api_care import by_method

urlpatterns = [
    path("start/", api.Start.as_view()),
    path("join/<str:code>/", api.Join.as_view()),
    path("moments/", api.Moments.as_view()),
    path("sessions/", api_hosting.LiveSessions.as_view()),
    path("sessions/<uuid:session_id>/", api.OneLiveSession.as_view()),
    path("sessions/<uuid:session_id>/join/", api.TakeSeat.as_view()),
    path("sessions/<uuid:session_id>/consent/", api_hosting.HostConsent.as_view()),
    path("sessions/<uuid:session_id>/commands/", api.Commands.as_view()),
    path("me/therapist/", by_method(GET=api_care.ShowProfile, PUT=api_care.WriteProfile)),
    path("care/", api_care.ListLinks.as_view()),
    path("care/invitations/", api_care.Invite.as_view()),
    path("care/invitations/<str:code>/accept/", api_care.AcceptInvitation.as_view()),
    path("care/<uuid:link_id>/consent/", by_method(POST=api_care.Agree, DELETE=api_care.Withdraw)),
    path("care/<uuid:link_id>/notes/", by_method(GET=api_care.ShowNotes, PUT=api_care.WriteNotes)),
]
