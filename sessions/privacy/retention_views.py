"""The page on which a couple decides about its history: how long, when, and what one takes along."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from accounts import partners
from accounts.couple import retention
from accounts.models import Couple, User
from accounts.my_part.decorators import own
from cycleproject.web.calendar_file import Entry, calendar_file
from sessions.history import readers, rounds
from sessions.history.export import answer_with
from sessions.history.query import Unreadable, asked_by
from sessions.history.readers import Reader
from sessions.history.views import frame
from sessions.store import load

DAYS: Final = range(7)
# More is a time to the library: hours alone, digits without colons, times with a zone.
HOUR: Final = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
LASTS: Final = timedelta(minutes=30)
FORMATS: Final = ("json", "csv")


@require_GET
@own
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show what can be decided, and take one's own along."""
    reader = own_reader(user, request)
    wish = retention.wish_of(user, reader.couple)
    context = {
        **frame(reader, "keeping"),
        "months": reader.months,
        "wish": wish,
        "months_offered": sorted({*retention.MONTHS_OFFERED, wish}),
        "weekly_day": reader.couple.weekly_day,
        "weekly_time": reader.couple.weekly_time,
        # The first of January 2024 was a Monday.
        "days": [(day, date(2024, 1, 1 + day)) for day in DAYS],
        "leaves_words": reader.leaves_words,
        "rounds_to_export": rounds.rounds_of(reader).exists(),
    }
    return render(request, "privacy/retention.html", context)


@require_POST
@own
def wish(request: HttpRequest, user: User) -> HttpResponse:
    """Keep one's wish for how long the history stays."""
    try:
        retention.wish(user, _together(user), int(request.POST.get("months", "")))
    except ValueError:
        raise Http404 from None
    messages.success(request, gettext("Saved"))
    return redirect("history_keeping")


@require_POST
@own
def weekly(request: HttpRequest, user: User) -> HttpResponse:
    """Set the couple's weekly time, or put it away."""
    couple = _together(user)
    try:
        day, at = _weekly_time(request.POST.get("day", ""), request.POST.get("time", ""))
    except ValueError:
        messages.error(request, gettext("A weekly time needs a day and an hour."))
        return redirect("history_keeping")
    retention.set_weekly_time(couple, day, at)
    messages.success(request, gettext("Saved"))
    return redirect("history_keeping")


@require_GET
@own
def calendar(request: HttpRequest, user: User) -> HttpResponse:
    """Hand the weekly time out as a calendar entry that names nobody and nothing."""
    couple = _together(user)
    if couple.weekly_day is None or couple.weekly_time is None:
        raise Http404
    text = _calendar(couple, couple.weekly_day, couple.weekly_time)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="our-time.ics"'
    return answer


@require_POST
@own
def leave_words(request: HttpRequest, user: User) -> HttpResponse:
    """Leave one's words with a former partner, or take them back."""
    reader = own_reader(user, request)
    if not reader.parted:
        raise Http404
    retention.leave_words(user, reader.couple, request.POST.get("leave") == "1")
    messages.success(request, gettext("Saved"))
    return redirect(f"{reverse('history_keeping')}?couple={reader.couple.id}")


@require_GET
@own
def export(request: HttpRequest, user: User) -> HttpResponse:
    """Hand out one's own history; whoever has a password shows first that it is them at the phone."""
    reader = own_reader(user, request)
    if request.GET.get("as") not in FORMATS:
        raise Http404
    if not user.is_guest:
        raise_if_reauthentication_required(request, app="allauth.account")
    return answer_with(reader, request.GET["as"])


def own_reader(user: User, request: HttpRequest) -> Reader:
    """Return a person as a partner who looks back: these pages are for no therapist. Raises Http404."""
    try:
        asked = asked_by({"couple": request.GET.get("couple", "") or request.POST.get("couple", "")})
        reader = readers.reader_for(user, asked.couple, only_own=True)
    except (Unreadable, load.NotFound):
        raise Http404 from None
    if reader is None:
        raise Http404
    return reader


def _together(user: User) -> Couple:
    """Return the couple that a person is in now: what two decided is frozen once they have parted. Raises Http404."""
    couple = partners.couple_of(user)
    if couple is None:
        raise Http404
    return couple


def _weekly_time(day: str, at: str) -> tuple[int | None, time | None]:
    if not day:
        return None, None
    if day not in map(str, DAYS) or not HOUR.fullmatch(at):
        raise ValueError
    return int(day), time.fromisoformat(at).replace(second=0)


def _calendar(couple: Couple, day: int, at: time) -> str:
    """Return the weekly time as an entry, from its first day on after it was set."""
    set_at = (couple.weekly_set_at or couple.created_at).astimezone(UTC)
    first = set_at.date() + timedelta(days=(day - set_at.weekday()) % 7)
    entry = Entry(
        # Not the couple's id, which would lead from one calendar to the other.
        uid=salted_hmac("weekly time", couple.id.hex, algorithm="sha256").hexdigest()[:32],
        title=gettext("Our time"),
        begins=datetime.combine(first, at),
        lasts=LASTS,
        changed_at=set_at,
        sequence=couple.weekly_revision,
        weekly=True,
    )
    return calendar_file(entry)
