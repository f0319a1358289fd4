"""A copy of many years is put together while it leaves: the same document, no more queries, and never all in memory."""

import asyncio
import gc
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.renderers import JSONRenderer

from accounts.api import streamed
from accounts.api.streamed import StreamedAnswer, json_object
from cycleproject.unreadable import CannotOpen
from sessions.history import rounds
from sessions.history.export import file_response
from sessions.history.readers import readers_of
from sessions.joining import appointments
from sessions.models import LiveSession, Mark, Seat
from sessions.privacy import export
from sessions.store.load import NotFound
from tests.support.cast.api_world import fresh_login
from tests.support.cast.past import Pair, pair, phone_of

EXPORTS = ("me/export/", "history/export/?as=json", "history/export/?as=csv")
# A line break that is none in JSON, a word that a spreadsheet would run, and letters beyond ASCII.
WORDS = "=plum\u2028words\x85 ü"


def several(two: Pair, many: int, *, before: int = 0) -> None:
    """Let a couple have had so many planned check-ins, the newest two days ago, or before those that there are."""
    now = timezone.now()
    for number in range(before, before + many):
        at = now - timedelta(days=2, hours=3 * number)
        one = two.reveal(at, {"reaction": "anxious", "words": WORDS}, needs=("a need", "b need"), steps=("s", "t"))
        LiveSession.objects.filter(pk=one.live_session_id).update(starts_at=at, both_in_at=at)


def taken(two: Pair, path: str) -> tuple[Any, bytes, int]:
    """Return the answer to one who takes a copy, the whole of it, and how many queries it took."""
    headers = {"X-Session-Token": fresh_login(two.a)}
    with CaptureQueriesContext(connection) as asked:
        answer: Any = Client().get(f"/api/v1/{path}", headers=headers)
        text = b"".join(answer)
        # The marks that a test puts around a transaction are not asked for in a real one.
        queries = sum("SAVEPOINT" not in query["sql"] for query in asked)
    assert answer.status_code == 200
    return answer, text, queries


@pytest.mark.django_db
def test_many_take_no_more_queries_than_few_and_pieces_make_the_same_document(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    two = pair()
    several(two, 20)
    few = {path: taken(two, path)[2] for path in EXPORTS}
    several(two, 180, before=20)
    whole = {}
    for path in EXPORTS:
        answer, whole[path], queries = taken(two, path)
        assert queries == few[path], path
        assert isinstance(answer, HttpResponse) and answer["Content-Length"] == str(len(whole[path]))
    told = json.loads(whole["me/export/"])
    assert (len(told["check_ins"]), len(told["appointments"])) == (200, 200), (
        "this test means nothing if they are empty"
    )
    for path in EXPORTS[:2]:
        assert whole[path] == JSONRenderer().render(json.loads(whole[path])), path
    monkeypatch.setattr(streamed, "PIECE", 4096)
    monkeypatch.setattr(export, "CHUNK", 30)
    for path in EXPORTS:
        answer, text, _ = taken(two, path)
        assert isinstance(answer, StreamedAnswer) and not answer.has_header("Content-Length")
        assert answer["Cache-Control"] == "no-store"
        assert text == whole[path], path


@pytest.mark.django_db
def test_the_file_for_a_persons_eyes_is_written_as_one_document() -> None:
    two = pair()
    [reader] = readers_of(two.a.id)
    for many in (0, 3):
        several(two, many)
        [text] = list(file_response(reader, "json"))
        assert text.decode() == json.dumps(json.loads(text), ensure_ascii=False, indent=1)
        assert len(json.loads(text)["rounds"]) == many


@pytest.mark.django_db
def test_no_more_than_a_chunk_is_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    two = pair()
    several(two, 12)
    read: list[int] = []
    chunk = export._chunk

    def counted(seats: list[Seat], *rest: Any) -> Any:
        read.append(len(seats))
        return chunk(seats, *rest)

    monkeypatch.setattr(export, "CHUNK", 5)
    monkeypatch.setattr(export, "_chunk", counted)
    check_ins = export.check_ins_of(two.a.id, timezone.now())
    for taken_out, expected in ((1, [5]), (4, [5]), (1, [5, 5]), (6, [5, 5, 2])):
        for _ in range(taken_out):
            next(check_ins)
        assert read == expected


@pytest.mark.django_db
@pytest.mark.parametrize("loaded", ["check-ins", "history"])
def test_what_has_been_read_is_let_go_of_without_waiting_for_garbage_to_be_collected(
    monkeypatch: pytest.MonkeyPatch, loaded: str
) -> None:
    two = pair()
    several(two, 24)
    two.rounds.clear()
    monkeypatch.setattr(export, "CHUNK", 4)
    monkeypatch.setattr(rounds, "SEARCH_BATCH", 4)
    [reader] = readers_of(two.a.id)
    read = export.check_ins_of(two.a.id, timezone.now()) if loaded == "check-ins" else rounds.all_rounds(reader)
    gc.collect()
    gc.disable()
    try:
        alive = []
        for _ in read:
            alive.append(sum(isinstance(one, Mark) for one in gc.get_objects()))
    finally:
        gc.enable()
    assert len(alive) == 24
    assert max(alive) <= 2 * 4 * 2, "of two chunks at most, with two marks each"


@pytest.mark.django_db
def test_who_may_is_asked_and_the_beginning_made_before_the_first_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    two = pair()
    several(two, 1)
    answer, _, _ = taken(two, "me/export/")
    assert answer["Content-Type"] == "application/json"

    def fails(*_: Any) -> Iterator[Any]:
        raise CannotOpen("a key is lost")

    monkeypatch.setattr(export, "_chunk", fails)
    told = {}
    for token in (fresh_login(two.a), str(phone_of(two.a).session.token)):
        refused = Client().get("/api/v1/me/export/", headers={"X-Session-Token": token})
        assert refused["Content-Type"] == "application/problem+json"
        told[refused.json()["code"]] = refused.content
    assert set(told) == {"content.cannot_open", "login.not_fresh"}


def test_a_server_takes_piece_by_piece_and_makes_none_before_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed, "PIECE", 10)
    made: list[int] = []

    def items() -> Iterator[str]:
        for number in range(6):
            made.append(number)
            yield f"item {number}"

    answer = streamed.streamed(json_object({"before": None, "items": items(), "after": {}}), "application/json")

    async def served() -> list[bytes]:
        assert len(made) < 3, "only the beginning is made ahead"
        pieces = []
        async for piece in aiter(answer):  # type: ignore[arg-type]
            pieces.append(piece)
            assert len(made) <= len(pieces) + 2
        return pieces

    pieces = asyncio.run(served())
    assert len(pieces) > 5
    assert (
        b"".join(pieces)
        == b'{"before":null,"items":[' + b",".join(b'"item %d"' % n for n in range(6)) + b'],"after":{}}'
    )


@pytest.mark.django_db
def test_an_appointment_is_found_among_all_where_it_is_found_alone() -> None:
    """Whether one reads of it hangs on what it is now, on one's seat, and on whether the two are together."""
    two, now = pair(), timezone.now()
    several(two, 4)
    kept, left, never_sat, mine = LiveSession.objects.order_by("starts_at")
    Seat.objects.filter(live_session=left, user=two.a).update(left_at=now)
    Seat.objects.filter(live_session__in=[never_sat], user=two.a).delete()
    LiveSession.objects.filter(pk=mine.pk).update(starts_at=now + timedelta(days=1))
    Seat.objects.filter(live_session=mine).delete()
    ids = list(LiveSession.objects.order_by("starts_at").values_list("id", flat=True))
    for ana_left in (None, now):
        two.couple.memberships.filter(user=two.a).update(left_at=ana_left)
        for person in (two.a, two.b):
            alone = []
            for session_id in ids:
                try:
                    alone.append(appointments.find(person, session_id, now))
                except NotFound:
                    continue
            assert [(one.live_session.id, one.reader, one.state(now)) for one in appointments.all_of(person, now)] == [
                (one.live_session.id, one.reader, one.state(now)) for one in alone
            ]
            assert (left.id in {one.live_session.id for one in alone}) == (person == two.b)
    assert kept.id in ids
