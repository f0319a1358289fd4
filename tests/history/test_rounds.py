"""Looking back: what each may see of what opened, page by page."""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.care import scopes
from accounts.care.audit import entries_for
from accounts.models import AuditEntry, CareLink, User
from sessions.history import readable, readers, rounds
from sessions.history.api import OnePastRound, RoundsFound
from sessions.history.api_change import Summary
from sessions.history.query import BadQuery, HistoryFilter, filter_from
from sessions.models import LiveSession, Mark, Part, Round
from tests.support.cast.looking_back import SHARED, UNSHARED, api, many, only_round, pair_of_others, text_of
from tests.support.cast.past import Pair, pair, phone_of, therapist_of
from tests.support.counting import sqlite_steps

pytestmark = pytest.mark.django_db


# What each sees.


def test_each_sees_all_of_their_own_and_what_the_other_shared(two: Pair) -> None:
    anas, bens = (phone_of(person) for person in (two.a, two.b))
    hers, his = text_of(anas.get(only_round(two))), text_of(bens.get(only_round(two)))
    assert SHARED in hers and UNSHARED in hers and "quince thought" not in hers
    assert SHARED in his and UNSHARED not in his and "quince thought" in his
    for page in (hers, his):
        assert all(word in page for word in ("plum need", "quince need", "plum step", "Pursue–withdraw"))
        # The story tells it without scripts, as the map draws it with them.
        assert "on the surface:" in page and "resentful" in page
        assert "Back in contact after 40 minutes" in page


def test_what_one_kept_for_oneself_is_marked_as_ones_own(two: Pair) -> None:
    page = text_of(phone_of(two.a).get(only_round(two)))
    own = page[page.index("Only for me") :]
    assert own.index(UNSHARED) < own.index("</details>")
    story = page[page.index('class="story"') : page.index("What followed")]
    assert UNSHARED not in story, "the loop is told from what was shared"


def test_the_other_way_of_answering_is_not_shown_before_both_have(two: Pair) -> None:
    assert api(phone_of(two.a), "")["results"][0]["reveal"]["fits"] == {"a": True, "b": None}
    assert api(phone_of(two.b), "")["results"][0]["reveal"]["fits"] == {"a": None, "b": None}
    Part.objects.filter(seat="b").update(fits=False)
    assert api(phone_of(two.b), "")["results"][0]["reveal"]["fits"] == {"a": True, "b": False}


def test_relief_is_shown_to_whoever_felt_it(two: Pair) -> None:
    for person, relief in ((two.a, 3), (two.b, 1)):
        assert api(phone_of(person), "")["results"][0]["your_relief"] == relief
    tess = therapist_of(two, "history")
    assert api(phone_of(tess), f"?couple={two.couple.id}")["results"][0]["your_relief"] is None
    assert "Relief at reconnection" not in text_of(phone_of(tess).get(f"/history/change/?couple={two.couple.id}"))


def test_only_revealed_rounds_are_listed(two: Pair, now: datetime) -> None:
    live_session = LiveSession.objects.create(couple=two.couple, created_at=now)
    hidden = [
        Round.objects.create(live_session=live_session, number=1, phase="set_aside", text="apricot", opened_at=now),
        Round.objects.create(live_session=live_session, number=2, phase="open", text="apricot", opened_at=now),
    ]
    Mark.objects.create(round=hidden[1], seat="a", seal=b"sealed")
    phone = phone_of(two.a)
    for path in ("/history/", "/history/change/", "/history/report/", "/api/v1/history/", "/api/v1/history/summary/"):
        assert "apricot" not in text_of(phone.get(path))
    assert api(phone, "summary/")["rounds"] == 1
    for one in hidden:
        missing = phone.get(reverse("history_round", args=[uuid.uuid4()]))
        answer = phone.get(reverse("history_round", args=[one.history_id]))
        assert (answer.status_code, answer.content) == (
            missing.status_code,
            missing.content,
        ) and missing.status_code == 404


def test_the_api_answers_as_its_schema_says(two: Pair) -> None:
    for phone, couple in ((phone_of(two.a), ""), (phone_of(therapist_of(two, "history")), f"?couple={two.couple.id}")):
        found = RoundsFound.model_validate(api(phone, couple))
        one = OnePastRound.model_validate(api(phone, f"{found.results[0].id}/"))
        assert one.reveal == found.results[0].reveal
        assert Summary.model_validate(api(phone, f"summary/{couple}")).rounds == 1


def test_an_answer_with_a_reveal_has_a_length_that_tells_nothing(two: Pair) -> None:
    phone = phone_of(two.a)
    for path in ("", f"{two.rounds[0].history_id}/"):
        assert len(phone.get(f"/api/v1/history/{path}").content) % 4096 == 0


def test_without_a_history_the_page_says_so_and_the_api_is_empty() -> None:
    otto = User.objects.create_user("otto@example.org", None, first_name="Otto")
    for path in ("/history/", "/history/change/", "/history/report/"):
        assert "Your first revealed round will appear here." in text_of(phone_of(otto).get(path))
    assert api(phone_of(otto), "")["results"] == []
    assert api(phone_of(otto), "summary/")["rounds"] == 0
    assert "Your first revealed round will appear here." in text_of(phone_of(pair("Cleo", "Dan").a).get("/history/"))


# The therapist.


def test_a_therapist_sees_what_both_shared_and_nothing_that_is_ones_own(two: Pair) -> None:
    tess = phone_of(therapist_of(two, "history"))
    for path in (f"/history/?couple={two.couple.id}", only_round(two), f"/history/report/?couple={two.couple.id}"):
        page = text_of(tess.get(path))
        assert "plum step" in page and UNSHARED not in page and "quince thought" not in page
    assert SHARED in text_of(tess.get(only_round(two)))
    assert "share" not in json.dumps(api(tess, f"{two.rounds[0].history_id}/")["reveal"]["marks"])


def test_hosting_is_no_right_to_look_back(two: Pair) -> None:
    tess = phone_of(therapist_of(two, "host"))
    assert tess.get(only_round(two)).status_code == 404
    assert tess.get(f"/history/?couple={two.couple.id}").status_code == 404


def test_taking_back_one_yes_ends_it_for_the_past_too(two: Pair) -> None:
    tess = therapist_of(two, "history")
    assert phone_of(tess).get(only_round(two)).status_code == 200
    scopes.withdraw(two.b, CareLink.objects.get(), ["history"])
    assert phone_of(tess).get(only_round(two)).status_code == 404
    assert phone_of(tess).get(f"/api/v1/history/?couple={two.couple.id}").status_code == 404


def test_what_a_therapist_opened_is_told_to_both_and_what_partners_read_never(two: Pair) -> None:
    tess = therapist_of(two, "history")
    for person in (two.a, two.b):
        phone_of(person).get("/history/")
        phone_of(person).get(only_round(two))
    assert not AuditEntry.objects.exists()
    phone_of(tess).get(f"/history/?couple={two.couple.id}")
    phone_of(tess).get(only_round(two))
    phone_of(tess).get(only_round(pair_of_others()))
    for person in (two.a, two.b):
        assert [(entry.reader_id, entry.kind) for entry in entries_for(person)] == [
            (tess.pk, "round"),
            (tess.pk, "history"),
        ]


def test_a_therapist_can_neither_erase_nor_export(two: Pair) -> None:
    tess = phone_of(therapist_of(two, "host", "history"))
    query = f"?couple={two.couple.id}"
    assert tess.get(f"/history/keeping/{query}").status_code == 404
    assert tess.get(f"/history/export/{query}&as=json").status_code == 404
    erase = reverse("history_erase", args=[two.rounds[0].history_id])
    assert [tess.get(erase).status_code, tess.post(erase).status_code] == [404, 404]
    assert tess.delete(f"/api/v1/history/{two.rounds[0].history_id}/words/").status_code == 404
    assert Mark.objects.get(seat="a").details["words"] == SHARED  # type: ignore[index]


# Pages.


def test_pages_lead_through_everything_once_and_back(now: datetime) -> None:
    two = pair()
    many(two, 45, now)
    phone, seen, address = phone_of(two.a), [], "/api/v1/history/"
    pages = []
    while address:
        page = json.loads(phone.get(address).content)
        pages.append([one["id"] for one in page["results"]])
        seen += page["results"]
        back, address = page["previous"], page["next"]
    assert [len(page) for page in pages] == [20, 20, 5]
    assert [one["opened_at"] for one in seen] == sorted((one["opened_at"] for one in seen), reverse=True)
    assert len({one["id"] for one in seen}) == 45
    before = json.loads(phone.get(back).content)
    assert [one["id"] for one in before["results"]] == pages[1]
    first = json.loads(phone.get(before["previous"]).content)
    assert ([one["id"] for one in first["results"]], first["previous"]) == (pages[0], None)


def test_a_new_round_moves_nothing_on_the_next_page(now: datetime) -> None:
    two = pair()
    many(two, 25, now)
    phone = phone_of(two.a)
    first = json.loads(phone.get("/api/v1/history/").content)
    expected = json.loads(phone.get(first["next"]).content)["results"]
    two.reveal(now)
    assert json.loads(phone.get(first["next"]).content)["results"] == expected


def test_filters_hold_together(now: datetime) -> None:
    two = pair()
    many(two, 30, now)
    reader = readers.reader_for(two.a)
    assert reader
    day = (now - timedelta(days=20)).date()

    def found(**asked: Any) -> list[str]:
        return [one.text for one in rounds.page(reader, HistoryFilter(**asked)).rounds]

    assert found(pattern="mutual_engagement") == ["moment 10", "moment 20", "moment 30"]
    assert found(pattern="mutual_engagement", since=day) == ["moment 10", "moment 20"]
    assert found(since=day, until=day) == ["moment 20"]
    assert len(found(theme="plans", until=(now - timedelta(days=21)).date())) == 5
    two.reveal(now, moment=11)
    assert found(theme="plans", since=now.date()) == ["A reply took longer than usual."], (
        "a library moment has its theme"
    )


@pytest.mark.parametrize(
    "field",
    [
        {"pattern": "nonsense"},
        {"theme": "nonsense"},
        {"from": "yesterday"},
        {"couple": "1"},
        {"cursor": "nonsense"},
        {"cursor": "bw"},
        {"cursor": "é"},
        {"cursor": "byAyMDI2LTAxLTAxIDAgMA"},
        {"q": "x" * 101},
        {"q": "\x00"},
        {"unknown": "1"},
    ],
)
def test_malformed_filters_are_refused(two: Pair, field: dict[str, str]) -> None:
    with pytest.raises(BadQuery):
        filter_from(field)
    phone = phone_of(two.a)
    assert phone.get("/api/v1/history/", field).status_code == 400
    assert phone.get("/history/", field).status_code == 404


def test_few_queries_however_many_rounds(now: datetime) -> None:
    two = pair()
    many(two, 45, now)
    tess = phone_of(therapist_of(two, "history"))
    phone = phone_of(two.a)
    late = json.loads(phone.get("/api/v1/history/").content)["next"].partition("cursor=")[2]
    asked: dict[str, int] = {}
    for client, path in (
        (phone, "/history/"),
        (phone, f"/history/?cursor={late}"),
        (phone, "/history/change/"),
        (phone, "/history/report/"),
        (phone, "/api/v1/history/"),
        (phone, f"/api/v1/history/?cursor={late}"),
        (phone, "/api/v1/history/summary/"),
        (phone, reverse("history_round", args=[two.rounds[0].history_id])),
        (tess, f"/history/?couple={two.couple.id}"),
        (tess, f"/history/change/?couple={two.couple.id}"),
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        # The marks that a test puts around a transaction are not asked for in a real one.
        asked[path] = sum("SAVEPOINT" not in query["sql"] for query in queries)
    assert max(asked.values()) < 16, asked
    assert asked[f"/history/?cursor={late}"] == asked["/history/"]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL does not tell its steps")
def test_what_leaves_soon_is_counted_without_looking_at_all_that_stays(two: Pair, now: datetime) -> None:
    reader = readers.reader_for(two.a)
    assert reader and reader.kept_soon
    two.reveal(reader.kept_soon - timedelta(days=1))
    leaving = readable.rounds_before(reader, reader.kept_soon)
    assert leaving.count() == 1
    few = sqlite_steps(leaving.count)
    assert few > 20, "they are counted"
    many(two, 60, now)
    assert leaving.count() == 1
    assert sqlite_steps(leaving.count) <= 1.1 * few
