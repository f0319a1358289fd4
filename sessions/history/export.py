"""Export of one partner's history: their marks in full, moments, patterns, their needs and steps.

Of the other it has the revealed reaction and intensity alone: a file can be passed on, and what the other shared was
shared with one person.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final

from django.http.response import HttpResponseBase

from accounts.api.streamed import streamed
from sessions.checkin import details
from sessions.checkin.state import Partner, other
from sessions.history.readable import VisibleRound
from sessions.history.readers import Reader
from sessions.history.rounds import all_rounds

# What a spreadsheet would take for a formula, and run; wide and small forms of them are found by their plain ones.
FORMULA_SIGNS: Final = ("=", "+", "-", "\u2212", "@", "\t", "\r", "\n")
# What nobody sees, and what some programs skip: marks and blanks of every kind, and letters that are blanks.
UNSEEN: Final = ("Cf", "Mn", "Me", "Zs", "Zl", "Zp")
BLANK_LETTERS: Final = "\u115f\u1160\u2800\u3164\uffa0"
# A file of its own says by this that it is Unicode: spreadsheets take it for something else otherwise.
BYTE_ORDER_MARK: Final = "\ufeff"
MARK_COLUMNS: Final = ("reaction", "intensity", *details.NAMES, "share")
COLUMNS: Final = (
    "opened_at",
    "moment",
    "theme",
    "size",
    "pattern",
    "pattern_name",
    *(f"mark_{name}" for name in MARK_COLUMNS),
    "other_reaction",
    "other_intensity",
    "fits",
    "need",
    "step",
    "step_tried",
    "reconnected_at",
    "relief",
    "when",
    "reconnected_on",
    "same_loop",
    "you_said_same",
    "look_back",
    "look_back_line",
    "look_back_shared",
    "heard_words",
)


def own_round(seen: VisibleRound, seat: Partner) -> dict[str, Any]:
    """Return one round as the partner on this seat may export it."""
    pattern, marks = seen.reveal["pattern"], seen.reveal["marks"]
    theirs = marks[other(seat)]
    step = seen.steps.get(seat)
    return {
        "opened_at": _iso(seen.opened_at),
        "moment": seen.text,
        "theme": seen.theme,
        "size": seen.size,
        "pattern": pattern["code"],
        "pattern_name": pattern["name"],
        "mark": dict(marks[seat]),
        "other": {"reaction": theirs["reaction"], "intensity": theirs["intensity"]},
        "fits": seen.reveal["fits"][seat],
        "need": seen.needs.get(seat),
        "step": {"text": step.text, "tried": step.tried or None} if step else None,
        "reconnected_at": _iso(seen.reconnected_at) if seen.reconnected_at else None,
        "relief": seen.relief,
        "when": seen.when,
        "reconnected_on": seen.reconnected_on.isoformat() if seen.reconnected_on else None,
        "same_loop": seen.same_loop or None,
        "you_said_same": seen.said_same,
        "look_back": seen.look_backs.get(seat),
        "heard_words": seen.heard_words.get(seat),
    }


def file_response(reader: Reader, form: str, *, for_a_program: bool = False) -> HttpResponseBase:
    """Return one's own rounds as a file. A program reads from the answer itself that it is in UTF-8."""
    assert reader.seat is not None, "only partners take anything along"
    seat = reader.seat
    rounds = (own_round(seen, seat) for seen in all_rounds(reader))
    if form == "csv":
        mark = "" if for_a_program else BYTE_ORDER_MARK
        text: Iterable[str] = chain((mark,), as_csv(rounds))
        content_type = "text/csv; charset=utf-8"
    else:
        text, content_type = _as_json(rounds), "application/json"
    answer = streamed((part.encode() for part in text), content_type)
    answer["Content-Disposition"] = f'attachment; filename="export.{form}"'
    return answer


def as_csv(rounds: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of exported rounds as CSV, with cells escaped that a spreadsheet would run as formulas."""
    yield _line(COLUMNS)
    for one in rounds:
        yield _line([escape_formula(_cell(_value(one, column))) for column in COLUMNS])


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow(cells)
    return text.getvalue()


def _as_json(rounds: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield exported rounds as JSON for a person's eyes: one line for each thing that is said."""
    yield '{\n "format": "cycle-history-1",\n "rounds": ['
    before = "\n"
    for one in rounds:
        # In JSON a text has no such line break of its own; it may have others, which are left as they are.
        yield before + "  " + json.dumps(one, ensure_ascii=False, indent=1).replace("\n", "\n  ")
        before = ",\n"
    yield "]\n}" if before == "\n" else "\n ]\n}"


def escape_formula(cell: str) -> str:
    """Return a cell that a spreadsheet takes for text, whatever it begins with."""
    begins = next((character for character in cell if character in FORMULA_SIGNS or not _is_unseen(character)), "")
    return f"'{cell}" if unicodedata.normalize("NFKC", begins) in FORMULA_SIGNS else cell


def _is_unseen(character: str) -> bool:
    return character in BLANK_LETTERS or unicodedata.category(character) in UNSEEN


def _value(one: Mapping[str, Any], column: str) -> Any:
    match column.split("_", 1):
        case ["mark", name]:
            return one["mark"].get(name)
        case ["other", name]:
            return one["other"][name]
        case ["step", "tried"]:
            return one["step"] and one["step"]["tried"]
        case ["step"]:
            return one["step"] and one["step"]["text"]
        case ["look", "back"]:
            return one["look_back"] and one["look_back"]["feeling"]
        case ["look", name]:
            return one["look_back"] and one["look_back"][name.removeprefix("back_")]
    return one[column]


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return " ".join(map(str, value))
    return str(value)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
