"""What the pages draw of the figures: charts for a wide screen and for a phone, each with its table in words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.utils import timezone

from sessions.history import labels as words
from sessions.history import rounds as history
from sessions.history.figures import charts, cycles, line_charts, trends
from sessions.history.readers import Reader


def strength_drawn(past: list[cycles.PastRound], found: Sequence[cycles.Run]) -> dict[str, Any]:
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


def reconnecting_drawn(past: list[cycles.PastRound]) -> dict[str, Any] | None:
    spells = [(one.opened_at, took) for one in past if (took := one.time_to_reconnect)]
    if not spells:
        return None
    return _lines(
        spells, line_charts.reconnecting_chart, lambda seconds: words.spell(timedelta(seconds=seconds)), words.spell
    )


def relief_drawn(reader: Reader) -> dict[str, Any] | None:
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


def by_month_drawn(past: list[cycles.PastRound]) -> dict[str, Any]:
    here = [replace(one, opened_at=timezone.localtime(one.opened_at)) for one in past]
    table = charts.patterns_by_month(here)
    return {
        "months": table.months,
        "rows": [{"name": words.pattern_name(code), "dots": dots} for code, dots in table.rows],
    }


def cycling_drawn(complete: Sequence[cycles.Run]) -> dict[str, Any]:
    found = trends.cycling(complete)
    return {
        "count": found.count,
        "too_early": found.too_early,
        "rounds": f"{found.rounds:g}" if found.rounds else "",
        "length": words.spell(found.length),
        "gap": words.spell(found.gap),
    }
