"""Clients that were recorded in the past go on working: what they were answered then is what they are answered now."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.contract.replay.compare import Comparison
from tests.contract.replay.placeholders import Placeholders
from tests.contract.replay.player import Player, Recording, recordings
from tests.contract.replay.stage import Stage
from tests.support.routes import api_routes
from tests.support.servers.cycle import ROOT


class Stages:
    """The servers of all recordings: those that want the same share one."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._running: dict[str, Stage] = {}

    def for_recording(self, recording: Recording) -> Stage:
        """Return a server that is as a recording wants it."""
        wanted = str(sorted(recording.wanted.items()))
        if wanted not in self._running:
            alike = [one.name for one in recordings() if one.wanted == recording.wanted]
            self._running[wanted] = stage = Stage(alike, recording.wanted)
            self._open.callback(stage.close)
        return self._running[wanted]

    def close(self) -> None:
        """Stop all of them."""
        self._open.close()


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """Return the servers to play on."""
    servers = Stages()
    yield servers
    servers.close()


# The eyes of these tests.

RECORDED = {"id": "<id 1>", "who": [{"seat": "a", "here": True}], "can": ["end", "sync"], "at": "<time +15>Z"}
HERS, HIS = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
GIVEN = {"id": HERS, "who": [{"seat": "a", "here": True}], "can": ["end", "sync"], "at": "2026-02-02T18:00:15Z"}


def differences(*given: Any) -> list[str]:
    """Compare answers, one after the other, with what was recorded."""
    begins = datetime(2026, 2, 2, 18, tzinfo=UTC)
    comparison = Comparison(Placeholders(begins, "http://127.0.0.1:8000", {}))
    return [found for one in given for found in comparison.differences(RECORDED, one, "answer")]


def test_it_lets_the_contract_grow() -> None:
    more = {"seat": "a", "here": True, "mood": "calm"}
    assert differences(GIVEN, {**GIVEN, "who": [more], "can": ["end", "pause", "sync"], "new": 1}) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"who": [{"seat": "a", "present": True}]},
        {"who": [{"seat": "a", "here": 1}]},
        {"who": [{"seat": "b", "here": True}]},
        {"who": []},
        {"who": [{"seat": "a", "here": True}] * 2},
        {"who": None},
        {"can": ["sync", "end"]},
        {"can": ["sync"]},
        {"id": "one"},
        {"at": "2026-02-02T18:00:16Z"},
        {"at": "2026-02-02T18:00:15+00:00"},
    ],
    ids=str,
)
def test_it_sees_what_is_renamed_or_changed_or_gone(changed: dict[str, Any]) -> None:
    assert differences({**GIVEN, **changed})


def test_it_sees_that_an_id_is_another_one() -> None:
    assert differences(GIVEN, {**GIVEN, "id": HIS})


# What was recorded.


# A listener ended a speaker's turn in two places, and could open the next round over it; since then only the speaker, a
# host or the time ends it. Coming and going is shown sooner: here it comes before the end of the process. Whoever has
# to wait is told for how long, truly.
CHANGED_ON_PURPOSE = (
    "limits.jsonl:43: POST /api/v1/start/: headers.Retry-After was '600' and is '597'",
    'limits.jsonl:68: Ben\'s tab 1\'s socket had 1012 next, and has \'{"type":"snapshot"',
    "guests.jsonl:167: Ana receives.session.can holds 'turn.end' no longer",
    "guests.jsonl:167: Ana receives.session.can holds 'round.open' no longer",
    "rest.jsonl:51: POST /api/v1/sessions/<id 1>/commands/ was answered 200 and is answered 403",
)


@pytest.mark.parametrize("recording", recordings(), ids=str)
def test_a_recorded_client_is_answered_as_it_was(stages: Stages, recording: Recording) -> None:
    found = Player(recording, stages.for_recording(recording)).play()
    assert [one for one in found if not one.startswith(CHANGED_ON_PURPOSE)] == []


# Whatever the contract offers is in some recording: what has come to it since has to be recorded, too.

PROTOCOL = (ROOT / "docs/protocol.md").read_text(encoding="utf-8")
EVENTS = [event for recording in recordings() for event in recording.events]
# What a recording cannot bring about: a database that is away, a thousand notes, a key that is lost.
NEVER_REFUSED_WITH = {"service.unavailable", "notes.full", "content.cannot_open"}


def first_cells(heading: str) -> set[str]:
    """Return what the first column of a table in docs/protocol.md names."""
    section = PROTOCOL.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"^`?([a-z_]+\.[a-z_]+|sync|\d{4})`?", cell)}


def sent() -> list[dict[str, Any]]:
    """Return every frame that a recorded client sends, over either transport."""
    return [event.get("send") or event.get("body") or {} for event in EVENTS]


def told() -> list[dict[str, Any]]:
    """Return everything that a recorded client is told, over either transport."""
    answers = [event.get("receive") or event.get("answer") for event in EVENTS]
    return [answer for answer in answers if isinstance(answer, dict)]


def test_every_command_is_recorded() -> None:
    commands = first_cells("Commands")
    assert len(commands) >= 19
    assert commands <= {frame.get("type") for frame in sent()}


def test_every_operation_is_recorded() -> None:
    asked = {event["ask"].partition("?")[0] for event in EVENTS if event.get("status") in (200, 201, 204)}
    for route in api_routes():
        pattern = re.sub(r"<.*?>", "[^/]+", f"{route.method} /{route.pattern}")
        assert any(re.fullmatch(pattern, one) for one in asked), f"{route} is in no recording"


def test_every_refusal_is_recorded() -> None:
    codes = first_cells("Codes of refusal")
    assert len(codes) >= 29
    assert codes - NEVER_REFUSED_WITH <= {answer.get("code") for answer in told()}


def test_every_code_of_closing_is_recorded() -> None:
    codes = first_cells("Connecting")
    assert len(codes) >= 11
    assert codes <= {str(event.get("closed")) for event in EVENTS}
