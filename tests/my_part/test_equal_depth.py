"""The pull to move closer and the pull to make space are treated with the same depth, wherever there is something."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.my_part.checklists import NOTICING, NOTICING_CLOSER, Checklist
from sessions.words.marks import INNER_MOVES, MOVES
from tests.support.cast.past import phone_of

CLOSER = {"ask-again", "seek-reassurance", "reach-out-more", "protest"}
SPACE = {"go-quiet", "take-space", "reply-less", "change-subject"}


@pytest.fixture
def phone(db: None) -> Client:
    """Return the phone of Ana."""
    return phone_of(User.objects.create_user("ana@example.org", None, first_name="Ana"))


def lengths(checklist: Checklist) -> tuple[int, int]:
    """Return how much is asked and how much is said, in characters."""
    return sum(len(str(item.label)) for item in checklist.items), sum(len(str(item.says)) for item in checklist.items)


def test_each_pull_has_a_list_of_early_signs_as_long_and_as_deep() -> None:
    assert len(NOTICING_CLOSER.items) == len(NOTICING.items)
    assert NOTICING_CLOSER.items[0].code == NOTICING.items[0].code == "body", "both begin with the body"
    assert str(NOTICING_CLOSER.lead) == str(NOTICING.lead)
    for one, other in zip(lengths(NOTICING_CLOSER), lengths(NOTICING), strict=True):
        assert abs(one - other) <= 0.1 * max(one, other)
    assert abs(len(str(NOTICING_CLOSER.close)) - len(str(NOTICING.close))) <= 4


def test_each_pull_has_as_many_exercises(phone: Client) -> None:
    page = phone.get(reverse("my_part_practice")).content.decode()
    sections = re.findall(r'<section class="panel own__part"(.*?)</section>', page, re.DOTALL)
    rows = [section.count('class="row"') for section in sections]
    assert rows == [4, 4]
    notes = [len("".join(re.findall(r'row__(?:title|note)">([^<]+)<', section))) for section in sections]
    assert abs(notes[0] - notes[1]) <= 12


def test_each_exercise_lasts_as_long_and_hints_at_as_much(phone: Client) -> None:
    found = []
    for name in ("my_part_settle", "my_part_stay"):
        page = phone.get(reverse(name)).content.decode()
        hints = page.partition('<ul class="own__hints">')[2].partition("</ul>")[0]
        minutes = re.findall(r"data-minutes=\"(\d+)\"", page)
        found.append((hints.count("<li>"), sorted(minutes)))
    assert found[0] == found[1] and found[0][0] == 3 and found[0][1]


@pytest.mark.parametrize("code", ["noticing", "noticing-closer"])
def test_a_list_of_early_signs_leads_back_to_practice(phone: Client, code: str) -> None:
    page = phone.get(reverse("my_part_checklist", args=[code])).content.decode()
    assert reverse("my_part_practice") in page


def test_a_mark_names_as_many_moves_of_each_pull_seen_and_unseen() -> None:
    assert {*CLOSER, *SPACE} <= set(MOVES) and len(CLOSER) == len(SPACE)
    words = [sum(len(MOVES[code].choose) for code in codes) for codes in (CLOSER, SPACE)]
    assert abs(words[0] - words[1]) <= 14
    inner = list(INNER_MOVES.values())
    closer, space = inner[:4], inner[4:]
    assert len(closer) == len(space)
    assert abs(sum(map(len, closer)) - sum(map(len, space))) <= 8
