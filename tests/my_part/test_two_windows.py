"""What somebody types in two windows, or sends twice: nothing is overwritten unread, kept twice, or lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import therapists
from accounts.logins import open_login
from accounts.models import PrivateKind, PrivateNote, User
from accounts.my_part import notes
from tests.support.cast.browsers import HIDDEN
from tests.support.cast.care_cast import WORDS, account, device, therapist

pytestmark = pytest.mark.django_db


class Window:
    """One form in one window: what is hidden in it stays as it was shown."""

    def __init__(self, client: Client, path: str, shown: Any = None) -> None:
        self.client, self.path = client, path
        page = (shown or client.get(path)).content.decode()
        form = re.search(r'<form class="[^"]*(?:own|care)__form".*?</form>', page, re.DOTALL)
        assert form
        action = re.search(r'action="([^"]+)"', form[0])
        self.sent_to = action[1] if action else path
        self.hidden = dict(HIDDEN.findall(form[0].replace(' autocomplete="off"', "")))

    def send(self, **typed: str) -> Any:
        """Send it with what is typed."""
        return self.client.post(self.sent_to, {**self.hidden, **typed})


@pytest.fixture
def ana(db: None) -> User:
    """Return Ana."""
    return account("Ana")


def kept(ana: User, kind: PrivateKind) -> list[Any]:
    """Return what is kept, oldest first."""
    return [note.content for note in reversed(notes.notes_of(ana, kind))]


ADDED: dict[str, tuple[PrivateKind, dict[str, str]]] = {
    "/my-part/journal/": ("journal", {"text": "I said it.", "learned": ""}),
    "/my-part/lists/triggers/": ("trigger", {"text": "A closed door."}),
    "/my-part/lists/wishes/": ("wish", {"text": "A word."}),
    "/my-part/practice/drafts/": ("draft", {"text": "Where were you?", "hold": "1-hour"}),
    "/my-part/check/drained/": ("check", {"ticked": "tired", "keep": "1"}),
}


@pytest.mark.parametrize("path", ADDED)
def test_a_second_tap_keeps_it_once(ana: User, path: str) -> None:
    kind, typed = ADDED[path]
    window = Window(device(ana), path)
    answers = [window.send(**typed) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert len(kept(ana, kind)) == 1


def test_whoever_goes_back_and_writes_something_else_keeps_both(ana: User) -> None:
    """A browser may show the page as it was left, with the nonce that was sent."""
    window = Window(device(ana), "/my-part/journal/")
    for text in ("One.", "Two.", "Two."):
        assert window.send(text=text, learned="").status_code == 302
    assert [entry["text"] for entry in kept(ana, "journal")] == ["One.", "Two."]


def test_deleting_twice_is_deleted(ana: User) -> None:
    note = notes.add_note(ana, "wish", {"text": "A word."})
    window = Window(device(ana), f"/my-part/notes/{note.id}/delete/")
    assert [window.send().status_code for _ in range(2)] == [302, 302]
    assert window.client.get(window.path).status_code == 404


def test_an_entry_that_was_changed_in_another_window_is_not_overwritten(ana: User) -> None:
    note = notes.add_note(ana, "journal", {"text": "One.", "learned": ""})
    client, path = device(ana), f"/my-part/journal/{note.id}/"
    here, there = Window(client, path), Window(client, path)
    assert here.send(text="From here.", learned="").status_code == 302
    refused = there.send(text="From there.", learned="")
    assert refused.status_code == 409
    assert "From here." in refused.content.decode() and "From there." in refused.content.decode()
    assert kept(ana, "journal") == [{"text": "From here.", "learned": ""}]
    # Both have been read by then.
    assert Window(client, path, refused).send(text="From both.", learned="").status_code == 302
    assert kept(ana, "journal") == [{"text": "From both.", "learned": ""}]


def test_the_same_words_from_both_windows_are_no_change(ana: User) -> None:
    note = notes.add_note(ana, "journal", {"text": "One.", "learned": ""})
    client, path = device(ana), f"/my-part/journal/{note.id}/"
    for window in [Window(client, path) for _ in range(2)]:
        assert window.send(text="Two.", learned="").status_code == 302


def test_a_form_with_an_error_keeps_the_version_that_it_started_from(ana: User) -> None:
    note = notes.add_note(ana, "journal", {"text": "One.", "learned": ""})
    client, path = device(ana), f"/my-part/journal/{note.id}/"
    refused = Window(client, path).send(text="", learned="")
    notes.replace_content(note, {"text": "From here.", "learned": ""})
    assert refused.status_code == 400
    assert Window(client, path, refused).send(text="From there.", learned="").status_code == 409


def test_what_was_typed_for_an_entry_that_is_gone_can_be_kept_as_a_new_one(ana: User) -> None:
    note = notes.add_note(ana, "journal", {"text": "One.", "learned": ""})
    client, path = device(ana), f"/my-part/journal/{note.id}/"
    window = Window(client, path)
    note.delete()
    gone = window.send(text="What I typed.", learned="")
    assert gone.status_code == 404
    assert "What I typed." in gone.content.decode()
    assert Window(client, path, gone).send(text="What I typed.", learned="").status_code == 302
    assert kept(ana, "journal") == [{"text": "What I typed.", "learned": ""}]


def test_a_draft_that_was_put_away_in_another_window_is_neither_shown_nor_overwritten(ana: User) -> None:
    draft = notes.add_note(ana, "draft", {"text": "One."})
    client, path = device(ana), f"/my-part/practice/drafts/{draft.id}/"
    here, there = Window(client, path), Window(client, path)
    assert here.send(text="Put away here.", hold="1-hour").status_code == 302
    refused = there.send(text="Typed there.", hold="1-hour")
    assert refused.status_code == 409
    assert "Typed there." in refused.content.decode()
    assert "Put away here." not in refused.content.decode()
    assert kept(ana, "draft") == [{"text": "Put away here."}]
    assert Window(client, path, refused).send(text="Typed there.", hold="1-hour").status_code == 302
    assert kept(ana, "draft") == [{"text": "Typed there."}]


def test_a_page_of_before_does_not_overwrite_what_waits(ana: User) -> None:
    draft = notes.add_note(ana, "draft", {"text": "One."}, timezone.now() + timedelta(hours=1))
    answer = device(ana).post(f"/my-part/practice/drafts/{draft.id}/", {"text": "Two.", "hold": "1-hour"})
    assert (answer.status_code, kept(ana, "draft")) == (409, [{"text": "One."}])


def test_what_was_typed_for_a_draft_that_is_gone_can_be_kept_as_a_new_one(ana: User) -> None:
    draft = notes.add_note(ana, "draft", {"text": "One."})
    client, path = device(ana), f"/my-part/practice/drafts/{draft.id}/"
    window = Window(client, path)
    draft.delete()
    gone = window.send(text="What I typed.", hold="1-hour")
    assert gone.status_code == 404
    assert Window(client, path, gone).send(text="What I typed.", hold="1-hour").status_code == 302
    assert kept(ana, "draft") == [{"text": "What I typed."}]


def test_a_profile_that_was_changed_in_another_window_is_not_overwritten() -> None:
    tess = therapist()
    client, path = device(tess), "/practice/profile/"
    here, there = Window(client, path), Window(client, path)
    assert here.send(**{**WORDS, "pace": "From here."}).status_code == 302
    refused = there.send(**{**WORDS, "pace": "From there."})
    assert refused.status_code == 409
    assert "From here." in refused.content.decode() and "From there." in refused.content.decode()
    assert therapists.words_of(therapists.profile_of(tess))["pace"] == "From here."
    assert Window(client, path, refused).send(**{**WORDS, "pace": "From both."}).status_code == 302


def test_a_program_says_which_version_it_started_from(ana: User) -> None:
    token = open_login(ana)

    def put(path: str, body: dict[str, Any], token: str = token) -> tuple[int, Any]:
        answer = Client().put(f"/api/v1/{path}", body, "application/json", headers={"x-session-token": token})
        return answer.status_code, answer.json()

    _, first = put("me/private/journal/", {"text": "One."})
    path = f"me/private/journal/{first['id']}/"
    status, second = put(path, {"text": "Two.", "version": first["version"]})
    assert (status, second["version"] != first["version"]) == (200, True)
    assert put(path, {"text": "Two.", "version": first["version"]}) == (200, second)
    status, refusal = put(path, {"text": "Three.", "version": first["version"]})
    assert (status, refusal["code"]) == (409, "notes.changed")
    # Who does not say so replaces what there is, as ever.
    assert put(path, {"text": "Three."})[0] == 200
    assert PrivateNote.objects.get().content == {"text": "Three.", "learned": ""}
    tess = open_login(therapist())
    _, profile = put("me/therapist/", WORDS, tess)
    changed = {**WORDS, "pace": "Slower.", "version": profile["version"]}
    assert put("me/therapist/", changed, tess)[0] == 200
    assert put("me/therapist/", {**changed, "pace": "Slowest."}, tess)[1]["code"] == "notes.changed"
