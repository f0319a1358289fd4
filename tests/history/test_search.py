"""Searching the past: own words and shared ones are found, and no others."""

import json
import re
from datetime import datetime, timedelta

import pytest

from sessions.history import rounds
from tests.support.cast.looking_back import api, many, text_of
from tests.support.cast.past import Pair, pair, phone_of, therapist_of

pytestmark = pytest.mark.django_db


def test_it_finds_own_words_and_shared_ones_and_no_others(two: Pair) -> None:
    for person, word, hits in (
        (two.a, "PLUM words", 1),
        (two.a, "plum thought", 1),
        (two.b, "plum words", 1),
        (two.b, "plum thought", 0),
        (two.b, "quince", 1),
        (two.a, "quince thought", 0),
        (two.b, "plum need", 1),
        (two.b, "plum step", 1),
        (two.b, "took longer", 1),
        (two.b, "nowhere", 0),
    ):
        assert len(api(phone_of(person), f"?q={word}")["results"]) == hits, (person.first_name, word)
    tess = phone_of(therapist_of(two, "history"))
    assert api(tess, f"?q=plum thought&couple={two.couple.id}")["results"] == []


def test_words_are_compared_composed_and_without_large_and_small(two: Pair, now: datetime) -> None:
    two.reveal(now - timedelta(days=1), {"reaction": "anxious", "words": "Straße im CAFÉ"})
    for word in ("STRASSE", "cafe\u0301", "  café "):
        assert len(api(phone_of(two.a), f"?q={word}")["results"]) == 1, word


def test_a_search_reads_so_much_and_then_says_where_to_go_on(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SEARCH_LIMIT", 10)
    monkeypatch.setattr(rounds, "SEARCH_BATCH", 4)
    two = pair()
    many(two, 25, now)
    two.reveal(now - timedelta(days=26), moment=None, text="a rare quince")
    phone, address, walked = phone_of(two.a), "/api/v1/history/?q=quince", []
    while address:
        page = json.loads(phone.get(address).content)
        walked.append(len(page["results"]))
        address = page["next"]
    assert walked == [0, 0, 1]


def test_a_search_fills_a_page_before_it_goes_on(now: datetime) -> None:
    two = pair()
    many(two, 25, now)
    first = api(phone_of(two.a), "?q=moment")
    assert (len(first["results"]), bool(first["next"])) == (20, True)
    second = json.loads(phone_of(two.a).get(first["next"]).content)
    assert (len(second["results"]), second["next"]) == (5, None)


def test_the_page_keeps_the_words_out_of_every_address(two: Pair) -> None:
    page = text_of(phone_of(two.a).post("/history/", {"q": "plum words"}))
    assert "past-round" in page
    assert not re.search(r'(href|action)="[^"]*plum', page)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Café crème à la Gare", "cafe creme a la gare"),
        ("cafe creme", "café crème"),
        ("İstanbul \u0131\u015f\u0131k", "istanbul isik"),
        ("istanbul", "İSTANBUL"),
        ("I don\u2019t know", "don't"),
        ("I don't know", "don\u2019t"),
        ("I don\u00b4t know", "don't"),
        ("\u201cgo away\u201d, he said", '"go away"'),
        ("a walk \u2013 alone", "walk - alone"),
        ("first line\r\nsecond line", "line second"),
        ("first line\nsecond line", "line   second"),
        ("no\u00a0break", "no break"),
        ("so\u00adft hy\u200bphen", "soft hyphen"),
        ("o\ufb03ce", "office"),
        ("Żółw", "zolw"),
        ("Ångström", "angstrom"),
        ("тёплый", "теплый"),
        ("Άγγελος", "αγγελος"),
    ],
)
def test_it_finds_words_however_a_keyboard_writes_them(two: Pair, now: datetime, written: str, typed: str) -> None:
    two.reveal(now - timedelta(days=1), moment=None, text=f"quince, {written}, medlar")
    found = json.loads(phone_of(two.a).get("/api/v1/history/", {"q": typed}).content)["results"]
    assert len(found) == 1, (written, typed)
    assert found[0]["moment"]["text"] == f"quince, {written}, medlar", "what was written stays as it was"


def test_what_makes_another_letter_is_no_accent(two: Pair, now: datetime) -> None:
    two.reveal(now - timedelta(days=1), moment=None, text="がき")
    for typed, hits in (("がき", 1), ("かき", 0)):
        assert len(api(phone_of(two.a), f"?q={typed}")["results"]) == hits
