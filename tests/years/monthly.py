"""What comes beside the check-ins: guests, plans that nobody comes to, and whatever else writes a row of its own."""

import re
from datetime import timedelta

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.core import mail
from django.test import Client

from accounts.care import check_in_notes, scopes
from accounts.care import invitations as care_invitations
from accounts.couple import invitations
from accounts.logins import open_login
from accounts.models import CareNotes, User
from cycleproject.web.idempotency import FIELD
from sessions.history import readers
from sessions.hosting import display, host_rights, hosted_notes
from sessions.joining import join, start
from tests.support.servers.push_service import Browser
from tests.years.people import HALF_A_DAY, PASSWORD, People

DAY = timedelta(days=1)
JOURNAL = "/my-part/journal/"
# After so long somebody opens the mail by which a guest becomes an account: in time, and too late.
OPENED_AFTER = {9: 2.5 * DAY, 13: 4 * DAY}


def come(people: People, week: int) -> None:
    """Let everything come once."""
    _guests(people, OPENED_AFTER.get(week))
    for two, couple in people.couples.items():
        start.start_for_couple(two[0], couple, people.now, title="Our time", starts_at=people.now + 9 * DAY)
    _therapist(people)
    if not people.couples:
        # One that is left open ends by itself.
        start.start_with_code(people.dan, now=people.now)
    invitations.create(people.otto)
    _pages(people.dan if User.objects.filter(pk=people.dan.pk).exists() else people.ben)


def _therapist(people: People) -> None:
    """Let Tess plan for two who are new and for her couple, write about both, and look at what was."""
    tess, now = people.tess, people.now
    new = host_rights.start_hosted(tess, title="Two who are new", label="Tall", starts_at=now + 5 * DAY, now=now)
    hosted = [new]
    if scopes.has_scope(tess.id, people.former.id, "history"):
        readers.reader_for(tess, people.former.id, now)
        hosted.append(host_rights.start_hosted(tess, people.former.id, starts_at=now + 6 * DAY, now=now))
        CareNotes.objects.get_or_create(link=people.link, defaults={"text": "Slower."})
    for one in hosted:
        check_in_notes.write(tess, hosted_notes.as_check_in(tess, one), "Slower.")
    display.put_on(tess, new.id, now)
    care_invitations.create(tess, as_therapist=True)
    LogEntry.objects.log_actions(tess.pk, User.objects.filter(pk=tess.pk), CHANGE, "Confirmed.")


def _pages(person: User) -> None:
    """Let somebody log in and write, and write once more when the login has ended, and then not come back."""
    phone = Client()
    answer = phone.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    phone.post("/moments/1/favourite/", {"star": "1"})
    phone.post("/settings/notices/", {"by_mail": "1", "wording": "list"})
    phone.post("/settings/notices/push/", Browser().named)
    nonce = _nonce(phone)
    # Sent once more, for the answer was lost.
    for _ in range(2):
        phone.post(JOURNAL, {FIELD: nonce, "text": "One more month."})
    nonce = _nonce(phone)
    phone.cookies.pop(settings.SESSION_COOKIE_NAME)
    phone.post(JOURNAL, {FIELD: nonce, "text": "And another one."})


def _nonce(phone: Client) -> str:
    found = re.search(rf'name="{FIELD}" value="([^"]+)"', phone.get(JOURNAL).content.decode())
    assert found
    return found[1]


def _guests(people: People, opened_after: timedelta | None) -> None:
    """Let two guests have one round; one of them may sign up, and open the mail so much later."""
    phone = Client()
    phone.post("/start/", {"first_name": "Guest"})
    guest = User.objects.filter(email=None).latest("created_at")
    other = User.objects.create_guest("Other")
    session = guest.seats.get().live_session
    assert session.code
    join.join_by_code(other, session.code, people.now)
    people.tokens |= {person: open_login(person) for person in (guest, other)}
    people.play(session.id, guest, other, 1)
    people.ask(session.id, guest, "session.end")
    if opened_after is None:
        return
    address = f"guest{people.now:%y%m%d}@example.org"
    phone.post("/accounts/signup/", {"email": address, "password1": "a quiet lake before rain"})
    link = re.search(r"/accounts/confirm-email/[^\s?]+", str(mail.outbox[-1].body))
    assert link, mail.outbox[-1].body
    before, until = people.now, people.now + opened_after
    people.audit.purge(people.now, judged=False)
    while people.now < until:
        people.at(min(people.now + HALF_A_DAY, until))
        people.audit.purge(people.now, judged=True)
    phone.post(link[0])
    in_time = opened_after < timedelta(days=settings.ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS)
    if User.objects.filter(email=address).exists() != in_time:
        people.audit.wrong.append(f"{before:%Y-%m-%d}: a mail that was opened {opened_after} later")
