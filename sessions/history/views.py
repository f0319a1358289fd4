"""Pages of the history: the list of rounds, one round, how the cycle changes, the report."""

from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.care import at_work
from accounts.models import User
from accounts.my_part.decorators import own_page
from cycleproject.web.changes_by_time import by_time, next_midnight
from sessions.checkin.patterns import PATTERN_CODES
from sessions.checkin.state import PARTNERS
from sessions.history import countable, direction_words, drawing, labels, readable, readers, rounds
from sessions.history.figures import charts, cycles, trends
from sessions.history.own.look_back import A_NIGHT, may_say
from sessions.history.query import BadQuery, HistoryFilter, filter_from
from sessions.history.readable import VisibleRound
from sessions.history.readers import Reader
from sessions.history.rounds import RoundsPage
from sessions.store import load
from sessions.words import library
from sessions.words.patterns import LOOP_HAS_NO_BEGINNING
from sessions.words.translated import room_words

REPORTED_AT_MOST: Final = 200
REPORTED: Final = timedelta(days=90)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show the rounds by check-in, newest first. Search words come by POST: browsers and proxies keep addresses."""
    asked = _filter(request.POST if request.method == "POST" else request.GET)
    reader = _reader(request, user, asked)
    if reader is None:
        return render(request, "history/nothing.html")
    page = rounds.page(reader, asked)
    others = [
        {
            "couple": half.couple_id,
            "name": (half.user and half.user.first_name) or gettext(labels.FORMER_PARTNER),
            "until": half.left_at,
        }
        for half in (readers.other_histories(user, reader) if reader.seat else ())
    ]
    if not page.rounds and not asked.filters and not asked.cursor:
        return render(
            request,
            "history/nothing.html",
            {**page_context(reader, "rounds"), **kept_context(reader), "others": others},
        )
    plain = not asked.filters and asked.cursor is None
    past = [_past(seen) for seen in reversed(page.rounds)] if plain else []
    context = {
        **page_context(reader, "rounds"),
        **kept_context(reader),
        "check_ins": _by_check_in(page, reader),
        "strength": drawing.draw_strength(past, cycles.runs(past)) if past else None,
        "asked": asked,
        "patterns": [(code, labels.pattern_name(code)) for code in PATTERN_CODES],
        "themes": [(theme.code, gettext(theme.label)) for theme in library.THEMES],
        "older": page.older,
        "newer": page.newer,
        "query": _query(asked),
        "others": others,
    }
    return render(request, "history/rounds.html", context)


@require_safe
@own_page
def one_round(request: HttpRequest, user: User, history_id: UUID) -> HttpResponse:
    """Show one round as it was revealed: its map, its story, its exchange."""
    reader, seen = round_or_404(user, history_id)
    _of_work(request, reader)
    told = labels.round_context(seen, reader)
    said = seen.look_backs.get(reader.seat) if reader.seat else None
    now = timezone.now()
    drawn = {
        "people": [{"seat": seat, "name": name} for seat, name in labels.names(reader).items()],
        "moment": {"id": seen.moment, "text": seen.text, "when": seen.when},
        "marks": seen.reveal["marks"],
    }
    context = {
        **page_context(reader, "rounds"),
        "round": told,
        "look_back_said": said is not None,
        "look_back_offered": reader.seat is not None and may_say(user, seen.opened_at, said, now),
        "drawn": drawn,
        "room_words": room_words(),
        "loop_has_no_beginning": gettext(LOOP_HAS_NO_BEGINNING),
        **by_time(now, seen.opened_at + A_NIGHT if user.looks_back else None),
    }
    return render(request, "history/round.html", context)


@require_safe
@own_page
def change(request: HttpRequest, user: User) -> HttpResponse:
    """Show how the cycle changes: counts, trends, and charts with their tables."""
    reader = _reader(request, user, _filter(request.GET, "couple"))
    past = cycles.in_order(countable.past_rounds(reader)) if reader else []
    if reader is None or not past:
        context = {**page_context(reader, "change"), **kept_context(reader)} if reader else {}
        return render(request, "history/nothing.html", context)
    found = cycles.runs(past)
    complete = [run for run in found if run.complete]
    context = {
        **page_context(reader, "change"),
        "strength": drawing.draw_strength(past, found),
        "cycling": drawing.draw_cycling(complete),
        "loops": drawing.draw_loops(found),
        "moved": direction_words.moved_context(trends.trends(past, timezone.now())),
        "reconnecting": drawing.draw_reconnecting(past),
        "relief": drawing.draw_relief(reader),
        "by_month": drawing.draw_by_month(past),
        "ring": charts.ring(),
        "stages": cycles.stages(past, complete),
        "rounds_count": len(past),
    }
    return render(request, "history/change.html", context)


@require_safe
@own_page
def report(request: HttpRequest, user: User) -> HttpResponse:
    """Show the rounds and charts of a chosen period, laid out for printing."""
    asked = _filter(request.GET, "couple", "from", "to")
    reader = _reader(request, user, asked)
    if reader is None:
        return render(request, "history/nothing.html")
    until = asked.until or timezone.localdate()
    since = asked.since or max(until, date.min + REPORTED) - REPORTED
    seen = rounds.rounds_between(reader, HistoryFilter(since=since, until=until), REPORTED_AT_MOST)
    past = [_past(one) for one in seen]
    found = cycles.runs(past)
    context = {
        **page_context(reader, "report"),
        "since": since,
        "until": until,
        "rounds": [labels.round_context(one, reader) for one in seen],
        "full": len(seen) == REPORTED_AT_MOST,
        "strength": drawing.draw_strength(past, found) if past else None,
        "cycling": drawing.draw_cycling([run for run in found if run.complete]),
        "reconnecting": drawing.draw_reconnecting(past),
        "by_month": drawing.draw_by_month(past),
    }
    return render(request, "history/report.html", context)


# Loading.


def _filter(fields: QueryDict, *names: str) -> HistoryFilter:
    """Return the filter in a request's fields, of which only ``names`` are used if given. Raises Http404."""
    given = {name: value for name, value in fields.items() if isinstance(value, str) and name != "csrfmiddlewaretoken"}
    if names:
        given = {name: value for name, value in given.items() if name in names}
    try:
        return filter_from(given)
    except BadQuery:
        raise Http404 from None


def _reader(request: HttpRequest, user: User, asked: HistoryFilter) -> Reader | None:
    try:
        reader = readers.reader_for(user, asked.couple)
    except load.NotFound:
        raise Http404 from None
    return _of_work(request, reader)


def _of_work(request: HttpRequest, reader: Reader | None) -> Reader | None:
    """Say of a page that is about somebody's clients that it is."""
    if reader and reader.seat is None:
        at_work.mark(request)
    return reader


def round_or_404(user: User, history_id: UUID) -> tuple[Reader, VisibleRound]:
    """Return one round that a person may see, and the person as its reader. Raises Http404."""
    try:
        return rounds.one_round(user, history_id)
    except load.NotFound:
        raise Http404 from None


# What the templates are given.


def kept_context(reader: Reader) -> dict[str, Any]:
    """Return since when rounds are kept, how many leave within a month, and whether older ones have gone."""
    leaving = readable.rounds_before(reader, reader.kept_soon).count() if reader.kept_soon else 0
    return {
        "kept_since": reader.kept_since,
        "leaving": leaving,
        "leaving_by": timezone.now() + readers.SOON,
        # Whoever began later has lost nothing.
        "older_went": reader.couple.created_at < reader.kept_since,
        "months": reader.months,
        "own_view": reader.own_view,
        "announced": reader.announced,
        # What has gone and what leaves is told by the day.
        **by_time(timezone.now(), next_midnight(timezone.now())),
    }


def page_context(reader: Reader, here: str) -> dict[str, Any]:
    """Return the context that all pages of the history need: whose history it is, and which page is open."""
    return {
        "people": labels.people(reader),
        "partner_here": reader.seat is not None,
        "own_seat": reader.seat or "",
        "parted": reader.parted,
        "one_has_gone": any(not name for name in reader.names.values()),
        "wordless": bool(reader.wordless),
        "couple_id": reader.couple.id,
        "couple_query": urlencode({"couple": str(reader.couple.id)}),
        "here": here,
    }


def _query(asked: HistoryFilter) -> str:
    fields = {
        "pattern": asked.pattern,
        "theme": asked.theme,
        "from": asked.since.isoformat() if asked.since else "",
        "to": asked.until.isoformat() if asked.until else "",
        "couple": str(asked.couple or ""),
    }
    return urlencode({name: value for name, value in fields.items() if value})


def _by_check_in(page: RoundsPage, reader: Reader) -> list[dict[str, Any]]:
    check_ins: list[dict[str, Any]] = []
    for seen in page.rounds:
        if not check_ins or check_ins[-1]["id"] != seen.place.session_id:
            check_ins.append({"id": seen.place.session_id, "at": seen.place.took_place_at, "rounds": []})
        check_ins[-1]["rounds"].append(labels.round_context(seen, reader))
    return check_ins


def _past(seen: VisibleRound) -> cycles.PastRound:
    """Return the countable part of a round that has been loaded whole."""
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
        when=seen.when,
        reconnected_on=seen.reconnected_on,
        same_loop=seen.same_loop,
        check_in=seen.place.session_id,
    )
