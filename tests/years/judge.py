"""Which rows may be left at a time: read from docs/privacy.md, and worked out without any code of the purge."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db.models import Model

from accounts.models import CareNotes, Membership, User
from sessions.models import LiveSession

PRIVACY: Final = Path(__file__).resolve().parents[2] / "docs/privacy.md"
# What a row is judged by, read with it.
BESIDE: Final = {
    **dict.fromkeys(("live_sessions_mark", "live_sessions_part", "live_sessions_step"), ("round__live_session",)),
    **dict.fromkeys(("live_sessions_round", "live_sessions_seat", "live_sessions_joincode"), ("live_session",)),
    **dict.fromkeys(("accounts_privatenote", "usersessions_usersession"), ("user",)),
    "accounts_membership": ("couple",),
    "accounts_consent": ("link",),
    "accounts_carenotes": ("link",),
}
DAY, YEAR, MONTH = timedelta(days=1), timedelta(days=365), timedelta(days=30)
Row = tuple[str, Any]


@dataclass(frozen=True)
class Verdict:
    """A row, and whether the line of its table lets it be there."""

    row: Row
    allowed: bool


def lines() -> dict[str, str]:
    """Return by table until when a row is kept, as the line of its key says."""
    found = {}
    for section in PRIVACY.read_text(encoding="utf-8").split("\n### ")[1:]:
        table, first = section.splitlines()[0].strip("`"), re.search(r"^\| `.*$", section, re.MULTILINE)
        assert first, table
        found[table] = first[0].strip("| ").split(" | ")[2]
    return found


def verdicts(now: datetime) -> list[Verdict]:
    """Judge every row that there is."""
    rules = _Rules(now)
    found = []
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        rule: Callable[[Any], bool] = getattr(rules, table, rules.without_a_line)
        rows = model._default_manager.select_related(*BESIDE.get(table, ()))
        found += [Verdict((table, row.pk), rule(row)) for row in rows]
    return found


def months_before(now: datetime, months: int) -> datetime:
    """Return the same day so many months earlier, or the last one of that month."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, calendar.monthrange(year, month + 1)[1]))


class _Rules:
    """A rule for each table, by its name: whether a row may be there."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.known: dict[Any, bool] = {}
        self.notes = set(CareNotes.objects.values_list("link", flat=True))
        self.logins = set(Session.objects.filter(expire_date__gte=now).values_list("session_key", flat=True))
        self.since = {}
        for couple, halves in _by_couple().items():
            wishes = [_counting(half, now) for half in halves if half.user]
            # With the second of two, everything of theirs goes.
            if any(half.user and self.accounts_user(half.user) for half in halves):
                self.since[couple] = months_before(now, min(wishes))
        self.people = {str(person.pk) for person in User.objects.all() if self.accounts_user(person)}

    def without_a_line(self, row: Model) -> bool:
        return False

    def _once(self, row: Any, rule: Callable[[Any], bool]) -> bool:
        """Judge a row that many others hang from once."""
        if row.pk not in self.known:
            self.known[row.pk] = rule(row)
        return self.known[row.pk]

    def _always(self, row: Any) -> bool:
        return True

    accounts_clockcheck = accounts_keycheck = auth_permission = django_content_type = auth_group = _always
    auth_group_permissions = _always

    # People and couples.

    def accounts_user(self, row: Any) -> bool:
        return self._once(row, self._accounts_user)

    def _accounts_user(self, row: Any) -> bool:
        if row.email is not None:
            return True
        until = row.signed_up_at + 3 * DAY if row.signed_up_at else row.created_at + DAY
        return bool(self.now < until or self._needed(row))

    def _needed(self, guest: Any) -> bool:
        """Tell whether a guest sits in a check-in that goes on, or their partner waits for them in one."""
        couples = guest.memberships.filter(left_at=None).values("couple")
        going_on = LiveSession.objects.filter(ended_at=None)
        theirs = going_on.filter(seats__user=guest) | going_on.filter(couple__in=couples)
        return any(self._goes_on(one) for one in theirs)

    def _goes_on(self, live_session: Any) -> bool:
        planned = live_session.starts_at
        opened = planned - timedelta(minutes=30) if planned else live_session.created_at
        begins = max(opened, live_session.both_in_at or opened)
        return live_session.ended_at is None and bool(self.now < begins + DAY)

    def _of_a_person(self, row: Any) -> bool:
        return self.accounts_user(row.user)

    accounts_user_groups = accounts_user_user_permissions = accounts_therapistprofile = _of_a_person
    accounts_privatenote = account_emailaddress = mfa_authenticator = live_sessions_favouritemoment = _of_a_person

    def accounts_couple(self, row: Any) -> bool:
        return self._once(row, self._accounts_couple)

    def _accounts_couple(self, row: Any) -> bool:
        halves = list(row.memberships.select_related("user"))
        if not any(half.user and self.accounts_user(half.user) for half in halves):
            return False
        ended = max((half.left_at for half in halves if half.left_at), default=None)
        kept = any(map(self.live_sessions_livesession, row.live_sessions.all()))
        kept = kept or any(map(self.accounts_carelink, row.care_links.all()))
        return ended is None or ended >= self.now - YEAR or kept

    def accounts_membership(self, row: Any) -> bool:
        return self.accounts_couple(row.couple)

    def accounts_invitation(self, row: Any) -> bool:
        return bool(self.now < row.created_at + DAY)

    accounts_careinvitation = accounts_invitation

    def accounts_carelink(self, row: Any) -> bool:
        return row.ended_at is None or row.ended_at >= self.now - YEAR or row.pk in self.notes

    def accounts_consent(self, row: Any) -> bool:
        return all(at is None or at >= self.now - YEAR for at in (row.withdrawn_at, row.link.ended_at))

    def accounts_carenotes(self, row: Any) -> bool:
        return row.link.therapist_id is not None

    def accounts_auditentry(self, row: Any) -> bool:
        return bool(row.opened_at >= self.now - YEAR)

    def django_admin_log(self, row: Any) -> bool:
        return bool(row.action_time >= self.now - YEAR)

    def accounts_receipt(self, row: Any) -> bool:
        return bool(self.now < row.created_at + timedelta(minutes=10))

    def accounts_unsentwords(self, row: Any) -> bool:
        return bool(self.now < row.created_at + timedelta(hours=1))

    # Check-ins.

    def live_sessions_livesession(self, row: Any) -> bool:
        return self._once(row, self._live_sessions_livesession)

    def _live_sessions_livesession(self, row: Any) -> bool:
        if row.couple_id is None:
            people = [seat.user for seat in row.seats.select_related("user") if seat.user]
            here = any(map(self.accounts_user, people))
            return here and (self._goes_on(row) or row.took_place_at >= self.now - MONTH)
        if row.couple_id not in self.since:
            return False
        if self._goes_on(row):
            return True
        # With the last of its rounds; without rounds, as long as the history would be kept.
        opened = list(row.rounds.values_list("opened_at", flat=True))
        if not opened and row.starts_at and row.seats.filter(name__in=("a", "b")).count() < len("ab"):
            # An appointment that came to nothing: a month after its time.
            return bool(max(row.starts_at, row.took_place_at) >= self.now - MONTH)
        return bool(max(opened, default=row.took_place_at) >= self.since[row.couple_id])

    def live_sessions_joincode(self, row: Any) -> bool:
        ended = row.live_session.ended_at
        return self.live_sessions_livesession(row.live_session) and (ended is None or self.now < ended + DAY)

    def live_sessions_seat(self, row: Any) -> bool:
        return self.live_sessions_livesession(row.live_session)

    def live_sessions_round(self, row: Any) -> bool:
        live_session = row.live_session
        if self._goes_on(live_session):
            return True
        return live_session.couple_id in self.since and row.opened_at >= self.since[live_session.couple_id]

    def live_sessions_mark(self, row: Any) -> bool:
        # What is sealed is destroyed when its check-in ends, unread.
        return self.live_sessions_round(row.round) and (row.seal is None or self._goes_on(row.round.live_session))

    def live_sessions_part(self, row: Any) -> bool:
        return self.live_sessions_round(row.round) and (row.need_seal is None or self._goes_on(row.round.live_session))

    def live_sessions_step(self, row: Any) -> bool:
        # As the round, and until its author is erased.
        seat = row.round.live_session.seats.select_related("user").get(name=row.seat)
        return self.live_sessions_round(row.round) and seat.user is not None and self.accounts_user(seat.user)

    # Logins.

    def usersessions_usersession(self, row: Any) -> bool:
        return row.session_key in self.logins and self._of_a_person(row)

    def django_session(self, row: Any) -> bool:
        whose = row.get_decoded().get("_auth_user_id")
        return row.session_key in self.logins and (whose is None or whose in self.people)


def _by_couple() -> dict[Any, list[Membership]]:
    found: dict[Any, list[Membership]] = {}
    for half in Membership.objects.select_related("user"):
        found.setdefault(half.couple_id, []).append(half)
    return found


def _counting(half: Membership, now: datetime) -> int:
    """Return what counts of one partner: a shorter wish from the day on that it was announced for."""
    announced = half.retention_counts_from and now < half.retention_counts_from
    months = half.retention_months_before if announced else half.retention_months
    return 12 if months is None else months
