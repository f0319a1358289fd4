"""The charts say when a round was as it can be told apart from the others beside it."""

import re

import pytest
from django.template.loader import render_to_string

from sessions.history import drawing
from tests.support.cast.past import past

PEOPLE = [{"seat": "a", "name": "Ana"}, {"seat": "b", "name": "Ben"}]


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        ([0], ["1 Mar"]),
        ([0, 0.02], ["18:00", "18:28"]),
        ([0, 1], ["1 Mar", "2 Mar"]),
        ([0, 0.02, 1], ["1 Mar", "1 Mar", "2 Mar"]),
    ],
)
def test_rounds_of_one_day_stand_under_their_hours_and_others_under_their_days(
    days: list[float], shown: list[str]
) -> None:
    rounds = [past(day, "anxious", "avoidant", back=0.01) for day in days]
    strength = drawing.draw_strength(rounds, [])
    reconnecting = drawing.draw_reconnecting(rounds)
    assert reconnecting is not None and strength["dates"] == reconnecting["dates"]
    page = render_to_string("history/partials/strength.html", {"strength": strength, "people": PEOPLE})
    wide, phone, _ = page.split("</svg>", 2)
    for chart in (wide, phone):
        assert re.findall(r'chart__label--date"[^>]*>([^<]+)<', chart) == shown
    assert re.findall(r'table__day" scope="row">([^<]+)<', page) == shown[::-1]
