"""The part of the purge that walks tables: what hangs from no round, and would stay when all rounds have gone.

docs/privacy.md says of every table until when a row is kept; a test holds the two together.
"""

from datetime import datetime, timedelta
from typing import Final

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.care import check_in_notes, scopes
from accounts.couple import retention
from accounts.models import (
    INVITATION_LIFETIME,
    AuditEntry,
    CareInvitation,
    CareLink,
    Consent,
    Couple,
    Invitation,
    User,
)
from sessions.models import LiveSession, Seat

# What belongs to no couple's history, and what says who agreed to what, and who opened what.
A_MONTH: Final = timedelta(days=30)
A_YEAR: Final = timedelta(days=365)


def delete_leftovers(now: datetime) -> None:
    """Delete the rows of every table that are past their time; again is the same."""
    _delete_check_ins(now)
    check_in_notes.delete_those_of_guests(~Q(check_in__in=LiveSession.objects.values("id")))
    for invitation in (Invitation, CareInvitation):
        invitation.objects.filter(created_at__lte=now - INVITATION_LIFETIME).delete()
    _delete_consents(now - A_YEAR)
    AuditEntry.objects.filter(opened_at__lt=now - A_YEAR).delete()
    LogEntry.objects.filter(action_time__lt=now - A_YEAR).delete()
    _delete_couples(now - A_YEAR)


def delete_logins_of_nobody() -> None:
    """Delete the rows of logins whose person has been erased: such a login opens nothing, and names who it was."""
    people = {str(found) for found in User.objects.values_list("pk", flat=True)}
    gone = []
    for login in Session.objects.iterator():
        whose = login.get_decoded().get("_auth_user_id")
        if whose is not None and whose not in people:
            gone.append(login.session_key)
    Session.objects.filter(session_key__in=gone).delete()


def _delete_check_ins(now: datetime) -> None:
    """Delete check-ins that hold no round: those that nobody came to, and those that came to nothing."""
    empty = LiveSession.objects.filter(rounds=None).exclude(ended_at=None)
    empty.filter(couple=None, took_place_at__lt=now - A_MONTH).delete()
    # An appointment that came to nothing is told to all whom it was for, and then is nobody's history.
    both = Seat.objects.filter(name="a", live_session__in=Seat.objects.filter(name="b").values("live_session"))
    nothing = empty.filter(starts_at__lt=now - A_MONTH, took_place_at__lt=now - A_MONTH)
    nothing.exclude(id__in=both.values("live_session")).delete()
    for couple_id, since in retention.kept_since_by_couple(now).items():
        empty.filter(couple=couple_id, took_place_at__lt=since).delete()


def _delete_consents(before: datetime) -> None:
    over = Q(withdrawn_at__lt=before) | Q(link__ended_at__lt=before)
    Consent.objects.filter(over).delete()
    # A therapist's own notes stay until they delete them, and the link that they are about with them.
    CareLink.objects.filter(ended_at__lt=before, consents=None).exclude(scopes.holding_notes()).delete()


def _delete_couples(before: datetime) -> None:
    """Delete couples that ended long ago and of whom nothing else is kept."""
    ended = Couple.objects.exclude(memberships__left_at=None).exclude(memberships__left_at__gte=before)
    ended.filter(live_sessions=None, care_links=None).delete()
