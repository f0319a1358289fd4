"""What changes in a live check-in without anybody's command: an end, a host who goes, a new name, a seat taken.

Together with ``execute`` this is the only writer of a live check-in. Whatever changes one raises its version under its
lock, in one of the two, and tells whoever listens once that is committed.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from sessions.checkin.apart import Apart
from sessions.checkin.state import SessionState
from sessions.models import LiveSession, Seat, Step
from sessions.store import broadcast, host_access, load, notices


def end(session_ids: Collection[UUID], now: datetime | None = None) -> int:
    """End check-ins as of now, and as of their last moment if that has passed; return how many it ended.

    Seals are destroyed unread.
    """
    ended = 0
    with transaction.atomic():
        for live_session in _locked(Q(id__in=session_ids)):
            _destroy_seals(live_session)
            live_session.seats.update(seen_at=None)
            # Asked under the lock: whatever was waited for came before (see ``execute``).
            ended_at = min(now or timezone.now(), live_session.ends_at)
            nothing_runs = {"pause_until": None, "turn_until": None, "ending_by": "", "ending_at": None}
            _write(live_session, ended_at=ended_at, code=None, **nothing_runs)
            ended += 1
    return ended


def store_end(state: SessionState | None, now: datetime) -> None:
    """Write the end of a check-in that the clock alone says is over, before or as it is told to anybody.

    Without this a clock that goes back revives what was told to have ended, and its seals could still be revealed.
    """
    if state is not None and state.ended_at is None and state.ended(now):
        end([state.id], now)


def end_outside(user_ids: Collection[UUID], couples: Collection[UUID]) -> None:
    """End the check-ins of people whose couple is no more."""
    elsewhere = LiveSession.objects.filter(ended_at=None, couple__isnull=False).exclude(couple__in=couples)
    theirs = elsewhere.filter(couple__memberships__user__in=user_ids).distinct()
    end(list(theirs.values_list("id", flat=True)))


def end_everything_of(person: User) -> None:
    """End the check-ins that a person sits in as a partner, as if they had left."""
    seats = Seat.objects.filter(user=person, name__in=("a", "b"), live_session__ended_at=None)
    end(list(seats.values_list("live_session_id", flat=True)))


def recheck_hosts_of(user_ids: Collection[UUID]) -> None:
    """Let go of hosts who may no longer be there, in the transaction that took the right away.

    Those who stay are shown anew all the same: what they may see of earlier check-ins may have changed.
    """
    theirs = Q(seats__user__in=user_ids) | Q(couple__memberships__user__in=user_ids)
    found = LiveSession.objects.filter(theirs, hosted=True, ended_at=None).values_list("id", flat=True)
    for live_session in _locked(Q(id__in=set(found))):
        _recheck_host(live_session)


def take_back_consent_by_seat(person: User, session_id: UUID) -> None:
    """Let a partner take back the yes to the host that their own seat holds."""
    with transaction.atomic():
        live_session = LiveSession.objects.select_for_update().get(id=session_id)
        live_session.seats.filter(user=person).update(host_wording="", host_agreed_at=None)
        _recheck_host(live_session)


def let_host_back(session_id: UUID) -> None:
    """Let a host who left come in again, where everybody who sits there still agrees; else nothing changes."""
    with transaction.atomic():
        for live_session in _locked(Q(id=session_id, hosted=False, started_hosted=True)):
            if host_access.all_agree_still(live_session):
                live_session.seats.filter(name="host").update(left_at=None)
                _write(live_session, hosted=True)


def let_go_of_host(host: User) -> None:
    """Let a person leave every check-in that they host."""
    theirs = LiveSession.objects.filter(seats__user=host, seats__name="host", hosted=True, ended_at=None)
    with transaction.atomic():
        for live_session in _locked(Q(id__in=set(theirs.values_list("id", flat=True)))):
            _let_go(live_session)


def rename(person: User) -> None:
    """Let a person's new first name show in every check-in that they sit or sat in: a name is the person's."""
    with transaction.atomic():
        for live_session in _locked(Q(seats__user=person)):
            live_session.seats.filter(user=person).update(first_name=person.first_name)
            _write(live_session)
        over = Seat.objects.filter(user=person).exclude(live_session__ended_at=None)
        LiveSession.objects.filter(id__in=over.values("live_session")).update(version=F("version") + 1)
        over.update(first_name=person.first_name)


def steps_gone(couple_id: UUID | None, steps: Collection[UUID]) -> None:
    """Let the rooms of a couple that are open know that steps are no longer kept, in the transaction that erases them.

    Whoever tells of one then is told that it is gone, and not that it is somebody else's; and everybody who is there is
    shown anew what was revealed.
    """
    for live_session in _locked(Q(couple=couple_id)):
        gone = {*(live_session.gone_steps or ()), *map(str, steps)}
        _write(live_session, gone_steps=sorted(gone))


def step_tried(couple_id: UUID, step_id: UUID, tried: str) -> None:
    """Keep how a step of an earlier check-in went, said outside of one, and show it in those that are going on."""
    with transaction.atomic():
        going_on = list(_locked(Q(couple=couple_id)))
        Step.objects.filter(id=step_id).update(tried=tried)
        for live_session in going_on:
            _write(live_session)


def seat_taken(live_session: LiveSession, now: datetime) -> None:
    """Show that somebody has sat down in a check-in that the caller has locked.

    With both there its code is used up, and its day begins.
    """
    if live_session.seats.filter(name__in=("a", "b")).count() == 2:
        live_session.code = None
        live_session.both_in_at = live_session.both_in_at or now
    both_in_at = live_session.both_in_at
    _write(live_session, couple=live_session.couple, code=live_session.code, both_in_at=both_in_at)


def move(live_session: LiveSession, starts_at: datetime, now: datetime) -> None:
    """Move an appointment that the caller has locked to another time, and tell whoever looks at it."""
    _write(
        live_session,
        moved_from=live_session.starts_at,
        moved_at=now,
        starts_at=starts_at,
        sequence=live_session.sequence + 1,
    )


def say_hour(live_session: LiveSession, apart: Apart) -> None:
    """Write what came of somebody saying an hour for an agreed opening that the caller has locked."""
    asked = apart.asked
    _write(
        live_session,
        apart=apart.stored,
        starts_at=apart.opens_at,
        asked_by=asked.by if asked else "",
        asked_starts_at=asked.opens_at if asked else None,
    )


def begin_again(ids: Collection[UUID], now: datetime) -> None:
    """Let the day of check-ins begin now whose date is by a wrong clock."""
    with transaction.atomic():
        for live_session in _locked(Q(id__in=ids)):
            _write(live_session, created_at=now, both_in_at=live_session.both_in_at and now)


def raise_version(session_id: UUID) -> bool:
    """Raise the version of a check-in, which locks it until the transaction ends; tell whether it is going on."""
    return LiveSession.objects.filter(id=session_id, ended_at=None).update(version=F("version") + 1) == 1


def _locked(which: Q) -> Iterator[LiveSession]:
    """Lock check-ins that are going on, in the order in which commands lock them: else two wait for each other."""
    yield from LiveSession.objects.select_for_update().filter(which, ended_at=None).order_by("id")


def _write(live_session: LiveSession, **fields: Any) -> None:
    """Write to a check-in that is locked, and tell whoever listens once the running transaction has committed."""
    for name, value in fields.items():
        setattr(live_session, name, value)
    live_session.version += 1
    live_session.save(update_fields=[*fields, "version"])
    if notices.HANGS_ON & fields.keys():
        notices.keep_up(live_session)

    def tell() -> None:
        state = load.state_of(live_session.id)
        if state:
            broadcast.changed(state)

    transaction.on_commit(tell)


def _destroy_seals(live_session: LiveSession) -> None:
    """Set an open round aside and destroy what was never shown, unread."""
    for latest in live_session.rounds.filter(phase="open"):
        latest.marks.all().delete()
        latest.phase = "set_aside"
        latest.save(update_fields=["phase"])
    for revealed in live_session.rounds.filter(phase="revealed"):
        revealed.parts.update(need_seal=None)


def _recheck_host(live_session: LiveSession) -> None:
    if live_session.hosted and not host_access.host_may(live_session, list(live_session.seats.all())):
        _let_go(live_session)
    elif live_session.ended_at is None:
        _write(live_session)


def _let_go(live_session: LiveSession) -> None:
    """Let the host go as if they had left; where nobody has come yet, there is nobody to go on."""
    host = Seat.objects.filter(live_session=live_session, name="host", left_at=None)
    host.update(left_at=timezone.now(), seen_at=None)
    nobody_asks = {"ending_by": "", "ending_at": None} if live_session.ending_by == "host" else {}
    _write(live_session, hosted=False, **nobody_asks)
    if not live_session.seats.exclude(name="host").exists():
        end([live_session.id])
