"""A mail server that refuses, is slow or is away costs nobody anything: the page is the same, and the log says it."""

import logging
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from cycleproject.web.limits import MAILS_PER_WINDOW
from sessions.joining import join, start
from tests.support.cast.care_cast import account, device
from tests.support.servers.cycle import ROOT, Server
from tests.support.servers.post_office import PostOffice

pytestmark = pytest.mark.django_db

EMAIL = "ana@example.org"
PASSWORD = "a password of five plain words"
Commit = Callable[..., AbstractContextManager[list[Any]]]


def nobody_listens() -> PostOffice:
    """Return a mail server that is away."""
    gone = PostOffice({})
    gone.close()
    return gone


TROUBLE: dict[str, Callable[[], PostOffice]] = {
    "away": nobody_listens,
    "silent": lambda: PostOffice(None),
    "refusing the address": lambda: PostOffice({b"RCPT": b"550 no such person"}),
}


@pytest.fixture
def send_by(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[PostOffice], None]]:
    """Return what lets mail go by a mail server, as it does when it is served, and gives it up at once."""
    monkeypatch.setattr("cycleproject.web.mail.TRY_AGAIN_AFTER", ())
    offices: list[PostOffice] = []

    def use(office: PostOffice) -> None:
        offices.append(office)
        settings.EMAIL_BACKEND = "cycleproject.web.mail.MailBackend"
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", office.port, 3

    yield use
    for office in offices:
        office.close()


def until(holds: Callable[[], bool]) -> bool:
    """Wait for something that is done beside the answer."""
    deadline = time.monotonic() + 10
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def errors(log: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log has as errors of mail."""
    return [one.getMessage() for one in log.records if one.name == "cycleproject.web.mail"]


def without_what_differs(answer: Any) -> str:
    """Return a page without the tokens of its forms."""
    return re.sub(r'value="[A-Za-z0-9_-]{22,}"', "", answer.content.decode())


def sign_up(browser: Client, email: str = EMAIL, name: str = "Ana") -> Any:
    """Fill in the form to sign up, and look at the page that it leads to."""
    return browser.post("/accounts/signup/", {"first_name": name, "email": email, "password1": PASSWORD}, follow=True)


@pytest.mark.parametrize("trouble", TROUBLE)
def test_a_guest_who_signs_up_keeps_login_and_seat(
    trouble: str,
    send_by: Callable[[PostOffice], None],
    django_capture_on_commit_callbacks: Commit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ana = User.objects.create_guest("Ana")
    room = start.start_with_code(ana)
    join.join_by_code(User.objects.create_guest("Ben"), room.code or "")
    phone = device(ana)
    fine = sign_up(device(User.objects.create_guest("Cleo")), "cleo@example.org", "Cleo")
    assert len(mail.outbox) == 1

    send_by(TROUBLE[trouble]())
    began = time.monotonic()
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        answer = sign_up(phone)
    assert time.monotonic() - began < 2.5, "nobody waits for a mail server"
    assert (answer.status_code, without_what_differs(answer)) == (200, without_what_differs(fine))
    assert phone.get(f"/sessions/{room.id}/").status_code == 200
    assert EmailAddress.objects.filter(user=ana, email=EMAIL).exists()
    assert until(lambda: bool(errors(caplog)))
    assert "ana@" not in caplog.text and "could not be sent" in errors(caplog)[0]


def test_what_was_not_sent_is_sent_again_from_the_page_as_often_as_it_takes(
    send_by: Callable[[PostOffice], None],
    django_capture_on_commit_callbacks: Commit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    send_by(nobody_listens())
    phone = device(User.objects.create_guest("Ana"))
    with django_capture_on_commit_callbacks(execute=True):
        sign_up(phone)
    for _ in range(MAILS_PER_WINDOW):
        with django_capture_on_commit_callbacks(execute=True):
            assert 'data-testid="send-again"' in phone.post("/settings/confirm/", follow=True).content.decode()
    assert until(lambda: len(errors(caplog)) == MAILS_PER_WINDOW + 1)
    works = PostOffice({b"DATA": b"354 go on"})
    send_by(works)
    with django_capture_on_commit_callbacks(execute=True):
        phone.post("/settings/confirm/")
    assert until(lambda: any(b"confirm-email" in line for line in works.taken))


ASKING: dict[str, Callable[[Client], Any]] = {
    "somebody new signs up": lambda browser: sign_up(browser, "otto@example.org", "Otto"),
    "with an address that is taken": lambda browser: sign_up(browser, "ben@example.org", "Otto"),
    "a new password": lambda browser: browser.post("/accounts/password/reset/", {"email": "ben@example.org"}),
    "of nobody": lambda browser: browser.post("/accounts/password/reset/", {"email": "nobody@example.org"}),
}


@pytest.mark.parametrize("asking", ASKING)
def test_every_page_that_sends_mail_answers_as_on_success(
    asking: str,
    send_by: Callable[[PostOffice], None],
    django_capture_on_commit_callbacks: Commit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ben = account("Ben")
    EmailAddress.objects.create(user=ben, email=ben.email, primary=True, verified=True)
    send_by(nobody_listens())
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        answer = ASKING[asking](Client())
    assert answer.status_code in (200, 302)
    assert until(lambda: len(errors(caplog)) == 1)


def test_somebody_new_sends_the_link_again_from_the_page(django_capture_on_commit_callbacks: Commit) -> None:
    otto = Client()
    page = sign_up(otto, "otto@example.org", "Otto")
    assert 'data-testid="send-again"' in page.content.decode()
    again = otto.post("/settings/confirm/", follow=True)
    assert without_what_differs(again) == without_what_differs(page)
    assert [one.to for one in mail.outbox] == [["otto@example.org"]] * 2
    stranger = Client().post("/settings/confirm/", follow=True)
    assert without_what_differs(stranger) == without_what_differs(page)
    assert len(mail.outbox) == 2


def test_no_mail_is_sent_about_what_was_not_stored(
    send_by: Callable[[PostOffice], None], django_capture_on_commit_callbacks: Commit
) -> None:
    works = PostOffice({b"DATA": b"354 go on"})
    send_by(works)
    with django_capture_on_commit_callbacks(execute=False) as waiting:
        sign_up(device(User.objects.create_guest("Ana")))
    assert waiting and not works.taken


ONE_MAIL = """
import django
django.setup()
from django.core.mail import send_mail
send_mail("s", "t", None, ["ana@example.org"])
"""


def test_a_process_that_ends_sends_what_is_waiting() -> None:
    works = PostOffice({b"DATA": b"354 go on"}, pause=0.5)
    place = Server(EMAIL_URL=f"smtp://127.0.0.1:{works.port}")
    subprocess.run([sys.executable, "-c", ONE_MAIL], env=place.environment, cwd=ROOT, check=True, timeout=30)
    place.close()
    works.close()
    assert any(b"ana@example.org" in line for line in works.taken)
