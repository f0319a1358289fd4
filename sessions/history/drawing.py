"""Template contexts of the charts: each for a wide screen and for a phone, and as a table in words."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from sessions.history import labels
from sessions.history.figures import charts, cycles, line_charts, trends
from sessions.history.own import marks as own_marks
from sessions.history.readers import Reader

# More of them would make the page a list.
LOOPS: Final = 6


def draw_strength(past: list[cycles.PastRound], found: Sequence[cycles.Run]) -> dict[str, Any]:
    """Return the chart of how strong each round was for both, with bands behind linked rounds."""
    linked = trends.linked(found)
    shown = past[-charts.WIDE.slots :]
    return {
        "dates": _dates([one.opened_at for one in shown]),
        "back": sum(one.reconnected_at is not None for one in shown),
        "charts": [
            ("wide", charts.strength_chart(past, linked, charts.WIDE)),
            ("phone", charts.strength_chart(past, linked, charts.PHONE)),
        ],
        "weakest": labels.strength(charts.STRENGTHS[0]),
        "strongest": labels.strength(charts.STRENGTHS[-1]),
        "rows": [
            {
                "at": one.opened_at,
                "pulls": [
                    {"pull": labels.pull(reaction), "strength": labels.strength(intensity)}
                    for reaction, intensity in zip(one.reactions, one.intensities, strict=True)
                ],
                "back": labels.back_words(one),
            }
            for one in reversed(shown)
        ],
    }


def draw_reconnecting(past: list[cycles.PastRound]) -> dict[str, Any] | None:
    """Return the chart of how long it took to be back in contact; None without a value."""
    spells = [(one.opened_at, took) for one in past if (took := one.time_to_reconnect)]
    if not spells:
        return None
    return _lines(
        spells,
        line_charts.reconnecting_chart,
        lambda seconds: labels.duration_words(timedelta(seconds=seconds)),
        labels.duration_words,
    )


def draw_relief(reader: Reader) -> dict[str, Any] | None:
    """Return the chart of the reader's own relief; None without a value."""
    reliefs = own_marks.own_reliefs(reader, line_charts.LINE_WIDE.slots)
    return _lines(reliefs, line_charts.relief_chart, labels.relief_word, labels.relief_word) if reliefs else None


def _lines(
    values: Any, chart: Callable[..., Any], tick: Callable[[Any], str], say: Callable[[Any], str]
) -> dict[str, Any]:
    drawn = [("wide", chart(values, line_charts.LINE_WIDE)), ("phone", chart(values, line_charts.LINE_PHONE))]
    shown = [value for _, value in values[-line_charts.LINE_WIDE.slots :]]
    return {
        "dates": _dates([at for at, _ in values[-line_charts.LINE_WIDE.slots :]]),
        "last": say(shown[-1]),
        "between": (say(min(shown)), say(max(shown))) if len(shown) > 1 else None,
        "charts": [
            (name, one, [{"y": mark.y, "label": tick(mark.value)} for mark in one.ticks]) for name, one in drawn
        ],
        "rows": [{"at": at, "value": say(value)} for at, value in reversed(values[-line_charts.LINE_WIDE.slots :])],
    }


def _dates(moments: Sequence[datetime]) -> str:
    """Return how moments beside each other are told apart: by their day, or by the hour where all are of one day."""
    days = {timezone.localtime(at).date() for at in moments}
    return "H:i" if len(days) == 1 < len(moments) else "j M"


def draw_by_month(past: list[cycles.PastRound]) -> dict[str, Any]:
    """Return the table of patterns by month, in the months of the reader's clock."""
    table = charts.patterns_by_month(past, timezone.get_current_timezone())
    return {
        "months": table.months,
        "rows": [{"name": labels.pattern_name(code), "dots": dots} for code, dots in table.rows],
    }


def draw_loops(found: Sequence[cycles.Run]) -> list[dict[str, Any]]:
    """Return the newest loops that went on, came to contact or came again, newest first, with their stages."""
    told = [run for run in found if len(run.rounds) > 1 or run.reconnected_by]
    return [
        {
            "began": run.rounds[0],
            "went_on": run.rounds[1:],
            "back": run.reconnected_by,
            "back_day": run.reconnected_by and (run.reconnected_by.reconnected_on or run.reconnected_at),
            "again": run.repeated_by,
            "said": run.link == "said",
        }
        for run in reversed(told[-LOOPS:])
    ]


def draw_cycling(complete: Sequence[cycles.Run]) -> dict[str, Any]:
    """Return how many complete cycles there are, and how they usually go, in words."""
    found = trends.cycling(complete)
    return {
        "count": found.count,
        "said": sum(run.link == "said" for run in complete),
        "too_early": found.too_early,
        "rounds": f"{found.rounds:g}" if found.rounds else "",
        "length": labels.duration_words(found.length),
        "gap": labels.duration_words(found.gap),
        "time_to_reconnect": labels.duration_words(found.time_to_reconnect),
    }
