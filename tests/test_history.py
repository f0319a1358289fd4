"""Looking back: what each may see of what opened, page by page; whoever may not finds nothing, and cannot tell."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import care, couples
from accounts.audit import entries_for
from accounts.deletion import delete_person
from accounts.models import AuditEntry, CareLink, User
from sessions import history, history_readers
from sessions.api_history import OnePastRound, RoundsFound
from sessions.api_history_change import Summary
from sessions.history_query import Asked, Unreadable, asked_by
from sessions.models import LiveSession, Mark, Part, Round
from tests.past import Pair, pair, phone_of, therapist_of

pytestmark = pytest.mark.django_db

HER_WORDS = {
    "reaction": "anxious",
    "intensity": 4,
    "words": "plum words",
    "thought": "plum thought",
    "moves": ["listen"],
}
SHARED = "plum words"
UNSHARED = "plum thought"


@pytest.fixture
def now() -> datetime:
    """Return now."""
    return timezone.now()


@pytest.fixture
def two(now: datetime) -> Pair:
    """Return Ana and Ben with one round: she shares her words and not her thought."""
    two = pair()
    two.reveal(
        now - timedelta(days=3),
        {**HER_WORDS, "share": ["words", "moves"]},
        {"reaction": "avoidant", "intensity": 2, "thought": "quince thought"},
        needs=("plum need", "quince need"),
        steps=("plum step", None),
        fits=(True, None),
        relief=(3, 1),
        back=timedelta(minutes=40),
    )
    return two


def only_round(two: Pair) -> str:
    """Return the page of the only round."""
    return reverse("history_round", args=[two.rounds[0].history_id])


def text_of(answer: HttpResponse) -> str:
    """Return a page."""
    assert answer.status_code == 200
    return answer.content.decode()


def api(phone: Client, path: str) -> Any:
    """Return what the API answers."""
    answer = phone.get(f"/api/v1/history/{path}")
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


# What each sees.


def test_each_sees_all_of_their_own_and_what_the_other_shared(two: Pair) -> None:
    anas, bens = (phone_of(person) for person in (two.a, two.b))
    hers, his = text_of(anas.get(only_round(two))), text_of(bens.get(only_round(two)))
    assert SHARED in hers and UNSHARED in hers and "quince thought" not in hers
    assert SHARED in his and UNSHARED not in his and "quince thought" in his
    for page in (hers, his):
        assert all(word in page for word in ("plum need", "quince need", "plum step", "Pursue–withdraw"))
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


def test_only_what_opened_is_there(two: Pair, now: datetime) -> None:
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
    care.withdraw(two.b, CareLink.objects.get(), ["history"])
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


def pair_of_others() -> Pair:
    """Return Cleo and Dan with a round of theirs."""
    others = pair("Cleo", "Dan")
    others.reveal(timezone.now() - timedelta(days=1), {"reaction": "both", "words": "medlar", "share": ["words"]})
    return others


def test_a_therapist_changes_and_takes_nothing(two: Pair) -> None:
    tess = phone_of(therapist_of(two, "host", "history"))
    query = f"?couple={two.couple.id}"
    assert tess.get(f"/history/keeping/{query}").status_code == 404
    assert tess.get(f"/history/export/{query}&as=json").status_code == 404
    erase = reverse("history_erase", args=[two.rounds[0].history_id])
    assert [tess.get(erase).status_code, tess.post(erase).status_code] == [404, 404]
    assert tess.delete(f"/api/v1/history/{two.rounds[0].history_id}/words/").status_code == 404
    assert Mark.objects.get(seat="a").details["words"] == SHARED  # type: ignore[index]


# Foreign is absent.


def history_routes() -> Iterator[tuple[str, bool]]:
    """Return every address of the history: a path with what names a round left open, and whether it names one."""

    def within(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from within(pattern.url_patterns, before + str(pattern.pattern))
            else:
                yield before + str(pattern.pattern)

    for path in within(get_resolver().url_patterns, "/"):
        if "history" in path and not path.startswith("/admin/"):
            yield path.replace("<uuid:history_id>", "{round}"), "history_id" in path


ROUTES = sorted(set(history_routes()))
OTHERS = ("partner of another", "outsider", "guest", "staff", "therapist of another", "host only", "anonymous")


@pytest.fixture
def others(two: Pair) -> dict[str, Client]:
    """Return everybody who has no right to look back on Ana and Ben."""
    cleo_and_dan = pair_of_others()
    staff = User.objects.create_superuser("staff@example.org", None, first_name="Staff")
    clients = {
        "partner of another": phone_of(cleo_and_dan.a),
        "outsider": phone_of(User.objects.create_user("otto@example.org", None, first_name="Otto")),
        "guest": phone_of(User.objects.create_guest("Guest")),
        "staff": phone_of(staff),
        "therapist of another": phone_of(therapist_of(cleo_and_dan, "history", name="Theo")),
        "host only": phone_of(therapist_of(two, "host")),
        "anonymous": Client(),
    }
    return clients


def test_the_table_of_addresses_holds_the_history() -> None:
    assert len([path for path, names_a_round in ROUTES if names_a_round]) >= 4
    assert len(ROUTES) >= 14


@pytest.mark.parametrize("who", OTHERS)
def test_what_is_anothers_is_answered_as_what_is_not_there(two: Pair, others: dict[str, Client], who: str) -> None:
    phone, before = others[who], list(Mark.objects.order_by("id").values())
    for path, names_a_round in ROUTES:
        for method in ("get", "post", "put", "delete"):
            cache.clear()  # what one may ask for in a few seconds is not looked at here
            answers = []
            for one, couple in ((two.rounds[0].history_id, two.couple.id), (uuid.uuid4(), uuid.uuid4())):
                address = path.format(round=one)
                fields = {} if names_a_round else {"couple": str(couple), "as": "json", "leave": "1"}
                if method == "post":
                    answers.append(phone.post(address, fields))
                    phone.get("/safety/")  # what a form of one's own was answered with is said here
                else:
                    query = "".join(
                        f"{'&' if index else '?'}{key}={value}"
                        for index, (key, value) in enumerate(fields.items())
                        if key in accepted(path)
                    )
                    answers.append(getattr(phone, method)(address + query))
            theirs, missing = ((answer.status_code, blank(answer)) for answer in answers)
            assert theirs == missing, (method, path)
            assert b"plum" not in answers[0].content and b"quince" not in answers[0].content, (method, path)
            if names_a_round:
                assert theirs[0] in ((302, 401, 403, 405) if who == "anonymous" else (404, 405)), (method, path)
    assert list(Mark.objects.order_by("id").values()) == before


def accepted(path: str) -> set[str]:
    """Return which fields an address reads: the API refuses what it does not know."""
    if not path.startswith("/api/"):
        return {"couple", "as"}
    return {"couple", "as"} if "export" in path else {"couple"}


def blank(answer: HttpResponse) -> bytes:
    """Return a page without the token of its forms, which is new each time."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", answer.content)


def test_a_partner_may(two: Pair) -> None:
    """Without this the test above would hold for pages that refuse everybody."""
    phone = phone_of(two.b)
    for path, _ in ROUTES:
        if "ics" not in path and "export" not in path:
            assert phone.get(path.format(round=two.rounds[0].history_id)).status_code in (200, 405), path


# Pages.


def many(two: Pair, number: int, now: datetime) -> None:
    """Store more rounds, one a day, the newest yesterday; every tenth of them is steady."""
    for day in range(number, 0, -1):
        steady = {"a": {"reaction": "steady"}, "b": {"reaction": "steady"}} if day % 10 == 0 else {}
        two.reveal(
            now - timedelta(days=day), moment=None, text=f"moment {day}", theme="plans" if day % 2 else "", **steady
        )


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
    reader = history_readers.reader_for(two.a)
    assert reader
    day = (now - timedelta(days=20)).date()

    def found(**asked: Any) -> list[str]:
        return [one.text for one in history.page(reader, Asked(**asked)).rounds]

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
def test_what_cannot_be_read_is_refused(two: Pair, field: dict[str, str]) -> None:
    with pytest.raises(Unreadable):
        asked_by(field)
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
    assert max(asked.values()) < 15, asked
    assert asked[f"/history/?cursor={late}"] == asked["/history/"]


# Searching.


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
    monkeypatch.setattr(history, "SEARCHED_AT_MOST", 10)
    monkeypatch.setattr(history, "SEARCHED_AT_ONCE", 4)
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


# Erasing one's own words.


def test_the_author_erases_words_everywhere_and_the_pattern_stays(two: Pair) -> None:
    one = two.rounds[0]
    assert phone_of(two.a).post(reverse("history_erase", args=[one.history_id])).status_code == 302
    for phone in (phone_of(two.a), phone_of(two.b)):
        for path in ("/history/", only_round(two), "/history/report/", "/api/v1/history/"):
            page = text_of(phone.get(path))
            assert "plum" not in page, path
        assert "Pursue–withdraw" in text_of(phone.get(only_round(two)))
    mark = Mark.objects.get(seat="a")
    assert (mark.reaction, mark.intensity, mark.details, mark.share) == ("anxious", 4, {}, [])
    assert "quince need" in text_of(phone_of(two.b).get(only_round(two)))
    assert api(phone_of(two.a), "")["results"][0]["own_words"] is False


def test_erasing_again_is_the_same(two: Pair) -> None:
    path = f"/api/v1/history/{two.rounds[0].history_id}/words/"
    assert [phone_of(two.b).delete(path).status_code for _ in range(2)] == [204, 204]
    assert "plum need" in text_of(phone_of(two.a).get(only_round(two)))


def test_a_moment_in_own_words_goes_with_whoever_wrote_it(two: Pair, now: datetime) -> None:
    one = two.reveal(now - timedelta(days=1), moment=None, text="damson moment", opened_by="b")
    phone_of(two.a).delete(f"/api/v1/history/{one.history_id}/words/")
    assert Round.objects.get(pk=one.pk).text == "damson moment"
    phone_of(two.b).delete(f"/api/v1/history/{one.history_id}/words/")
    assert Round.objects.get(pk=one.pk).text == ""
    assert "A moment whose words are no longer kept" in text_of(phone_of(two.a).get("/history/"))


# When somebody has gone.


def test_deleting_an_account_leaves_the_others_history_readable(two: Pair) -> None:
    delete_person(two.a)
    phone = phone_of(two.b)
    page = text_of(phone.get(only_round(two)))
    assert "plum" not in page and "Ana" not in page
    assert "Former partner" in page and "Pursue–withdraw" in page and "quince thought" in page
    listed = text_of(phone.get("/history/"))
    assert "one of you has left Cycle" in listed and "very strong" in listed
    assert couples.couple_of(two.b) is None
    for path in ("/history/change/", "/history/report/", "/history/keeping/"):
        assert "plum" not in text_of(phone.get(path))


def test_what_is_past_its_time_is_not_shown_even_before_it_is_deleted(two: Pair, now: datetime) -> None:
    old = two.reveal(now - timedelta(days=400))
    assert Round.objects.filter(pk=old.pk).exists()
    assert len(api(phone_of(two.a), "")["results"]) == 1
    assert phone_of(two.a).get(reverse("history_round", args=[old.history_id])).status_code == 404
    assert api(phone_of(two.a), "summary/")["rounds"] == 1


def test_a_report_is_of_the_time_that_was_chosen(two: Pair, now: datetime) -> None:
    two.reveal(now - timedelta(days=60), moment=None, text="long ago")
    since, until = (now - timedelta(days=70)).date(), (now - timedelta(days=50)).date()
    page = text_of(phone_of(two.a).get(f"/history/report/?from={since}&to={until}"))
    assert "long ago" in page and "plum step" not in page
    assert "No round was revealed in this time." in text_of(
        phone_of(two.a).get("/history/report/?from=2020-01-01&to=2020-02-01")
    )
    assert date.fromisoformat("2020-01-01") < since, "this test means nothing if that time was theirs"
