"""Which rows may be left at a time: read from docs/privacy.md, and worked out without any code of the purge."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db.models import Model

from accounts.models import Membership
from tests.years.rows import Rows, key

PRIVACY: Final = Path(__file__).resolve().parents[2] / "docs/privacy.md"
DAY, YEAR, MONTH = timedelta(days=1), timedelta(days=365), timedelta(days=30)
Row = tuple[str, str]


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


def verdicts(now: datetime, rows: Rows | None = None) -> list[Verdict]:
    """Judge every row that there is, or those that were read."""
    rows = rows or Rows()
    rules = _Rules(now, rows)
    found = []
    for table, there in rows.tables():
        rule: Callable[[Any], bool] = getattr(rules, table, rules.without_a_line)
        found += [Verdict((table, key(row.pk)), rule(row)) for row in there]
    return found


def months_before(now: datetime, months: int) -> datetime:
    """Return the same day so many months earlier, or the last one of that month."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, calendar.monthrange(year, month + 1)[1]))


class _Rules:
    """A rule for each table, by its name: whether a row may be there."""

    def __init__(self, now: datetime, rows: Rows) -> None:
        self.now = now
        self.rows = rows
        self.known: dict[Any, bool] = {}
        self.logins = {one.session_key for one in rows.of("django_session") if one.expire_date >= now}
        self.since = {}
        for couple in rows.of("accounts_couple"):
            halves = self._halves(couple)
            wishes = [_counting(half, now) for half in halves if half.user]
            # With the second of two, everything of theirs goes.
            if any(half.user and self.accounts_user(half.user) for half in halves):
                self.since[couple.pk] = months_before(now, min(wishes))
        self.people = {str(person.pk) for person in rows.of("accounts_user") if self.accounts_user(person)}

    def _halves(self, couple: Any) -> list[Membership]:
        return self.rows.referring("accounts_membership", "couple", couple)

    def _seats(self, live_session: Any) -> dict[str, Any]:
        found = self.rows.referring("live_sessions_seat", "live_session", live_session)
        return {seat.name: seat for seat in found}

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
        theirs = [seat.live_session for seat in self.rows.referring("live_sessions_seat", "user", guest)]
        for half in self.rows.referring("accounts_membership", "user", guest):
            if half.left_at is None:
                theirs += self.rows.referring("live_sessions_livesession", "couple", half.couple)
        return any(map(self._goes_on, theirs))

    def _goes_on(self, live_session: Any) -> bool:
        return bool(self.now < self._ends_at(live_session))

    def _ends_at(self, live_session: Any) -> datetime:
        """Return when it ended, or its day is over, which nobody may have found yet."""
        planned = live_session.starts_at
        opened = planned - timedelta(minutes=30) if planned else live_session.created_at
        begins = max(opened, live_session.both_in_at or opened)
        ended: datetime = live_session.ended_at or begins + DAY
        return ended

    def _of_a_person(self, row: Any) -> bool:
        return self.accounts_user(row.user)

    accounts_user_groups = accounts_user_user_permissions = accounts_therapistprofile = _of_a_person
    accounts_privatenote = account_emailaddress = mfa_authenticator = live_sessions_favouritemoment = _of_a_person

    def accounts_couple(self, row: Any) -> bool:
        return self._once(row, self._accounts_couple)

    def _accounts_couple(self, row: Any) -> bool:
        halves = self._halves(row)
        if not any(half.user and self.accounts_user(half.user) for half in halves):
            return False
        ended = max((half.left_at for half in halves if half.left_at), default=None)
        check_ins = self.rows.referring("live_sessions_livesession", "couple", row)
        links = self.rows.referring("accounts_carelink", "couple", row)
        kept = any(map(self.live_sessions_livesession, check_ins)) or any(map(self.accounts_carelink, links))
        return ended is None or ended >= self.now - YEAR or kept

    def accounts_membership(self, row: Any) -> bool:
        return self.accounts_couple(row.couple)

    def accounts_invitation(self, row: Any) -> bool:
        return bool(self.now < row.created_at + DAY)

    accounts_careinvitation = accounts_invitation

    def accounts_carelink(self, row: Any) -> bool:
        return row.ended_at is None or row.ended_at >= self.now - YEAR or self._holds_notes(row)

    def _holds_notes(self, link: Any) -> bool:
        tables = ("accounts_carenotes", "accounts_checkinnotes")
        return any(self.rows.referring(table, "link", link) for table in tables)

    def accounts_consent(self, row: Any) -> bool:
        return all(at is None or at >= self.now - YEAR for at in (row.withdrawn_at, row.link.ended_at))

    def accounts_carenotes(self, row: Any) -> bool:
        return row.link.therapist_id is not None

    def accounts_checkinnotes(self, row: Any) -> bool:
        # On a linked couple they are the therapist's; on two guests they go with the check-in.
        if row.link:
            return row.link.therapist_id is not None
        check_ins = self.rows.of("live_sessions_livesession")
        return any(map(self.live_sessions_livesession, (one for one in check_ins if one.pk == row.check_in)))

    def accounts_auditentry(self, row: Any) -> bool:
        return bool(row.opened_at >= self.now - YEAR)

    def django_admin_log(self, row: Any) -> bool:
        return bool(row.action_time >= self.now - YEAR)

    def accounts_receipt(self, row: Any) -> bool:
        return bool(self.now < row.created_at + timedelta(minutes=10))

    accounts_noticewishes = _of_a_person

    def accounts_pushsubscription(self, row: Any) -> bool:
        return row.session_key in self.logins and self._of_a_person(row)

    def accounts_notice(self, row: Any) -> bool:
        return bool(self.now < row.due_at + 2 * DAY) and self._of_a_person(row)

    def accounts_unsentwords(self, row: Any) -> bool:
        return bool(self.now < row.created_at + timedelta(hours=1))

    # Check-ins.

    def live_sessions_livesession(self, row: Any) -> bool:
        return self._once(row, self._live_sessions_livesession)

    def _live_sessions_livesession(self, row: Any) -> bool:
        if row.couple_id is None:
            people = [seat.user for seat in self._seats(row).values() if seat.user]
            here = any(map(self.accounts_user, people))
            return here and (self._goes_on(row) or row.took_place_at >= self.now - MONTH)
        if row.couple_id not in self.since:
            return False
        if self._goes_on(row):
            return True
        # With the last of its rounds; without rounds, as long as the history would be kept.
        opened = [one.opened_at for one in self.rows.referring("live_sessions_round", "live_session", row)]
        if not opened and row.starts_at and not {"a", "b"} <= set(self._seats(row)):
            # An appointment that came to nothing: a month after its time.
            return bool(max(row.starts_at, row.took_place_at) >= self.now - MONTH)
        return bool(max(opened, default=row.took_place_at) >= self.since[row.couple_id])

    def live_sessions_joincode(self, row: Any) -> bool:
        return self.live_sessions_livesession(row.live_session) and self.now < self._ends_at(row.live_session) + DAY

    def live_sessions_seat(self, row: Any) -> bool:
        # A name is the person's, and goes with them.
        name = row.user.first_name if row.user else ""
        return self.live_sessions_livesession(row.live_session) and row.first_name == name

    def live_sessions_roomdisplay(self, row: Any) -> bool:
        return self.accounts_user(row.therapist)

    def live_sessions_round(self, row: Any) -> bool:
        live_session = row.live_session
        if self._goes_on(live_session):
            return True
        return live_session.couple_id in self.since and row.opened_at >= self.since[live_session.couple_id]

    def live_sessions_mark(self, row: Any) -> bool:
        # What is sealed is destroyed when its check-in ends, unread.
        return self.live_sessions_round(row.round) and (row.seal is None or self._goes_on(row.round.live_session))

    def live_sessions_part(self, row: Any) -> bool:
        sealed = row.need_seal is not None and not self._goes_on(row.round.live_session)
        return self.live_sessions_round(row.round) and not sealed and (not row.heard_words or self._needs_beside(row))

    def _needs_beside(self, part: Any) -> bool:
        """Tell whether there is still a need that this part heard."""
        parts = self.rows.referring("live_sessions_part", "round", part.round)
        return any(other.need for other in parts if other.seat != part.seat)

    def live_sessions_step(self, row: Any) -> bool:
        # As the round, and until its author is erased.
        seat = self._seats(row.round.live_session)[row.seat]
        return self.live_sessions_round(row.round) and seat.user is not None and self.accounts_user(seat.user)

    # Logins.

    def usersessions_usersession(self, row: Any) -> bool:
        return row.session_key in self.logins and self._of_a_person(row)

    def django_session(self, row: Any) -> bool:
        whose = row.get_decoded().get("_auth_user_id")
        return row.session_key in self.logins and (whose is None or whose in self.people)


def _counting(half: Membership, now: datetime) -> int:
    """Return what counts of one partner: a shorter wish from the day on that it was announced for."""
    announced = half.retention_counts_from and now < half.retention_counts_from
    months = half.retention_months_before if announced else half.retention_months
    return 12 if months is None else months
