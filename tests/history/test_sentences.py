"""Every sentence of the history has its row: what it rests on, and why it may be said."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from uuid import UUID

import pytest
from django.template.loader import render_to_string

from sessions.demo.story import STORY
from sessions.history.direction_words import SENTENCES, MovedTold, moved_context
from sessions.history.figures.cycles import PastRound
from sessions.history.figures.directions import THRESHOLDS
from sessions.history.figures.trends import trends
from tests.house.rooms import ROOT
from tests.support.cast.past import past

PAGE = (ROOT / "docs" / "history-sentences.md").read_text(encoding="utf-8")
CODE = [ROOT / "sessions" / "history" / name for name in ("direction_words.py", "labels.py")]
LATE = datetime(2040, 1, 1, tzinfo=UTC)
CAUGHT = ("anxious", "avoidant")


def in_templates() -> Iterator[str]:
    """Yield what the history's templates can say."""
    for path in sorted((ROOT / "templates" / "history").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        for double, single in re.findall(r"""\{% translate (?:"([^"]*)"|'([^']*)')""", text):
            yield double or single
        for body in re.findall(r"\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}", text, re.DOTALL):
            yield from (" ".join(part.split()) for part in body.split("{% plural %}"))


def in_code() -> Iterator[str]:
    """Yield what the history's words in code can say."""
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and "gettext" in node.func.id:
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                yield from (word for word in words if isinstance(word, str))


def with_a_row() -> list[str]:
    """Return the sentences that have a row."""
    tables = PAGE.partition("## Names, buttons and headings")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", tables, re.MULTILINE)
    return [sentence for sentence, rests_on, why in rows if sentence != "sentence" and rests_on and why]


def names() -> list[str]:
    """Return the strings that are names, buttons and headings."""
    section = PAGE.partition("They claim nothing: ")[2].partition("\n\n")[0]
    return " ".join(section.split()).split(" · ")


def test_every_sentence_has_its_row_and_every_row_its_sentence() -> None:
    said = set(chain(in_templates(), in_code()))
    listed = {*with_a_row(), *names()}
    assert said - listed == set(), "without a row in docs/history-sentences.md"
    assert listed - said == set(), "a row, and nothing says it"


def test_no_sentence_hides_among_the_names() -> None:
    claims = [name for name in names() if re.search(r"[.!;]$|%\(|\{\{", name)]
    assert claims == []
    assert len(with_a_row()) == len(set(with_a_row()))


def test_every_direction_of_every_measure_has_its_sentence() -> None:
    assert set(SENTENCES) == {(measure, way) for measure in THRESHOLDS for way in ("rising", "falling")}


# What is said of directions, case by case.


def said_of(rounds: list[PastRound], *, partner_here: bool = True) -> tuple[MovedTold, str]:
    """Return what is said of rounds, and the page's part that says it."""
    moved = moved_context(trends(rounds, LATE))
    html = render_to_string("history/partials/trends.html", {"moved": moved, "partner_here": partner_here})
    return moved, " ".join(re.sub(r"<[^>]+>", " ", html).split())


def rounds_over_time(number: int, strengths: list[int], **more: object) -> list[PastRound]:
    """Return rounds on every other day, their strengths again and again in turn."""
    return [
        past(
            day * 2,
            *CAUGHT,
            id=UUID(int=day + 1),
            intensities=(strengths[day % len(strengths)], strengths[day % len(strengths)]),
            **more,
        )
        for day in range(number)
    ]


def of_one_evening(number: int) -> list[PastRound]:
    return [past(minute / 100, *CAUGHT, id=UUID(int=minute + 1), check_in=UUID(int=1)) for minute in range(number)]


def of_the_demo() -> list[PastRound]:
    return [
        past(
            100 - told.days_ago + place / 100,
            one.ana["reaction"],
            one.ben["reaction"],
            id=UUID(int=100 * told.days_ago + place),
            check_in=UUID(int=told.days_ago),
            intensities=(one.ana["intensity"], one.ben["intensity"]),
            size=one.size,
            when="now",
        )
        for told in STORY
        for place, one in enumerate(told.rounds)
    ]


@pytest.mark.parametrize("rounds", [of_one_evening(1), of_one_evening(10)], ids=["one round", "one evening"])
def test_one_evening_is_one_check_in_and_too_early(rounds: list[PastRound]) -> None:
    moved, page = said_of(rounds)
    assert moved["too_early"] == "Too early to say: there is 1 check-in so far. From 24 on, this says what has moved."
    assert moved["too_early"] in page and moved["too_early"] in PAGE


def test_of_the_demo_couple_it_is_too_early_to_say() -> None:
    moved, page = said_of(of_the_demo())
    assert moved["too_early"] in page and moved["too_early"] in PAGE
    assert (moved["found"], moved["no_change"]) == ([], "")


def test_of_400_rounds_without_change_no_change_is_said_over_which_and_how_many() -> None:
    moved, page = said_of(rounds_over_time(400, [2, 3, 4]))
    assert moved["no_change"] in page
    assert moved["no_change"].startswith("No change that stands out: 104 check-ins with 104 rounds, ")
    assert "No change is normal" in page and "moments that were chosen" in page


def test_a_direction_says_what_was_compared_and_what_may_follow() -> None:
    rounds = rounds_over_time(376, [4, 5]) + [
        past(752 + 2 * day, *CAUGHT, id=UUID(int=1000 + day), intensities=(2, 2 + day % 2)) for day in range(24)
    ]
    moved, page = said_of(rounds)
    (told,) = moved["found"]
    assert told["sentence"] in page and "less strong" in told["sentence"]
    assert told["basis"].startswith("Lately: 24 check-ins with 24 rounds, ") and told["basis"] in page
    assert "Before: 80 check-ins with 80 rounds, " in told["basis"]
    assert "Where to find support" not in page


def test_from_a_hard_direction_support_and_the_private_checklist_are_one_tap_away() -> None:
    rounds = rounds_over_time(40, [2, 1]) + [
        past(80 + 2 * day, *CAUGHT, id=UUID(int=1000 + day), intensities=(5, 4 + day % 2)) for day in range(24)
    ]
    _, page = said_of(rounds)
    assert "it has felt stronger" in page
    assert "Where to find support" in page and "Only for you" in page
    _, therapists = said_of(rounds, partner_here=False)
    assert "Where to find support" in therapists and "Only for you" not in therapists


def test_rounds_from_before_when_claim_no_time_to_contact_and_no_repeats() -> None:
    slow = rounds_over_time(36, [3], back=3, when=None)
    quick = [
        past(72 + 2 * day, *CAUGHT, id=UUID(int=1000 + day), back=0.01, same_loop=True, when=None) for day in range(24)
    ]
    moved, _ = said_of(slow + quick)
    assert moved["found"] == [] and moved["no_change"]
