"""Pages of the couple's rhythm: saying one, its next time, skipping it, a pause, and its calendar file."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import partners
from accounts.couple import rhythm as stored
from accounts.couple import rhythm_times as rules
from accounts.couple.rhythm_times import Rhythm
from accounts.models import Couple, User
from accounts.my_part.decorators import own_page
from cycleproject.web.calendar_file import Entry, calendar_file
from cycleproject.web.changes_by_time import by_time
from cycleproject.web.limits import join_limit
from sessions.joining import openings
from sessions.joining.rhythm_card import card_of, weekday
from sessions.joining.rhythm_forms import DAYS, EVERY_WEEK, RhythmForm, every_of, second_weeks
from sessions.joining.start import start_for_couple

LASTS: Final = timedelta(minutes=30)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def rhythm(request: HttpRequest, user: User) -> HttpResponse:
    """Show the rhythm and what may be said of it; say one, keep the one that holds, or end it."""
    couple = partners.couple_of(user)
    if couple is None:
        if request.method == "POST":
            raise Http404
        return redirect("couple")
    if request.method == "POST" and "keep" in request.POST:
        _do(partial(stored.keep, user))
        return redirect("rhythm")
    standing = stored.standing_of(couple)
    known = standing.held or (standing.asked.rhythm if standing.asked else None)
    zone = (known.zone if known else "") or timezone.get_current_timezone_name()
    form = RhythmForm(request.POST if request.method == "POST" else None, zone=zone, initial=_initial(known, zone))
    if form.is_valid():
        said = form.said()
        _do(partial(stored.say, user, said) if said else partial(stored.end, user))
        return redirect("rhythm")
    context = _context(user, couple, form)
    return render(request, "joining/rhythm.html", context, status=400 if form.errors else 200)


@require_POST
@own_page
def skip(request: HttpRequest, user: User) -> HttpResponse:
    """Skip the next time, for both; nobody is told who did it."""
    _do(partial(stored.skip, user, _day(request)))
    return _back(request)


@require_POST
@own_page
def bring_back(request: HttpRequest, user: User) -> HttpResponse:
    """Bring back a time that was skipped."""
    _do(partial(stored.bring_back, user, _day(request)))
    return _back(request)


@require_POST
@own_page
def pause(request: HttpRequest, user: User) -> HttpResponse:
    """Pause it for some weeks, or resume it: no weeks at all."""
    weeks = request.POST.get("weeks", "")
    if weeks not in ("0", *map(str, rules.PAUSES_OFFERED)):
        raise Http404
    _do(partial(stored.pause, user, int(weeks)) if int(weeks) else partial(stored.resume, user))
    return _back(request)


@require_POST
@own_page
def plan(request: HttpRequest, user: User) -> HttpResponse:
    """Plan a check-in for the next time, which is named by its day; again leads to the same one."""
    couple, on, now = partners.couple_of(user), _day(request), timezone.now()
    if couple is None:
        raise Http404
    following = rules.next_time(stored.standing_of(couple), now)
    if following is None or following.on != on:
        return _back(request)  # its page says which one is next
    join_limit().spend(request)
    return redirect("room", start_for_couple(user, couple, now, starts_at=following.at).live_session.id)


@require_safe
@own_page
def calendar(request: HttpRequest, user: User) -> HttpResponse:
    """Answer with the rhythm as a calendar file that names nobody."""
    couple = partners.couple_of(user)
    held = stored.standing_of(couple).held if couple else None
    if couple is None or held is None:
        raise Http404
    answer = HttpResponse(_calendar(couple, held), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="our-time.ics"'
    return answer


def _do(change: Callable[[], None]) -> None:
    try:
        change()
    except stored.NoCouple:
        raise Http404 from None
    except rules.NotNext:
        pass  # its page says which one is next


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        raise Http404 from None


def _back(request: HttpRequest) -> HttpResponse:
    return redirect("home" if request.POST.get("to") == "home" else "rhythm")


def _initial(known: Rhythm | None, zone: str) -> dict[str, str]:
    if known is None:
        return {"day": "6", "time": "19:00", "every": EVERY_WEEK, "zone": zone}
    return {"day": str(known.day), "time": f"{known.at:%H:%M}", "every": every_of(known), "zone": zone}


def _context(user: User, couple: Couple, form: RhythmForm) -> dict[str, Any]:
    now = timezone.now()
    card = card_of(couple, openings.waiting_of(user), now)
    held, asked = card.standing.held, card.standing.asked
    partner = partners.partner_of(user)
    offered = [EVERY_WEEK, *second_weeks()]
    return {
        "card": card,
        "held": _fields(held),
        "asked": _fields(asked.rhythm if asked else None),
        "asked_by_you": asked is not None and asked.by == partners.seat_of(user),
        "partner": partner,
        "form": form,
        "days": [(day, weekday(day)) for day in DAYS],
        "partner_can_return": partners.can_return(partner),
        "every_offered": offered,
        **by_time(now, card.changes_at),
    }


def _fields(one: Rhythm | None) -> dict[str, Any] | None:
    """Return a rhythm as a page says it, its day as a date that falls on it, and as its form sends it."""
    if one is None:
        return None
    return {"said": one, "on": weekday(one.day), "every": every_of(one)}


def _calendar(couple: Couple, held: Rhythm) -> str:
    """Return the rhythm as an entry, from its first day on after it was set."""
    set_at = (couple.weekly_set_at or couple.created_at).astimezone(UTC)
    entry = Entry(
        # Not the couple's id, which would lead from one calendar to the other.
        uid=salted_hmac("weekly time", couple.id.hex, algorithm="sha256").hexdigest()[:32],
        title=gettext("Our time"),
        begins=datetime.combine(rules.first_day(held, set_at.date()), held.at),
        lasts=LASTS,
        changed_at=set_at,
        sequence=couple.weekly_revision,
        every_weeks=held.every,
    )
    return calendar_file(entry)
