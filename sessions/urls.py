"""The addresses of a check-in's pages."""

from django.urls import path

from sessions import hosting_page, my_part_page, practice, views

urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.start, name="start"),
    path("start/together/", views.start_together, name="start_together"),
    path("my-part/", my_part_page.overview, name="my_part"),
    path("practice/", practice.practice, name="practice"),
    path("couple/", views.couple, name="couple"),
    path("join/", views.enter_code, name="enter_code"),
    path("join/<str:code>/", views.join, name="join"),
    path("sessions/<uuid:session_id>/", views.room, name="room"),
    path("sessions/<uuid:session_id>/screen/", hosting_page.shared_screen, name="shared_screen"),
    path("sessions/<uuid:session_id>/summary/", hosting_page.summary, name="summary"),
    path("sessions/<uuid:session_id>/appointment.ics", hosting_page.calendar, name="calendar_file"),
    path("sessions/<uuid:session_id>/consent/", hosting_page.take_consent_back, name="take_consent_back"),
    path("practice/start/", hosting_page.start, name="hosted-start"),
]
