"""The pages on which a couple looks back. What may be seen is decided where it is loaded; here it is only shown."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.my_part.decorators import own
from sessions.checkin.patterns import PATTERN_CODES
from sessions.checkin.state import PARTNERS
from sessions.history import drawing, readers
from sessions.history import labels as words
from sessions.history import rounds as history
from sessions.history.figures import charts, cycles, trends
from sessions.history.query import Asked, Unreadable, asked_by
from sessions.history.readers import Reader
from sessions.history.rounds import Page, Seen
from sessions.store import load
from sessions.words import library
from sessions.words.translated import room_words

REPORTED_AT_MOST: Final = 200
REPORT_DAYS: Final = 90


@require_http_methods(["GET", "POST"])
@own
def rounds(request: HttpRequest, user: User) -> HttpResponse:
    """Show the rounds by check-in, newest first. Words to look for come by POST: addresses are kept in many places."""
    asked = _asked(request.POST if request.method == "POST" else request.GET)
    reader = _reader(user, asked)
    if reader is None:
        return render(request, "history/nothing.html")
    page = history.page(reader, asked)
    others = [
        {
            "couple": half.couple_id,
            "name": (half.user and half.user.first_name) or gettext(words.NO_NAME),
            "until": half.left_at,
        }
        for half in (readers.other_histories(user, reader) if reader.seat else ())
    ]
    if not page.rounds and not asked.filters and not asked.cursor:
        return render(request, "history/nothing.html", {**frame(reader, "rounds"), "others": others})
    plain = not asked.filters and asked.cursor is None
    past = [_past(seen) for seen in reversed(page.rounds)] if plain else []
    context = {
        **frame(reader, "rounds"),
        "check_ins": _by_check_in(page, reader),
        "strength": drawing.strength_drawn(past, cycles.runs(past)) if past else None,
        "asked": asked,
        "patterns": [(code, words.pattern_name(code)) for code in PATTERN_CODES],
        "themes": [(theme.code, gettext(theme.label)) for theme in library.THEMES],
        "older": page.older,
        "newer": page.newer,
        "query": _query(asked),
        "others": others,
    }
    return render(request, "history/rounds.html", context)


@require_GET
@own
def one_round(request: HttpRequest, user: User, history_id: UUID) -> HttpResponse:
    """Show one round as it was revealed: its map, its story, its exchange."""
    reader, seen = round_or_404(user, history_id)
    told = words.told(seen, reader)
    drawn = {
        "people": [{"seat": seat, "name": name} for seat, name in words.names(reader).items()],
        "moment": {"id": seen.moment, "text": seen.text},
        "marks": seen.reveal["marks"],
    }
    context = {
        **frame(reader, "rounds"),
        "round": told,
        "drawn": drawn,
        "room_words": room_words(),
    }
    return render(request, "history/round.html", context)


@require_GET
@own
def change(request: HttpRequest, user: User) -> HttpResponse:
    """Show how the cycle changes: counts, trends, charts, each beside its table."""
    reader = _reader(user, _asked(request.GET, "couple"))
    past = cycles.in_order(history.past_rounds(reader)) if reader else []
    if reader is None or not past:
        return render(request, "history/nothing.html", frame(reader, "change") if reader else {})
    found = cycles.runs(past)
    complete = [run for run in found if run.complete]
    context = {
        **frame(reader, "change"),
        "strength": drawing.strength_drawn(past, found),
        "cycling": drawing.cycling_drawn(complete),
        "trends": trends.trends(past),
        "reconnecting": drawing.reconnecting_drawn(past),
        "relief": drawing.relief_drawn(reader),
        "by_month": drawing.by_month_drawn(past),
        "ring": charts.ring(),
        "stages": cycles.stages(past, complete),
        "rounds_count": len(past),
    }
    return render(request, "history/change.html", context)


@require_GET
@own
def report(request: HttpRequest, user: User) -> HttpResponse:
    """Show a chosen time on pages for paper."""
    asked = _asked(request.GET, "couple", "from", "to")
    reader = _reader(user, asked)
    if reader is None:
        return render(request, "history/nothing.html")
    until = asked.until or timezone.localdate()
    since = asked.since or until - timedelta(days=REPORT_DAYS)
    seen = history.between(reader, Asked(since=since, until=until), REPORTED_AT_MOST)
    past = [_past(one) for one in seen]
    found = cycles.runs(past)
    context = {
        **frame(reader, "report"),
        "since": since,
        "until": until,
        "rounds": [words.told(one, reader) for one in seen],
        "full": len(seen) == REPORTED_AT_MOST,
        "strength": drawing.strength_drawn(past, found) if past else None,
        "cycling": drawing.cycling_drawn([run for run in found if run.complete]),
        "reconnecting": drawing.reconnecting_drawn(past),
        "by_month": drawing.by_month_drawn(past),
    }
    return render(request, "history/report.html", context)


# Loading.


def _asked(fields: QueryDict, *names: str) -> Asked:
    """Return what is asked; what cannot be read asks for a page that is not there. Raises Http404."""
    given = {name: value for name, value in fields.items() if isinstance(value, str) and name != "csrfmiddlewaretoken"}
    if names:
        given = {name: value for name, value in given.items() if name in names}
    try:
        return asked_by(given)
    except Unreadable:
        raise Http404 from None


def _reader(user: User, asked: Asked) -> Reader | None:
    try:
        return readers.reader_for(user, asked.couple)
    except load.NotFound:
        raise Http404 from None


def round_or_404(user: User, history_id: UUID) -> tuple[Reader, Seen]:
    try:
        return history.one_round(user, history_id)
    except load.NotFound:
        raise Http404 from None


# What the templates are given.


def frame(reader: Reader, here: str) -> dict[str, Any]:
    """Return what every page of the history needs: whose it is, and the ways between its pages."""
    return {
        "people": words.people(reader),
        "partner_here": reader.seat is not None,
        "own_seat": reader.seat or "",
        "parted": reader.parted,
        "one_has_gone": any(not name for name in reader.names.values()),
        "wordless": bool(reader.wordless),
        "couple_id": reader.couple.id,
        "couple_query": urlencode({"couple": str(reader.couple.id)}),
        "here": here,
    }


def _query(asked: Asked) -> str:
    fields = {
        "pattern": asked.pattern,
        "theme": asked.theme,
        "from": asked.since.isoformat() if asked.since else "",
        "to": asked.until.isoformat() if asked.until else "",
        "couple": str(asked.couple or ""),
    }
    return urlencode({name: value for name, value in fields.items() if value})


def _by_check_in(page: Page, reader: Reader) -> list[dict[str, Any]]:
    check_ins: list[dict[str, Any]] = []
    for seen in page.rounds:
        if not check_ins or check_ins[-1]["id"] != seen.place.session_id:
            check_ins.append({"id": seen.place.session_id, "at": seen.place.made_at, "rounds": []})
        check_ins[-1]["rounds"].append(words.told(seen, reader))
    return check_ins


def _past(seen: Seen) -> cycles.PastRound:
    """Return what can be counted with of a round that has been loaded whole."""
    a, b = (seen.reveal["marks"][seat] for seat in PARTNERS)
    return cycles.PastRound(
        id=seen.id,
        opened_at=seen.opened_at,
        theme=seen.theme,
        pattern=seen.reveal["pattern"]["code"],
        reactions=(a["reaction"], b["reaction"]),
        intensities=(a["intensity"], b["intensity"]),
        size=seen.size,
        reconnected_at=seen.reconnected_at,
    )
