"""Mail that a server did not take is tried again, quietly; what is given up is counted; a start says what is wrong."""

import logging
import smtplib
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from pytest_django import Settings

from cycleproject.serving import metrics
from cycleproject.web import mail
from tests.login.test_mail_trouble import errors, nobody_listens, until
from tests.support.servers.post_office import TAKES, PostOffice

BUSY = {b"RCPT": b"451 try again later", b"DATA": b"354 go on"}


class Letter(EmailMessage):
    """A mail that remembers whether it was given up."""

    given_up = False

    def give_back(self) -> None:
        """Be told so."""
        self.given_up = True


@pytest.fixture
def offices(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[PostOffice]]:
    """Return a list: mail goes by the office that was put there last, and is tried again without much waiting."""
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 3
    monkeypatch.setattr(mail, "TRY_AGAIN_AFTER", (0.1, 0.2, 0.3))
    used: list[PostOffice] = []
    yield used
    for office in used:
        office.close()


def use(settings: Settings, offices: list[PostOffice], office: PostOffice) -> PostOffice:
    """Let mail go by an office from now on."""
    offices.append(office)
    settings.EMAIL_PORT = office.port
    return office


def hand_over() -> Letter:
    """Send a letter as it is sent once the transaction is committed."""
    letter = Letter("Confirm", "The link.", "no-reply@example.org", ["ana@example.org"])
    mail._hand_over(letter)
    return letter


@pytest.mark.parametrize("trouble", ["away", "busy"])
def test_what_was_not_taken_is_tried_again_without_a_word(
    trouble: str, settings: Settings, offices: list[PostOffice], caplog: pytest.LogCaptureFixture
) -> None:
    failed = metrics.mails_failed._value.get()
    use(settings, offices, nobody_listens() if trouble == "away" else PostOffice(BUSY))
    letter = hand_over()
    works = use(settings, offices, PostOffice(TAKES))
    assert until(lambda: any(b"The link." in line for line in works.taken))
    assert not errors(caplog) and not letter.given_up
    assert metrics.mails_failed._value.get() == failed


def test_what_never_leaves_is_given_up_and_counted_once(
    settings: Settings, offices: list[PostOffice], caplog: pytest.LogCaptureFixture
) -> None:
    failed = metrics.mails_failed._value.get()
    use(settings, offices, nobody_listens())
    letter = hand_over()
    assert until(lambda: letter.given_up)
    assert errors(caplog) == ["a mail could not be sent: ConnectionRefusedError"]
    assert metrics.mails_failed._value.get() == failed + 1


@pytest.mark.parametrize(
    ("problem", "passes"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (smtplib.SMTPServerDisconnected("bye"), True),
        (smtplib.SMTPConnectError(421, "busy"), True),
        (smtplib.SMTPDataError(452, b"full"), True),
        (smtplib.SMTPDataError(554, b"spam"), False),
        (smtplib.SMTPAuthenticationError(535, b"no"), False),
        (smtplib.SMTPRecipientsRefused({"a@b": (450, b"later")}), True),
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"nobody")}), False),
        (smtplib.SMTPNotSupportedError("no TLS"), False),
        (ValueError("a header"), False),
    ],
)
def test_only_what_may_pass_is_tried_again(problem: Exception, passes: bool) -> None:
    assert mail._may_pass(problem) is passes


def test_a_start_says_that_no_mail_can_leave(
    settings: Settings, offices: list[PostOffice], caplog: pytest.LogCaptureFixture
) -> None:
    use(settings, offices, PostOffice(TAKES))
    with caplog.at_level(logging.WARNING):
        mail.warn_if_it_cannot_leave()
        assert not errors(caplog)
        use(settings, offices, nobody_listens())
        mail.warn_if_it_cannot_leave()
    [said] = errors(caplog)
    assert said == "no mail can leave now: ConnectionRefusedError; `manage.py sendtestemail ADDRESS` says more"


def test_sendtestemail_waits_and_says_what_happened(settings: Settings, offices: list[PostOffice]) -> None:
    settings.EMAIL_BACKEND = "cycleproject.web.mail.MailBackend"
    said = StringIO()
    works = use(settings, offices, PostOffice(TAKES))
    call_command("sendtestemail", "ana@example.org", stdout=said)
    assert said.getvalue() == "The mail server has accepted it.\n"
    assert works.taken
    use(settings, offices, nobody_listens())
    with pytest.raises(CommandError, match="The mail was not sent: ConnectionRefusedError"):
        call_command("sendtestemail", "ana@example.org", stdout=said)
