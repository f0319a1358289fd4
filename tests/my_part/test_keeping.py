"""What somebody keeps for themselves: a journal, lists, drafts and checklists, and the pages that show them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.logins import BACKEND
from accounts.models import User
from accounts.my_part import notes
from accounts.my_part.checklists import CHECKLISTS
from tests.history.test_own_marks import START, body


@pytest.fixture
def ana() -> User:
    """Return Ana, who has an account."""
    return User.objects.create_user("ana@example.org", first_name="Ana")


@pytest.fixture
def phone(ana: User) -> Client:
    """Return Ana's phone."""
    client = Client()
    client.force_login(ana, backend=BACKEND)
    return client


@pytest.mark.django_db
def test_a_journal_entry_is_kept_changed_and_deleted_after_asking_once(phone: Client, ana: User) -> None:
    journal = reverse("my_part_journal")
    kept = phone.post(journal, {"text": "The door again", "learned": "Summers at home"})
    assert kept.status_code == 302
    assert all(words in body(phone.get(journal)) for words in ("The door again", "Summers at home"))
    note = notes.notes_of(ana, "journal").get()
    phone.post(reverse("my_part_entry", args=[note.id]), {"text": "The window", "learned": ""})
    assert "The window" in body(phone.get(journal))
    delete = reverse("my_part_delete", args=[note.id])
    assert "The window" in body(phone.get(delete))
    assert notes.notes_of(ana).count() == 1
    assert phone.post(delete).status_code == 302
    assert notes.notes_of(ana).count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\x1bb", "x" * 5001])
def test_words_that_cannot_be_kept_are_answered_beside_the_field(phone: Client, ana: User, text: str) -> None:
    answer = phone.post(reverse("my_part_journal"), {"text": text})
    assert answer.status_code == 400
    assert b"field__error" in answer.content
    assert notes.notes_of(ana).count() == 0


@pytest.mark.django_db
def test_words_are_text_and_never_run(phone: Client) -> None:
    phone.post(reverse("my_part_journal"), {"text": "<script>alert(1)</script>"})
    phone.post(reverse("my_part_list", args=["triggers"]), {"text": "<b>x</b>"})
    page = body(phone.get(reverse("my_part_journal"))) + body(phone.get(reverse("my_part")))
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page


@pytest.mark.django_db
def test_own_lists_show_on_the_overview(phone: Client) -> None:
    phone.post(reverse("my_part_list", args=["triggers"]), {"text": "The short okay"})
    phone.post(reverse("my_part_list", args=["wishes"]), {"text": "An hour on Sundays"})
    page = body(phone.get(reverse("my_part")))
    assert "The short okay" in page
    assert "An hour on Sundays" in page
    assert phone.get("/my-part/lists/others/").status_code == 404


@pytest.mark.django_db
def test_the_journal_goes_on_to_earlier_pages(phone: Client, ana: User) -> None:
    for number in range(52):
        note = notes.add_note(ana, "journal", {"text": f"entry-{number}.", "learned": ""})
        note.created_at = START + timedelta(hours=number)
        note.save()
    page = body(phone.get(reverse("my_part_journal")))
    assert "entry-51." in page
    assert "entry-1." not in page
    earlier = page.split('href="?before=')[1].split('"')[0]
    page = body(phone.get(reverse("my_part_journal"), {"before": earlier}))
    assert "entry-1." in page
    assert "entry-51." not in page
    assert phone.get(reverse("my_part_journal"), {"before": "nonsense"}).status_code == 200


@pytest.mark.django_db
def test_notes_beyond_the_limit_are_refused(phone: Client, ana: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notes, "MAX_NOTES", 1)
    assert phone.post(reverse("my_part_journal"), {"text": "one"}).status_code == 302
    answer = phone.post(reverse("my_part_journal"), {"text": "two"})
    assert answer.status_code == 400
    assert "two" in answer.content.decode()
    assert notes.notes_of(ana).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("hold", ["10-minutes", "1-hour", "tomorrow"])
def test_a_draft_is_shown_on_no_page_before_its_time(phone: Client, ana: User, hold: str) -> None:
    drafts = reverse("my_part_drafts")
    assert phone.post(drafts, {"text": "Please answer me", "hold": hold}).status_code == 302
    note = notes.notes_of(ana, "draft").get()
    pages = [drafts, reverse("my_part_draft", args=[note.id]), reverse("my_part_delete", args=[note.id])]
    assert not any("Please answer me" in body(phone.get(page)) for page in pages)
    refused = phone.post(pages[1], {"text": "Another", "hold": hold})
    # What was typed on a page of before is not thrown away, and what waits is neither shown nor replaced.
    shown = refused.content.decode()
    assert refused.status_code == 409 and "Another" in shown and "Please answer me" not in shown
    assert notes.notes_of(ana, "draft").get().content == {"text": "Please answer me"}
    notes.hold_draft(note, timezone.now() - timedelta(seconds=1))
    assert "Please answer me" in body(phone.get(pages[1]))
    phone.post(pages[1], {"text": "Good night", "hold": hold})
    assert "Good night" not in body(phone.get(pages[1]))


@pytest.mark.django_db
def test_the_author_may_open_a_draft_early(phone: Client, ana: User) -> None:
    phone.post(reverse("my_part_drafts"), {"text": "Please answer me", "hold": "tomorrow"})
    note = notes.notes_of(ana, "draft").get()
    assert phone.get(reverse("my_part_draft_show", args=[note.id])).status_code == 405
    page = body(phone.post(reverse("my_part_draft_show", args=[note.id]), follow=True))
    assert "Please answer me" in page


@pytest.mark.django_db
@pytest.mark.parametrize("code", CHECKLISTS)
def test_looking_at_a_checklist_stores_nothing_and_keeping_it_does(phone: Client, ana: User, code: str) -> None:
    address = reverse("my_part_checklist", args=[code])
    item, other = CHECKLISTS[code].items[:2]
    page = body(phone.post(address, {"ticked": [item.code, "made-up"]}))
    assert str(item.says).replace("’", "&#x27;").split(",")[0].split("“")[0] in page
    assert str(other.label) not in page
    assert notes.notes_of(ana).count() == 0
    assert phone.post(address, {"ticked": [item.code, "made-up"], "keep": "1"}).status_code == 302
    assert notes.notes_of(ana, "check").get().content == {"list": code, "ticked": [item.code]}
    assert str(item.label) in body(phone.get(reverse("my_part_checks")))


@pytest.mark.django_db
def test_every_sign_yields_information_whatever_is_ticked(phone: Client) -> None:
    address = reverse("my_part_checklist", args=["signs"])
    items = [item.code for item in CHECKLISTS["signs"].items]
    assert len(items) == 4
    one, all_four = (body(phone.post(address, {"ticked": ticked})) for ticked in (items[:1], items))
    close = str(CHECKLISTS["signs"].close)
    assert close in one
    assert close in all_four
    assert "choosing a therapist" in body(phone.get(address))


@pytest.mark.django_db
def test_the_sentence_with_a_time_is_stored_nowhere(phone: Client, ana: User) -> None:
    page = body(phone.post(reverse("my_part_back"), {"opening": "time", "time": "20:30"}))
    assert "I need a little time. I’ll be back at 20:30." in page
    assert notes.notes_of(ana).count() == 0
    assert phone.post(reverse("my_part_back"), {"opening": "made-up", "time": "late"}).status_code == 400


@pytest.mark.django_db
def test_the_pages_link_to_it_only_for_somebody_who_is_logged_in(phone: Client) -> None:
    link = f'href="{reverse("my_part")}"'
    assert link in body(phone.get(reverse("safety")))
    assert link not in body(Client().get(reverse("safety")))
