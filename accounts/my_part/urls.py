"""The addresses of one's own part. Each is for the one who asks; names begin with my_part, and a test goes by that."""

from django.urls import path

from accounts.my_part import checks, journal, practice

urlpatterns = [
    path("journal/", journal.journal, name="my_part_journal"),
    path("journal/<uuid:note_id>/", journal.entry, name="my_part_entry"),
    path("lists/<slug:name>/", journal.own_list, name="my_part_list"),
    path("notes/<uuid:note_id>/delete/", journal.delete, name="my_part_delete"),
    path("practice/", practice.practice, name="my_part_practice"),
    path("practice/settle/", practice.settle, name="my_part_settle"),
    path("practice/stay/", practice.stay, name="my_part_stay"),
    path("practice/back/", practice.back, name="my_part_back"),
    path("practice/drafts/", practice.drafts, name="my_part_drafts"),
    path("practice/drafts/<uuid:note_id>/", practice.draft, name="my_part_draft"),
    path("practice/drafts/<uuid:note_id>/show/", practice.show_draft, name="my_part_draft_show"),
    path("check/", checks.checks, name="my_part_checks"),
    path("check/<slug:code>/", checks.checklist, name="my_part_checklist"),
    path("answers/", checks.answers, name="my_part_answers"),
]
