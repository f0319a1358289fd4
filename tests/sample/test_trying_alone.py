"""A round can be tried alone: a real reveal against a scripted partner, and nothing of it is kept."""

import json
import re
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.test import Client
from pytest_django import Settings

from sessions.checkin.patterns import PATTERN_OF_PAIR, REACTIONS
from sessions.sample.round import NAMES, SCRIPTED, revealed
from sessions.words.patterns import PATTERNS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def rows() -> dict[str, int]:
    """Return how many rows each table holds."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


@pytest.mark.parametrize("reaction", REACTIONS)
def test_the_rules_of_a_check_in_name_what_the_two_marks_do_together(reaction: str) -> None:
    page = Client().post("/try/", {"reaction": reaction, "intensity": "4"}).content.decode()
    pattern = PATTERNS[PATTERN_OF_PAIR[frozenset({reaction, SCRIPTED.reaction})]]  # type: ignore[arg-type]
    [named] = re.findall(r'data-testid="pattern-name">([^<]+)<', page)
    assert named == pattern.name
    drawn = json.loads(re.findall(r'id="past-round" type="application/json">(.+?)</script>', page)[0])
    assert drawn["marks"] == {
        "a": {"reaction": reaction, "intensity": 4},
        "b": {"reaction": SCRIPTED.reaction, "intensity": SCRIPTED.intensity},
    }


def test_both_names_stand_in_the_loop_and_none_is_left_out() -> None:
    told = revealed("anxious", 4, NOW)["round"]
    assert all(name in told["loop"] for name in NAMES.values())
    assert "{" not in told["loop"]
    assert revealed("steady", 1, NOW)["round"]["loop"] == ""


def test_every_page_of_it_says_that_it_is_a_sample_and_leads_on() -> None:
    visitor = Client()
    marking = visitor.get("/try/").content.decode()
    opened = visitor.post("/try/", {"reaction": "steady", "intensity": "1"}).content.decode()
    for page in (marking, opened):
        [said] = re.findall(r'data-testid="sample-note">(.+?)</p>', page, re.DOTALL)
        assert "This is a sample." in said
        assert "scripted" in said
        assert "Nothing" in said
    assert 'name="first_name"' not in marking
    assert 'data-testid="start-check-in"' in opened
    assert 'href="/try/"' in visitor.get("/").content.decode()


def test_nothing_of_it_is_stored_and_nobody_is_logged_in() -> None:
    before, visitor = rows(), Client()
    visitor.get("/try/")
    visitor.post("/try/", {"reaction": "both", "intensity": "5"})
    assert rows() == before
    assert "session" not in visitor.cookies


@pytest.mark.parametrize(
    "mark", [{}, {"reaction": "anxious"}, {"intensity": "3"}, {"reaction": "sad", "intensity": "9"}]
)
def test_what_is_missing_is_asked_for(mark: dict[str, str]) -> None:
    answer = Client().post("/try/", mark)
    assert answer.status_code == 400
    assert "Choose one of the four, and how strong it felt." in answer.content.decode()


def test_it_is_limited_by_address(settings: Settings) -> None:
    settings.JOIN_RATE = 2
    visitor = Client(REMOTE_ADDR="203.0.113.77")
    mark = {"reaction": "both", "intensity": "5"}
    assert [visitor.post("/try/", mark).status_code for _ in range(3)] == [200, 200, 429]
    assert visitor.get("/try/").status_code == 200
