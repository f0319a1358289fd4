"""URLs of the pages about check-ins, the history and hosting."""

from django.urls import path

from sessions import home
from sessions.history import views as history_views
from sessions.history.own import look_back_views, marks_views
from sessions.hosting import display_views, notes_views, roster_views, suggested_opening_views
from sessions.hosting import views as hosting_views
from sessions.joining import appointment_views, opening_views, rhythm_views
from sessions.joining import finished as finished_views
from sessions.joining import views as joining_views
from sessions.live import favourites
from sessions.live import views as live_views
from sessions.privacy import retention_views
from sessions.privacy import views as privacy_views
from sessions.sample import views as sample_views

urlpatterns = [
    path("", home.home, name="home"),
    path("try/", sample_views.sample, name="try_alone"),
    path("start/", joining_views.start, name="start"),
    path("start/together/", joining_views.start_together, name="start_together"),
    path("my-part/", marks_views.overview, name="my_part"),
    path("practice/", roster_views.practice, name="practice"),
    path("couple/", home.couple, name="couple"),
    path("couple/rhythm/", rhythm_views.rhythm, name="rhythm"),
    path("couple/rhythm/skip/", rhythm_views.skip, name="rhythm_skip"),
    path("couple/rhythm/bring-back/", rhythm_views.bring_back, name="rhythm_bring_back"),
    path("couple/rhythm/pause/", rhythm_views.pause, name="rhythm_pause"),
    path("couple/rhythm/plan/", rhythm_views.plan, name="rhythm_plan"),
    path("finished/", finished_views.finished, name="finished"),
    path("couple/steps/<uuid:step_id>/", home.step_tried, name="step_tried"),
    path("join/", home.enter_code, name="enter_code"),
    path("join/<str:code>/", joining_views.join, name="join"),
    path("sessions/<uuid:session_id>/", live_views.room, {"show_host": hosting_views.console}, name="room"),
    path("sessions/<uuid:session_id>/move/", appointment_views.move, name="appointment_move"),
    path("sessions/<uuid:session_id>/call-off/", appointment_views.call_off, name="appointment_call_off"),
    path("openings/new/", opening_views.propose, name="opening_new"),
    path("sessions/<uuid:session_id>/opening/", opening_views.opening, name="opening"),
    path("sessions/<uuid:session_id>/opening/call-off/", opening_views.call_off, name="opening_call_off"),
    path("moments/<int:moment>/favourite/", favourites.favourite, name="favourite_moment"),
    path("sessions/<uuid:session_id>/screen/", hosting_views.shared_screen, name="shared_screen"),
    path("sessions/<uuid:session_id>/summary/", hosting_views.summary, name="summary"),
    path("sessions/<uuid:session_id>/appointment.ics", hosting_views.calendar, name="calendar_file"),
    path("sessions/<uuid:session_id>/consent/", hosting_views.take_consent_back, name="take_consent_back"),
    path("sessions/<uuid:session_id>/host/", hosting_views.let_host_in, name="let_host_in"),
    path("practice/start/", hosting_views.start, name="hosted-start"),
    path("practice/<uuid:link_id>/opening/", suggested_opening_views.suggested, name="suggested_opening"),
    path(
        "practice/<uuid:link_id>/opening/call-off/",
        suggested_opening_views.call_off,
        name="suggested_opening_call_off",
    ),
    path("practice/display/", display_views.display, name="display"),
    path("practice/display/now/", display_views.now_on, name="display_now"),
    path("practice/display/blank/", display_views.blank, name="display_blank"),
    path("practice/check-ins/<uuid:session_id>/notes/", notes_views.of_a_check_in, name="check_in_notes"),
    path("practice/check-ins/<uuid:session_id>/name/", notes_views.name_guests, name="check_in_name"),
    path("history/", history_views.overview, name="history"),
    path("history/change/", history_views.change, name="history_change"),
    path("history/report/", history_views.report, name="history_report"),
    path("history/keeping/", retention_views.overview, name="history_keeping"),
    path("history/keeping/months/", retention_views.set_retention, name="history_months"),
    # The address of the form on a page from before there was one of the rhythm's own.
    path("history/keeping/weekly/", rhythm_views.rhythm, name="history_weekly"),
    path("history/keeping/our-time.ics", rhythm_views.calendar, name="history_calendar"),
    path("history/keeping/words/", retention_views.leave_words, name="history_leave_words"),
    path("history/keeping/view/", retention_views.own_view, name="history_own_view"),
    path("history/keeping/take-back/", privacy_views.take_back_words, name="history_take_back"),
    path("history/export/", retention_views.export, name="history_export"),
    path("history/export/begins/", retention_views.export_begins, name="history_export_begins"),
    path("history/<uuid:history_id>/", history_views.one_round, name="history_round"),
    path("history/<uuid:history_id>/look-back/", look_back_views.say, name="history_look_back"),
    path("history/<uuid:history_id>/erase/", privacy_views.erase, name="history_erase"),
]
