"""The addresses of a check-in's pages."""

from django.urls import path

from sessions import history_views, hosting_page, keeping_views, my_part_page, practice, views

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
    path("history/", history_views.rounds, name="history"),
    path("history/change/", history_views.change, name="history_change"),
    path("history/report/", history_views.report, name="history_report"),
    path("history/keeping/", keeping_views.overview, name="history_keeping"),
    path("history/keeping/months/", keeping_views.wish, name="history_months"),
    path("history/keeping/weekly/", keeping_views.weekly, name="history_weekly"),
    path("history/keeping/our-time.ics", keeping_views.calendar, name="history_calendar"),
    path("history/keeping/words/", keeping_views.leave_words, name="history_leave_words"),
    path("history/export/", keeping_views.export, name="history_export"),
    path("history/<uuid:history_id>/", history_views.one_round, name="history_round"),
    path("history/<uuid:history_id>/erase/", history_views.erase, name="history_erase"),
]
