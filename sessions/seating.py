"""How a live session begins and who sits where: the writer's other half (see ``commands``)."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts import audit, couples
from accounts.logins import Login, login_from_key
from accounts.models import Couple, Membership, User
from sessions import authority, kept, notify, records
from sessions.models import LiveSession, Seat

# Consonants that cannot be taken for one another or for a digit, so that no word can be spelt by chance.
CODE_LETTERS: Final = "BCDFGHJKMNPQRSTVWXZ"
CODE_LENGTH: Final = 6


class UnknownCode(Exception):
    """No check-in that this person may join by this code; whatever the reason, nobody learns it."""


class ConsentMissing(Exception):
    """The check-in has a host, and this person has not agreed to them."""


@dataclass(frozen=True, slots=True)
class Started:
    """A check-in to go to, and whether it is a new one."""

    live_session: LiveSession
    is_new: bool = True


def start_with_code(starter: User, now: datetime | None = None) -> LiveSession:
    """Start a check-in for a new couple: whoever posts its code first is the other half."""
    now = now or timezone.now()
    with transaction.atomic():
        live_session = with_code(LiveSession(created_at=now))
        sit(live_session, starter, "a")
    return live_session


def start_for_couple(
    person: User, couple: Couple, now: datetime | None = None, *, title: str = "", starts_at: datetime | None = None
) -> Started:
    """Return the couple's partner-led check-in that has not ended, or start one."""
    now = now or timezone.now()
    with transaction.atomic():
        Couple.objects.select_for_update().get(id=couple.id)  # without it two presses of start make two rooms
        going_on = LiveSession.objects.filter(couple=couple, started_hosted=False, ended_at=None)
        end_sessions(list(going_on.run_out(now).values_list("id", flat=True)), now)
        running = going_on.first()
        if running:
            return Started(running, is_new=False)
        live_session = with_code(LiveSession(couple=couple, created_at=now, title=title, starts_at=starts_at))
        sit(live_session, person, _seat_in(couple, person))
    return Started(live_session)


def by_code(code: str, now: datetime | None = None) -> LiveSession | None:
    """Return the waiting check-in that a code opens; looking changes nothing."""
    now = now or timezone.now()
    return LiveSession.objects.going_on(now).open_by(now).filter(code=normal_code(code)).first()


def open_sessions_of(person: User, now: datetime | None = None) -> QuerySet[LiveSession]:
    """Return the check-ins that a person sits in or may sit down in, newest first."""
    now = now or timezone.now()
    couple = couples.couple_of(person)
    theirs = Q(seats__user=person, seats__left_at=None)
    if couple:
        theirs |= Q(couple=couple)
    return LiveSession.objects.going_on(now).filter(theirs).distinct().order_by("-created_at")


def normal_code(code: str) -> str:
    """Return a code as stored, however it was typed."""
    return "".join(code.split()).replace("-", "").upper()


def asks_consent(live_session: LiveSession) -> bool:
    """Tell whether whoever takes a partner's seat here has to agree to the host first."""
    return live_session.hosted and live_session.consent_by_seat


def join_by_code(joiner: User, code: str, now: datetime | None = None, *, agrees_to_host: bool = False) -> LiveSession:
    """Take the free seat behind a code, which both seats use up. Raises UnknownCode, ConsentMissing."""
    now = now or timezone.now()
    with transaction.atomic():
        found = by_code(code, now)
        live_session = found and LiveSession.objects.select_for_update().filter(id=found.id, code=found.code).first()
        if live_session is None:
            raise UnknownCode
        seats = list(live_session.seats.select_related("user"))
        if any(seat.user_id == joiner.id for seat in seats):
            return live_session
        if asks_consent(live_session) and not agrees_to_host:
            raise ConsentMissing
        name = _seat_for(joiner, live_session, seats)
        sit(live_session, joiner, name, agrees=asks_consent(live_session))
        _no_longer_waiting(live_session)
    tell(live_session)
    return live_session


def _seat_for(joiner: User, live_session: LiveSession, seats: Collection[Seat]) -> str:
    """Return which seat a code gives somebody; where it makes two people a couple, they are one now."""
    partners = [seat.user for seat in seats if seat.name != "host"]
    if live_session.couple is None and not partners:
        couple = couples.couple_of(joiner)
        if couple is None or couples.is_free(joiner):
            return "a"  # the first of two who are new
        # Two who are a couple already stay one: the other seat is for their partner and nobody else.
        live_session.couple = couple
    if live_session.couple is not None:
        members = list(live_session.couple.memberships.filter(left_at=None).values_list("user", flat=True))
        if joiner.id not in members or any(seat.name == "host" and seat.user_id in members for seat in seats):
            raise UnknownCode
        return _seat_in(live_session.couple, joiner)
    if partners[0] is None:
        raise UnknownCode
    try:
        live_session.couple = couples.form_couple(partners[0], joiner)
    except couples.NotFree:
        raise UnknownCode from None
    return "b"


def come_in(session_key: str | None, session_id: UUID) -> tuple[Login | None, records.Place | None]:
    """Return who stands at the door of a check-in, and the place that they find there; None where there is none."""
    login = login_from_key(session_key)
    if login is None:
        return None, None
    try:
        place = kept.place_of(login.user_id, session_id)
        if place.seat is None:
            take_seat(login.user_id, session_id)
            place = kept.place_of(login.user_id, session_id)
    except records.NotFound:
        return login, None
    return login, place


def take_seat(user_id: UUID, session_id: UUID, now: datetime | None = None) -> None:
    """Seat one of the couple's own two people when their first socket opens. Raises records.NotFound."""
    now = now or timezone.now()
    with transaction.atomic():
        place = records.live_session_for(user_id, session_id, lock=True)
        live_session = place.live_session
        if place.seat is not None or place.state.ended(now) or live_session.couple is None:
            return
        if asks_consent(live_session):
            return  # the way in is the join page, which asks
        user = User.objects.get(id=user_id)
        sit(live_session, user, _seat_in(live_session.couple, user))
        _no_longer_waiting(live_session)
    tell(live_session)


def rename(person: User) -> None:
    """Let a person's new first name show in the check-ins that are going on."""
    with transaction.atomic():
        sessions = LiveSession.objects.select_for_update().filter(seats__user=person, ended_at=None).order_by("id")
        for live_session in sessions:
            live_session.seats.filter(user=person).update(first_name=person.first_name)
            live_session.version += 1
            live_session.save(update_fields=["version"])
            tell(live_session)


def end_sessions_outside(user_ids: Collection[UUID], couples: Collection[UUID]) -> None:
    """End the check-ins of people whose couple is no more: open rounds are set aside, seals destroyed unread."""
    open_sessions = LiveSession.objects.filter(ended_at=None, couple__isnull=False).exclude(couple__in=couples)
    theirs = open_sessions.filter(couple__memberships__user__in=user_ids).distinct().values_list("id", flat=True)
    end_sessions(list(theirs))


def show_anew(couple_id: UUID | None) -> None:
    """Let everybody who is in a check-in of a couple see what has changed in what was revealed."""
    going_on = LiveSession.objects.select_for_update().filter(couple=couple_id, ended_at=None).order_by("id")
    for live_session in going_on:
        live_session.version += 1
        live_session.save(update_fields=["version"])
        tell(live_session)


def end_sessions(session_ids: Collection[UUID], now: datetime | None = None) -> None:
    """End check-ins without anybody's command, as of now, and as of their last moment if that has passed."""
    with transaction.atomic():
        going_on = LiveSession.objects.select_for_update().filter(id__in=session_ids, ended_at=None).order_by("id")
        for live_session in going_on:
            destroy_seals(live_session)
            # Asked under the lock: whatever was waited for came before (see ``commands``).
            live_session.ended_at, live_session.code = min(now or timezone.now(), live_session.expires_at), None
            live_session.pause_until = live_session.turn_until = None
            live_session.version += 1
            live_session.save()
            live_session.seats.update(seen_at=None)
            tell(live_session)


def destroy_seals(live_session: LiveSession) -> None:
    """Set an open round aside and destroy what was never shown, unread."""
    for latest in live_session.rounds.filter(phase="open"):
        latest.marks.all().delete()
        latest.phase = "set_aside"
        latest.save(update_fields=["phase"])
    for revealed in live_session.rounds.filter(phase="revealed"):
        revealed.parts.update(need_seal=None)


def with_code(live_session: LiveSession) -> LiveSession:
    """Store a new check-in under a code that opens nothing else."""
    while True:
        live_session.code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        try:
            with transaction.atomic():
                live_session.save(force_insert=True)
        except IntegrityError:
            if not LiveSession.objects.filter(code=live_session.code).exists():
                raise
        else:
            return live_session


def sit(live_session: LiveSession, user: User, name: str, *, agrees: bool = False) -> Seat:
    """Seat a person; ``agrees``: they have read what the host sees and said yes."""
    yes = {"host_wording": authority.WORDING, "host_agreed_at": timezone.now()} if agrees else {}
    return Seat.objects.create(live_session=live_session, user=user, name=name, first_name=user.first_name, **yes)


def _seat_in(couple: Couple, person: User) -> str:
    return Membership.objects.get(couple=couple, user=person, left_at=None).seat


def _no_longer_waiting(live_session: LiveSession) -> None:
    if live_session.seats.filter(Q(name="a") | Q(name="b")).count() == 2:
        live_session.code = None
        _note_who_looks_on(live_session)
    live_session.version += 1
    live_session.save()


def _note_who_looks_on(live_session: LiveSession) -> None:
    host = live_session.seats.filter(name="host").select_related("user").first()
    if live_session.hosted and host and host.user and live_session.couple_id:
        audit.record(host.user, "check-in", live_session.couple_id, live_session.id)


def tell(live_session: LiveSession) -> None:
    """Tell, once the running transaction has committed, everybody who listens."""

    def told() -> None:
        state = records.state_of(live_session.id)
        if state:
            notify.changed(state)

    transaction.on_commit(told)
