"""URLs of a person's own part. Their names begin with ``my_part``: a test finds them by it and tries all as others."""

from django.urls import path

from accounts.my_part import checklist_views, exercise_views, journal_views

urlpatterns = [
    path("journal/", journal_views.journal, name="my_part_journal"),
    path("journal/<uuid:note_id>/", journal_views.entry, name="my_part_entry"),
    path("lists/<slug:name>/", journal_views.own_list, name="my_part_list"),
    path("notes/<uuid:note_id>/delete/", journal_views.delete, name="my_part_delete"),
    path("practice/", exercise_views.practice, name="my_part_practice"),
    path("practice/settle/", exercise_views.settle, name="my_part_settle"),
    path("practice/stay/", exercise_views.stay, name="my_part_stay"),
    path("practice/back/", exercise_views.back, name="my_part_back"),
    path("practice/drafts/", exercise_views.drafts, name="my_part_drafts"),
    path("practice/drafts/<uuid:note_id>/", exercise_views.draft, name="my_part_draft"),
    path("practice/drafts/<uuid:note_id>/show/", exercise_views.show_draft, name="my_part_draft_show"),
    path("check/", checklist_views.checks, name="my_part_checks"),
    path("check/<slug:code>/", checklist_views.checklist, name="my_part_checklist"),
    path("answers/", checklist_views.answers, name="my_part_answers"),
]
