"""What pages and mails say about keeping and parting, held against what the code does."""

from datetime import timedelta
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.couple import pairing, retention
from accounts.models import CONFIRM_WITHIN, GUEST_LIFETIME, INVITATION_LIFETIME, User
from sessions.checkin.state import LIFETIME, OPEN_BEFORE
from sessions.joining import start
from sessions.privacy import leftovers
from tests.support.cast.past import pair, phone_of

PROJECT = Path(__file__).resolve().parents[2]
TEMPLATES = PROJECT / "templates"
DAY, HALF_AN_HOUR = timedelta(days=1), timedelta(minutes=30)
PRIVACY = "safety/privacy.html"
INVITED = "couple/invited.html"
RESET = "account/email/password_reset_key_message.txt"
CONFIRM = "account/email/email_confirmation_message.txt"

# Where it stands, what it says, what the code goes by, and what that has to be.
TIMES = [
    (PRIVACY, "ends by itself 24 hours after both of you are in", LIFETIME, DAY),
    (PRIVACY, "everything about you is deleted after 24 hours", GUEST_LIFETIME, DAY),
    ("live/screens/ended.html", "what belongs to you here is deleted after 24 hours", GUEST_LIFETIME, DAY),
    ("hosting/notes_of_guests.html", "deleted a day after they came", GUEST_LIFETIME, DAY),
    ("couple/overview.html", "You are here without an account, for a day.", GUEST_LIFETIME, DAY),
    ("settings/overview.html", "on this device only and for a day", GUEST_LIFETIME, DAY),
    (PRIVACY, "you have three days to confirm your address", CONFIRM_WITHIN, 3 * DAY),
    (CONFIRM, "The link works for three days.", settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS, 3),
    (RESET, "The link works once, for one day.", timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT), DAY),
    (PRIVACY, "What was revealed is kept for twelve months", retention.DEFAULT_MONTHS, 12),
    (PRIVACY, "a shorter time begins 14 days after one of you chose it", retention.NOTICE, 14 * DAY),
    ("privacy/retention.html", "A shorter time begins 14 days after it is chosen.", retention.NOTICE, 14 * DAY),
    (PRIVACY, "is kept for a year after it ended", leftovers.A_YEAR, 365 * DAY),
    (PRIVACY, "the record of who opened what for a year", leftovers.A_YEAR, 365 * DAY),
    (INVITED, "It works once, for one day", INVITATION_LIFETIME, DAY),
    ("couple/overview.html", "An invitation works once, for a day.", INVITATION_LIFETIME, DAY),
    ("joining/appointment.html", "The room opens here half an hour before.", OPEN_BEFORE, HALF_AN_HOUR),
]


@pytest.mark.parametrize(("template", "words", "found", "said"), TIMES)
def test_a_time_is_what_the_code_goes_by(template: str, words: str, found: object, said: object) -> None:
    assert words in (TEMPLATES / template).read_text(encoding="utf-8")
    assert found == said


def test_the_privacy_page_counts_every_cookie() -> None:
    setting = ("set_cookie(", "document.cookie =")
    files = [
        *(one for room in ("accounts", "sessions", "cycleproject") for one in (PROJECT / room).rglob("*.py")),
        *(PROJECT / "static/js").rglob("*.js"),
    ]
    set_by = {one.name for one in files if any(way in one.read_text(encoding="utf-8") for way in setting)}
    # The login, a form sent twice, the time zone, a practice's device; Django itself sets the one that protects forms.
    assert set_by == {"middleware.py", "idempotency.py", "time-zone.js", "shared_device.py"}
    assert not settings.MESSAGE_STORAGE.endswith("CookieStorage") and not settings.CSRF_USE_SESSIONS
    page = (TEMPLATES / PRIVACY).read_text(encoding="utf-8")
    assert "Four cookies: " in page and "hands from one couple to the next has a fifth" in page


@pytest.mark.django_db
def test_who_downloads_a_copy_is_told_of_a_question_only_where_it_is_asked() -> None:
    two = pair()
    two.reveal(timezone.now() - 2 * DAY)
    said = "You will be asked to confirm it’s you."
    assert said in phone_of(two.b).get("/history/keeping/").content.decode()
    User.objects.filter(pk=two.b.pk).update(email=None)
    page = phone_of(two.b).get("/history/keeping/")
    assert page.status_code == 200 and said not in page.content.decode()
    assert phone_of(two.b).get("/history/export/", {"as": "json"}).status_code == 200


@pytest.mark.django_db
def test_whoever_unpairs_reads_that_titles_stay_and_they_do() -> None:
    two = pair()
    at = timezone.now() + 7 * DAY
    plan = start.start_for_couple(two.a, two.couple, title="Quince Sunday", starts_at=at).live_session
    page = phone_of(two.b).get("/couple/unpair/").content.decode()
    assert "You each keep your own marks, the patterns, and the titles of what you planned." in page
    pairing.unpair(two.a)
    plan.refresh_from_db()
    assert plan.ended_at is not None, "any open check-in ends"
    assert "Quince Sunday" in phone_of(two.b).get(f"/sessions/{plan.id}/").content.decode()


@pytest.mark.django_db
def test_no_list_of_logins_is_kept_of_somebody_without_an_account() -> None:
    browser = Client()
    browser.post("/start/", {"first_name": "Ana", "agree": "on"})
    guest = User.objects.get()
    assert guest.is_guest and browser.get("/settings/").status_code == 200
    assert Session.objects.count() == 1, "there is a login"
    assert not UserSession.objects.exists()
