"""The pages on which a couple looks back. What may be seen is decided where it is loaded; here it is only shown."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.my_part.access import own
from sessions import charts, cycles, erasure, history, history_readers, library, line_charts, records, trends, wording
from sessions import history_words as words
from sessions.history import Page, Seen
from sessions.history_query import Asked, Unreadable, asked_by
from sessions.history_readers import Reader
from sessions.patterns import PATTERN_CODES
from sessions.room_page import room_words
from sessions.state import PARTNERS

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
        for half in (history_readers.other_histories(user, reader) if reader.seat else ())
    ]
    if not page.rounds and not asked.filters and not asked.cursor:
        return render(request, "history/nothing.html", {**frame(reader, "rounds"), "others": others})
    plain = not asked.filters and asked.cursor is None
    past = [_past(seen) for seen in reversed(page.rounds)] if plain else []
    context = {
        **frame(reader, "rounds"),
        "check_ins": _by_check_in(page, reader),
        "strength": _strength(past, cycles.runs(past)) if past else None,
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
    reader, seen = _found(user, history_id)
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
        "loop_has_no_beginning": gettext(wording.LOOP_HAS_NO_BEGINNING),
    }
    return render(request, "history/round.html", context)


@require_http_methods(["GET", "POST"])
@own
def erase(request: HttpRequest, user: User, history_id: UUID) -> HttpResponse:
    """Erase one's own words in one round, after saying what that means."""
    reader, seen = _found(user, history_id)
    if reader.seat is None:
        raise Http404
    if request.method == "POST":
        erasure.erase_own_words(history_id, reader.seat)
        return redirect("history_round", history_id)
    return render(request, "history/erase.html", {**frame(reader, "rounds"), "round": words.told(seen, reader)})


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
        "strength": _strength(past, found),
        "cycling": _cycling(complete),
        "trends": trends.trends(past),
        "reconnecting": _reconnecting(past),
        "relief": _relief(reader),
        "by_month": _by_month(past),
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
        "strength": _strength(past, found) if past else None,
        "cycling": _cycling([run for run in found if run.complete]),
        "reconnecting": _reconnecting(past),
        "by_month": _by_month(past),
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
        return history_readers.reader_for(user, asked.couple)
    except records.NotFound:
        raise Http404 from None


def _found(user: User, history_id: UUID) -> tuple[Reader, Seen]:
    try:
        return history.one_round(user, history_id)
    except records.NotFound:
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


def _strength(past: list[cycles.PastRound], found: Sequence[cycles.Run]) -> dict[str, Any]:
    linked = trends.linked(found)
    shown = past[-charts.WIDE.slots :]
    return {
        "charts": [
            ("wide", charts.strength_chart(past, linked, charts.WIDE)),
            ("phone", charts.strength_chart(past, linked, charts.PHONE)),
        ],
        "weakest": words.strength(charts.STRENGTHS[0]),
        "strongest": words.strength(charts.STRENGTHS[-1]),
        "rows": [
            {
                "at": one.opened_at,
                "pulls": [
                    {"pull": words.pull(reaction), "strength": words.strength(intensity)}
                    for reaction, intensity in zip(one.reactions, one.intensities, strict=True)
                ],
                "back": words.spell(one.time_to_reconnect),
            }
            for one in reversed(shown)
        ],
    }


def _reconnecting(past: list[cycles.PastRound]) -> dict[str, Any] | None:
    spells = [(one.opened_at, took) for one in past if (took := one.time_to_reconnect)]
    if not spells:
        return None
    return _lines(
        spells, line_charts.reconnecting_chart, lambda seconds: words.spell(timedelta(seconds=seconds)), words.spell
    )


def _relief(reader: Reader) -> dict[str, Any] | None:
    reliefs = history.own_reliefs(reader, line_charts.LINE_WIDE.slots)
    return _lines(reliefs, line_charts.relief_chart, words.relief_word, words.relief_word) if reliefs else None


def _lines(
    values: Any, chart: Callable[..., Any], tick: Callable[[Any], str], say: Callable[[Any], str]
) -> dict[str, Any]:
    drawn = [("wide", chart(values, line_charts.LINE_WIDE)), ("phone", chart(values, line_charts.LINE_PHONE))]
    return {
        "charts": [
            (name, one, [{"y": mark.y, "label": tick(mark.value)} for mark in one.ticks]) for name, one in drawn
        ],
        "rows": [{"at": at, "value": say(value)} for at, value in reversed(values[-line_charts.LINE_WIDE.slots :])],
    }


def _by_month(past: list[cycles.PastRound]) -> dict[str, Any]:
    here = [replace(one, opened_at=timezone.localtime(one.opened_at)) for one in past]
    table = charts.patterns_by_month(here)
    return {
        "months": table.months,
        "rows": [{"name": words.pattern_name(code), "dots": dots} for code, dots in table.rows],
    }


def _cycling(complete: Sequence[cycles.Run]) -> dict[str, Any]:
    found = trends.cycling(complete)
    return {
        "count": found.count,
        "too_early": found.too_early,
        "rounds": f"{found.rounds:g}" if found.rounds else "",
        "length": words.spell(found.length),
        "gap": words.spell(found.gap),
        "time_to_reconnect": words.spell(found.time_to_reconnect),
    }
