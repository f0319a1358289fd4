"""People who wish for notices, and browsers of theirs that take them."""

from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.logins import Login, login_from_token
from accounts.models import Notice, NoticeKind, User
from accounts.notices import subscriptions, wishes
from tests.support.cast.api_world import fresh_login
from tests.support.servers.push_service import Browser


def wish(
    person: User,
    *,
    by_mail: bool = True,
    hour_before: bool = False,
    wording: str = "reminder",
    quiet: tuple[time, time] | None = None,
    zone: str = "UTC",
) -> None:
    """Let somebody wish for notices."""
    wishes.save(person, by_mail=by_mail, hour_before=hour_before, wording=wording, quiet=quiet, zone=zone)


def set_up(person: User, browser: Browser) -> Login:
    """Let somebody log in with a browser that takes notices from then on; return the login."""
    login = login_from_token(fresh_login(person))
    assert login
    assert subscriptions.keep(person, login.session_key, subscriptions.checked(**browser.named))
    return login


def due_now(person: User, kind: NoticeKind = "hour", at: datetime | None = None) -> Notice:
    """Put down a notice that is due."""
    at = at or timezone.now()
    return Notice.objects.create(user=person, about=uuid4(), kind=kind, due_at=at, next_at=at)


def put_down(**where: Any) -> list[tuple[str, str, datetime]]:
    """Return what is put down and untaken: for whom, of what kind, and when."""
    rows = Notice.objects.filter(taken=False, **where).order_by("due_at", "user__first_name")
    return [(row.user.first_name, row.kind, row.due_at) for row in rows.select_related("user")]
