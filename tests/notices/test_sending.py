"""What leaves when a notice is due: by mail and to browsers, as the standards say, and never more than once."""

import json
from datetime import timedelta
from email import message_from_bytes

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import Settings

from accounts.login import token_logins
from accounts.models import Notice, PushSubscription, User
from accounts.notices import outbox, push, worker
from accounts.notices.wording import PAYLOAD_BYTES
from tests.login.test_mail_trouble import nobody_listens
from tests.support.cast.notices import due_now, set_up, wish
from tests.support.servers.post_office import PostOffice
from tests.support.servers.push_service import DRIPS, HANGS, PushService

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def ana() -> User:
    """Return Ana, who has an account."""
    return User.objects.create_user("ana@example.org", "a password of five plain words", first_name="Ana")


# What leaves.


def test_who_has_asked_for_nothing_gets_nothing(ana: User) -> None:
    due_now(ana)
    assert worker.send_due() == 0 and mail.outbox == []
    assert Notice.objects.get().taken, "and it is not looked at again"


def test_a_mail_says_one_sentence_and_no_more(ana: User, office: PostOffice) -> None:
    wish(ana, wording="note")
    due_now(ana)
    assert worker.send_due() == 1
    letter = message_from_bytes(b"".join(office.taken[:-1]))
    assert letter["Subject"] == "A note you left yourself"
    assert letter.get_payload().strip() == "A note you left yourself"  # type: ignore[union-attr]
    assert (letter["From"], letter["To"]) == ("no-reply@localhost", "ana@example.org")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "ycle" not in b"".join(office.taken).decode()
    assert worker.send_due() == 0


def test_a_push_is_signed_encrypted_and_ends_when_it_is_too_late(ana: User, service: PushService) -> None:
    set_up(ana, service.browser())
    now = timezone.now()
    due_now(ana, at=now - timedelta(minutes=10))
    assert worker.send_due(now, service.transport()) == 1
    [taken] = service.taken
    assert json.loads(taken.said) == {"title": "A reminder you set"}
    assert taken.ttl == 50 * 60
    assert taken.key == push.public_key() and taken.claims["sub"] == "mailto:help@example.org"
    assert {name.lower() for name in taken.headers} == {
        "host", "accept-encoding", "content-length", "content-encoding", "content-type", "ttl", "urgency",
        "authorization",
    }  # fmt: skip


def test_whichever_sentence_it_is_and_whatever_for_it_is_as_long(ana: User, service: PushService) -> None:
    set_up(ana, service.browser())
    for wording in ("reminder", "note", "list"):
        wish(ana, by_mail=False, hour_before=True, wording=wording)
        for kind in ("hour", "before", "accepted"):
            due_now(ana, kind)  # type: ignore[arg-type]
            worker.send_due(transport=service.transport())
    assert len(service.taken) == 9
    assert {taken.bytes for taken in service.taken} == {PAYLOAD_BYTES + 86 + 17}, "RFC 8188: its head and one record"
    assert len({taken.said for taken in service.taken}) == 3
    assert {len(taken.said) for taken in service.taken} == {PAYLOAD_BYTES}


def test_an_hour_before_is_for_who_wishes_it(ana: User) -> None:
    wish(ana)
    due_now(ana, "before")
    assert worker.send_due() == 0
    wish(ana, hour_before=True)
    due_now(ana, "before")
    assert worker.send_due() == 1


@pytest.mark.parametrize(("kind", "minutes"), [("hour", 60), ("before", 30), ("accepted", 24 * 60)])
def test_what_is_late_is_forgotten(ana: User, kind: str, minutes: int) -> None:
    wish(ana, hour_before=True)
    now = timezone.now()
    due_now(ana, kind, now - timedelta(minutes=minutes))  # type: ignore[arg-type]
    assert worker.send_due(now) == 0
    due_now(ana, kind, now - timedelta(minutes=minutes) + SECOND)  # type: ignore[arg-type]
    assert worker.send_due(now) == 1


def test_it_waits_for_the_end_of_quiet_hours_and_not_too_long(ana: User) -> None:
    at = timezone.now().replace(hour=21, minute=30, second=0, microsecond=0)
    for until, leaves in (((at + timedelta(minutes=40)).time(), 1), ((at + timedelta(hours=9)).time(), 0)):
        wish(ana, quiet=((at - timedelta(hours=1)).time(), until))
        due_now(ana, at=at)
        assert worker.send_due(at) == 0
        assert worker.send_due(at + timedelta(minutes=39)) == 0
        assert worker.send_due(at + timedelta(minutes=40)) == leaves
        assert worker.send_due(at + timedelta(hours=10)) == 0


# What is refused.


def test_a_browser_that_is_gone_is_forgotten(ana: User, service: PushService) -> None:
    set_up(ana, service.browser("one", 404))
    set_up(ana, service.browser("two", 410))
    set_up(ana, service.browser("three"))
    due_now(ana)
    assert worker.send_due(transport=service.transport()) == 1
    assert [one.target["endpoint"][-5:] for one in PushSubscription.objects.all()] == ["three"]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_who_is_busy_is_asked_again_later(ana: User, service: PushService, status: int) -> None:
    set_up(ana, service.browser("one", status, status))
    now = timezone.now()
    due_now(ana, at=now)
    for after, asked in ((0, 1), (14, 1), (15, 2), (74, 2), (75, 3), (1000, 3)):
        worker.send_due(now + after * SECOND, service.transport())
        assert len(service.asked) == asked, after
    assert len(service.taken) == 1


def test_who_asks_to_wait_is_not_asked_before(ana: User, service: PushService) -> None:
    set_up(ana, service.browser("one", 429))
    now, service.retry_after = timezone.now(), "1800"
    due_now(ana, at=now)
    for after, asked in ((0, 1), (1799, 1), (1800, 2)):
        worker.send_due(now + after * SECOND, service.transport())
        assert len(service.asked) == asked


def test_who_asks_to_wait_for_too_long_is_not_asked_again(ana: User, service: PushService) -> None:
    set_up(ana, service.browser("one", 429))
    now, service.retry_after = timezone.now(), "3600"
    due_now(ana, at=now)
    worker.send_due(now, service.transport())
    assert not Notice.objects.filter(way="push").exists()


@pytest.mark.parametrize("trouble", [HANGS, DRIPS, 301, 307, 400, 403, 413])
def test_what_was_not_surely_refused_for_now_is_not_sent_again(ana: User, service: PushService, trouble: int) -> None:
    set_up(ana, service.browser("one", trouble))
    now = timezone.now()
    due_now(ana, at=now)
    assert worker.send_due(now, service.transport(seconds=0.3)) == 0
    assert worker.send_due(now + timedelta(minutes=30), service.transport()) == 0
    assert len(service.asked) == 1 and PushSubscription.objects.exists()


def test_a_service_that_is_away_is_asked_again(ana: User, service: PushService) -> None:
    set_up(ana, service.browser())
    now = timezone.now()
    due_now(ana, at=now)
    away = push.Transport(resolve=lambda host: [("127.0.0.1", 1)], seconds=1)
    assert worker.send_due(now, away) == 0
    assert worker.send_due(now + 15 * SECOND, service.transport()) == 1


def test_nobody_is_asked_whose_certificate_is_not_trusted(ana: User, service: PushService) -> None:
    set_up(ana, service.browser())
    due_now(ana)
    strict = push.Transport(resolve=service.transport().resolve, seconds=2)
    assert worker.send_due(transport=strict) == 0 and service.asked == []


def test_as_it_is_served_this_machine_is_asked_nothing(ana: User, service: PushService) -> None:
    """Without a test's own way, the name is looked up, and an address of this machine ends it."""
    set_up(ana, service.browser())
    row = PushSubscription.objects.get()
    row.target = {**row.target, "endpoint": f"https://localhost:{service.port}/to/a-browser"}
    row.save()
    due_now(ana)
    assert worker.send_due() == 0
    assert service.asked == [] and not PushSubscription.objects.exists()


def test_mail_that_a_server_does_not_take_now_is_tried_again(ana: User, office: PostOffice, settings: Settings) -> None:
    wish(ana)
    now, port = timezone.now(), office.port
    due_now(ana, at=now)
    settings.EMAIL_PORT = nobody_listens().port
    assert worker.send_due(now) == 0
    busy = PostOffice({b"RCPT": b"451 try again later"})
    settings.EMAIL_PORT = busy.port
    assert worker.send_due(now + 15 * SECOND) == 0
    settings.EMAIL_PORT = port
    assert worker.send_due(now + 75 * SECOND) == 1
    busy.close()


@pytest.mark.parametrize("answers", [{b"RCPT": b"550 nobody"}, {b"DATA": b"354 go on", b".\r\n": b"554 spam"}])
def test_mail_that_a_server_refuses_is_not_tried_again(
    ana: User, settings: Settings, office: PostOffice, answers: dict[bytes, bytes]
) -> None:
    wish(ana)
    now, refuses = timezone.now(), PostOffice(answers)
    due_now(ana, at=now)
    settings.EMAIL_PORT = refuses.port
    worker.send_due(now)
    settings.EMAIL_PORT = office.port
    assert worker.send_due(now + timedelta(minutes=20)) == 0 and office.taken == []
    refuses.close()


# Who may still be told.


def test_a_browser_takes_nothing_once_its_login_is_over(ana: User, service: PushService) -> None:
    for end in ("log out", "password", "inactive"):
        login = set_up(ana, service.browser(end.replace(" ", "-")))
        if end == "log out":
            token_logins.end_login(login)
        elif end == "password":
            ana.set_password("another password of plain words")
            ana.save()
        else:
            User.objects.filter(id=ana.id).update(is_active=False)
        due_now(ana)
        assert worker.send_due(transport=service.transport()) == 0, end
    assert service.asked == []


def test_a_login_that_ends_between_taking_and_sending_is_told_nothing(ana: User, service: PushService) -> None:
    login = set_up(ana, service.browser())
    notice, now = due_now(ana), timezone.now()
    assert outbox.take(notice.pk, now) is None
    [one] = outbox.due(now)
    token_logins.end_login(login)
    assert outbox.take(one, now) is None


def test_what_is_withdrawn_while_it_is_on_its_way_does_not_come_back(ana: User, service: PushService) -> None:
    set_up(ana, service.browser("one", 503))
    notice, now = due_now(ana), timezone.now()
    outbox.take(notice.pk, now)
    [one] = outbox.due(now)
    parcel = outbox.take(one, now)
    assert parcel
    answer = worker.send(parcel, now, service.transport())
    assert answer.outcome == "later"
    outbox.withdrawn(notice.about)
    outbox.told(parcel, answer.outcome, now)
    assert not Notice.objects.exists()


def test_without_a_key_browsers_are_sent_nothing(ana: User, service: PushService, settings: Settings) -> None:
    set_up(ana, service.browser())
    settings.PUSH_KEY = ""
    due_now(ana)
    assert worker.send_due(transport=service.transport()) == 0 and service.asked == []
