"""What differs from one run to the next (ids, tokens, codes, times) and the placeholders that stand for it on paper.

``<id 1>`` is the first id that was met, ``<token 1>`` the first token, ``<time +90>Z`` is ninety seconds after the
recording began. The same placeholder is the same value everywhere in one recording, and two are never the same.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?"
# What a value of each kind looks like, as far as clients may rely on it.
KINDS = {
    "id": UUID,
    "token": r"[\w-]{20,}",
    "code": r"[A-Z]{6}",
    "key": r"\w{16,}",
    "invitation": r"[\w-]{16,}",
    "cursor": r"[\w%=.~-]+",
    "csrf": r"\w{32,}",
    "version": r"\w{1,64}",
    "once": INSTANT,
}
ORIGIN = r"https?://[^/\s\"]+"

PLACEHOLDER = re.compile(r"<(?P<kind>[a-z]+)(?: (?P<which>[^<>]+))?>")
MOMENT = re.compile(rf"({INSTANT})(?=Z|\+00:00)")
DAY = re.compile(r"\b(\d{4}-\d\d-\d\d)\b(?!T)")
MONTH = re.compile(r"\b(\d{4}-\d\d)\b(?!-)")

Outgoing = Callable[[str], str]


class Placeholders:
    """The values that placeholders stand for in one run of one recording."""

    def __init__(self, begins: datetime, origin: str, outgoing: dict[str, Outgoing] | None = None) -> None:
        self.begins = begins
        self.origin = origin
        # What a client works out for itself, such as the code that an app shows.
        self._outgoing = outgoing or {}
        self._values: dict[str, str] = {}

    def bound(self, value: str) -> bool:
        """Tell whether some placeholder stands for a value."""
        return value in self._values.values()

    def bind(self, placeholder: str, value: str) -> None:
        """Let a placeholder stand for a value."""
        self._values[placeholder] = value

    def learn(self, kind: str, value: str) -> None:
        """Let the one placeholder of a kind that is told beside an answer stand for a value."""
        self._values[f"<{kind} 1>"] = value

    # Recording: a value is replaced by its placeholder.

    def name(self, kind: str, value: str) -> None:
        """Let the next placeholder of a kind stand for a value, unless one does."""
        if not self.bound(value):
            number = sum(placeholder.startswith(f"<{kind} ") for placeholder in self._values) + 1
            self.bind(f"<{kind} {number}>", value)

    def sent(self, value: Any) -> Any:
        """Return a JSON value that is sent as it is written down: what was received before has a placeholder."""
        return _everywhere(self._known, value)

    def received(self, value: Any) -> Any:
        """Return a JSON value that is received as it is written down: whatever is new gets a placeholder."""
        return _everywhere(self._written, value)

    def _known(self, text: str) -> str:
        for placeholder, value in sorted(self._values.items(), key=lambda item: -len(item[1])):
            text = text.replace(value, placeholder)
        return text

    def _written(self, text: str) -> str:
        for found in re.findall(UUID, text):
            self.name("id", found)
        text = re.sub(rf"^{ORIGIN}", "<origin>", self._known(text))
        text = MOMENT.sub(self._moment, text)
        text = DAY.sub(lambda found: f"<day {self._days(found[1]):+d}>", text)
        return MONTH.sub(lambda found: f"<month {self._months(found[1]):+d}>", text)

    def _moment(self, found: re.Match[str]) -> str:
        offset = (datetime.fromisoformat(found[1]).replace(tzinfo=UTC) - self.begins).total_seconds()
        if offset >= 0:
            return f"<time {offset:+.15g}>"
        # What was there before the recording began is older or younger on another day.
        self.name("once", found[1])
        return self._known(found[1])

    def _days(self, text: str) -> int:
        return (datetime.fromisoformat(text).date() - self.begins.date()).days

    def _months(self, text: str) -> int:
        year, month = map(int, text.split("-"))
        return (year - self.begins.year) * 12 + month - self.begins.month

    # Playing: a placeholder is filled in, or matched with what comes.

    def filled(self, value: Any) -> Any:
        """Return a written JSON value with its placeholders filled in, to be sent."""
        return _everywhere(lambda text: PLACEHOLDER.sub(self._value, text), value)

    def matches(self, written: str, text: str) -> bool:
        """Tell whether a text is what was written; what a new placeholder stands for is learned from it."""
        pattern, groups, at = "", {}, 0
        for number, found in enumerate(PLACEHOLDER.finditer(written)):
            pattern += re.escape(written[at : found.start()])
            at = found.end()
            if found["kind"] in KINDS and found[0] not in self._values:
                groups[f"new{number}"] = found[0]
                pattern += f"(?P<new{number}>{KINDS[found['kind']]})"
            else:
                pattern += ORIGIN if found["kind"] == "origin" else re.escape(self._value(found))
        matched = re.fullmatch(pattern + re.escape(written[at:]), text, re.DOTALL)
        if matched is None or any(self.bound(matched[group]) for group in groups):
            return False
        for group, placeholder in groups.items():
            self.bind(placeholder, matched[group])
        return True

    def _value(self, found: re.Match[str]) -> str:
        kind, which = found["kind"], found["which"] or ""
        match kind:
            case "origin":
                return self.origin
            case "time":
                return (self.begins + timedelta(seconds=float(which))).isoformat().removesuffix("+00:00")
            case "day":
                return (self.begins.date() + timedelta(days=int(which))).isoformat()
            case "month":
                months = self.begins.year * 12 + self.begins.month - 1 + int(which)
                return f"{months // 12:04}-{months % 12 + 1:02}"
            case "typed":  # a code as somebody types it
                code = self._values[f"<code {which}>"].lower()
                return f"{code[:3]}-{code[3:]}"
            case "filler":
                return "x" * int(which)
        return self._outgoing[kind](which) if kind in self._outgoing else self._values[found[0]]


def _everywhere(change: Callable[[str], str], value: Any) -> Any:
    """Return a JSON value with every text in it changed, keys included."""
    if isinstance(value, dict):
        return {change(key): _everywhere(change, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_everywhere(change, one) for one in value]
    return change(value) if isinstance(value, str) else value
