"""A form that is sent when the login has ended: what was typed is there again after logging in."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.logins import BACKEND
from accounts.models import CareNotes, PrivateNote, UnsentWords, User
from accounts.models.unsent_words import KEPT_FOR
from accounts.my_part import notes
from sessions.models import LiveSession
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import Three, account

pytestmark = pytest.mark.django_db

PASSWORD = "a password of five plain words"
CANARY = "What I have been wanting to say."
JOURNAL = "/my-part/journal/"


def with_password(person: User) -> User:
    """Let somebody log in by the page."""
    person.set_password(PASSWORD)
    person.save()
    person.emailaddress_set.create(email=person.email, verified=True, primary=True)  # type: ignore[attr-defined]
    return person


@pytest.fixture
def ana(db: None) -> User:
    """Return Ana, who has a password."""
    return with_password(account("Ana"))


@pytest.fixture
def phone(ana: User) -> Browser:
    """Return Ana's phone."""
    browser = Browser()
    browser.client.force_login(ana, backend=BACKEND)
    return browser


def let_it_end() -> None:
    """Let every login have ended."""
    Session.objects.all().delete()


def typed_too_late(phone: Browser, path: str = JOURNAL, **typed: str) -> Any:
    """Open a form, let the login end, and send what was typed."""
    phone.look(path)
    fields = phone.fields(**(typed or {"text": CANARY, "learned": ""}))
    let_it_end()
    return phone.send(path, fields)


def log_in(phone: Browser, person: User, path: str) -> Any:
    """Log in by the page that one was led to."""
    page = phone.look(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields = {name: unescape(value) for name, value in hidden.items() if name != "credential"}
    return phone.send("/accounts/login/", {**fields, "login": str(person.email), "password": PASSWORD})


def test_what_was_typed_is_there_again_after_logging_in_and_nothing_is_sent_by_itself(
    phone: Browser, ana: User
) -> None:
    refused = typed_too_late(phone)
    assert refused.status_code == 302 and refused.url.startswith("/accounts/login/")
    logged_in = log_in(phone, ana, refused.url)
    assert (logged_in.status_code, logged_in.url) == (302, JOURNAL)
    page = phone.look(JOURNAL).content.decode()
    assert CANARY in page and "It is not saved yet" in page
    assert not PrivateNote.objects.exists()
    # Looking again loses nothing; sending it does what it ever did, and it is not offered any more.
    assert CANARY in phone.look(JOURNAL).content.decode()
    assert phone.send(JOURNAL, phone.fields(text=CANARY, learned="")).status_code == 302
    assert PrivateNote.objects.count() == 1 and not UnsentWords.objects.exists()


def test_nobody_else_who_logs_in_there_reads_it(phone: Browser, ana: User) -> None:
    otto, refused = with_password(account("Otto")), typed_too_late(phone)
    assert log_in(phone, otto, refused.url).url == JOURNAL
    for path in (JOURNAL, "/my-part/", "/"):
        assert CANARY not in phone.look(path).content.decode()
    assert CANARY not in phone.look(refused.url).content.decode()


def test_no_other_browser_of_the_same_person_reads_it(phone: Browser, ana: User) -> None:
    typed_too_late(phone)
    other = Browser()
    other.client.force_login(ana, backend=BACKEND)
    for _ in range(2):
        assert CANARY not in other.look(JOURNAL).content.decode()


def test_without_logging_in_it_is_on_no_page(phone: Browser, ana: User) -> None:
    refused = typed_too_late(phone)
    for path in (refused.url, "/", JOURNAL):
        assert CANARY not in phone.client.get(path, follow=True).content.decode()


def test_it_is_gone_after_an_hour(phone: Browser, ana: User) -> None:
    refused = typed_too_late(phone)
    UnsentWords.objects.update(created_at=timezone.now() - KEPT_FOR + timedelta(minutes=1))
    log_in(phone, ana, refused.url)
    assert CANARY in phone.look(JOURNAL).content.decode()
    UnsentWords.objects.update(created_at=timezone.now() - KEPT_FOR)
    assert CANARY not in phone.look(JOURNAL).content.decode()


def test_it_is_gone_for_whoever_takes_the_phone_after_a_log_out(phone: Browser, ana: User) -> None:
    refused = typed_too_late(phone)
    log_in(phone, ana, refused.url)
    phone.client.logout()
    phone.client.cookies.clear()
    phone.client.force_login(ana, backend=BACKEND)
    assert CANARY not in phone.look(JOURNAL).content.decode()


def test_a_form_that_says_for_whom_it_was_made_by_a_guess_shows_nothing(phone: Browser, ana: User) -> None:
    phone.look(JOURNAL)
    fields = phone.fields(text=CANARY, learned="")
    let_it_end()
    refused = phone.send(JOURNAL, {**fields, "nonce": fields["nonce"][:22] + "A" * 22})
    log_in(phone, ana, refused.url)
    assert CANARY not in phone.look(JOURNAL).content.decode()


def test_a_form_in_which_nothing_is_typed_leads_where_it_ever_did(phone: Browser, ana: User) -> None:
    note = notes.add_note(ana, "wish", {"text": "A word."})
    assert typed_too_late(phone, f"/my-part/notes/{note.id}/delete/", sure="").url == "/"
    assert not UnsentWords.objects.exists() and PrivateNote.objects.exists()


def test_an_entry_keeps_the_version_that_its_writer_started_from(phone: Browser, ana: User) -> None:
    entry = notes.add_note(ana, "journal", {"text": "One.", "learned": ""})
    path = f"/my-part/journal/{entry.id}/"
    page = phone.look(path).content.decode()
    started_from = re.search(r'name="version" value="([^"]+)"', page)
    assert started_from
    fields = phone.fields(text=CANARY, learned="", version=started_from[1])
    let_it_end()
    refused = phone.send(path, fields)
    notes.replace_content(entry, {"text": "Two.", "learned": ""})
    log_in(phone, ana, refused.url)
    page = phone.look(path).content.decode()
    assert CANARY in page and started_from[1] in page


def test_a_therapists_notes_and_a_check_in_to_host_come_back_as_well(cast: Three) -> None:
    tess, phone = cast.tess, Browser()
    for path, typed in (
        (f"/practice/{cast.link.id}/notes/", {"text": CANARY}),
        ("/practice/profile/", {"approach": CANARY, "pace": "Slowly.", "can_see": "Little."}),
        ("/practice/start/", {"couple": "", "when": "now", "title": CANARY}),
    ):
        phone.client.force_login(tess, backend=BACKEND)
        refused = typed_too_late(phone, path, **typed)
        assert refused.url == f"/accounts/login/?next={path}"
        phone.client.force_login(tess, backend=BACKEND)
        assert CANARY in phone.look(path).content.decode(), path
    assert not CareNotes.objects.exists() and not LiveSession.objects.exists()


def test_it_is_encrypted_at_rest(phone: Browser) -> None:
    typed_too_late(phone)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_unsentwords")
        stored = repr([tuple(map(_bytes, row)) for row in cursor.fetchall()])
    assert stored and CANARY not in stored
    assert CANARY not in repr([session.get_decoded() for session in Session.objects.all()])


def _bytes(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def test_one_address_keeps_only_so_much(phone: Browser, ana: User) -> None:
    phone.look(JOURNAL)
    fields = phone.fields(text=CANARY, learned="")
    let_it_end()
    led = [phone.send(JOURNAL, fields).url for _ in range(60)]
    assert led[0] != "/" and led[-1] == "/"
