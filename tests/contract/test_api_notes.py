"""Private notes by the API: kept, listed in pages, rewritten, held back and deleted."""

import json
from typing import Any

import pytest

from tests.support.cast.clients import call, couple
from tests.support.servers.cycle import Server

NOTES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "journal": ({"text": "  One.  ", "learned": "At home."}, {"text": "One.", "learned": "At home."}),
    "triggers": ({"text": "A closed door."}, {"text": "A closed door."}),
    "wishes": ({"text": "A word."}, {"text": "A word."}),
    "drafts": ({"text": "Where were you?"}, {"text": "Where were you?", "opens_at": None}),
    "checks": ({"list": "signs", "ticked": ["stuck"]}, {"list": "signs", "ticked": ["stuck"]}),
}


@pytest.mark.parametrize("kind", NOTES)
def test_a_note_is_kept_shown_rewritten_and_deleted(server: Server, kind: str) -> None:
    ana, ben = couple(server)
    sent, expected = NOTES[kind]
    path = f"me/private/{kind}/"
    kept = call(server, "PUT", path, sent, ana.token)
    assert kept.status == 201
    note = kept.body["id"]
    assert kept.body == {**expected, "id": note, "created_at": kept.body["created_at"], "version": kept.body["version"]}
    assert call(server, "GET", f"{path}{note}/", token=ana.token).body == kept.body
    other = {**sent, "ticked": []} if kind == "checks" else {**sent, "text": "Another."}
    rewritten = call(server, "PUT", f"{path}{note}/", other, ana.token)
    assert rewritten.status == 200
    assert rewritten.body["id"] == note and rewritten.body != kept.body
    assert call(server, "GET", path, token=ana.token).body["results"] == [rewritten.body]
    assert call(server, "GET", path, token=ben.token).body["results"] == []
    elsewhere = next(one for one in NOTES if one != kind)
    assert call(server, "GET", f"me/private/{elsewhere}/{note}/", token=ana.token).status == 404
    assert call(server, "DELETE", f"{path}{note}/", token=ana.token).status == 204
    assert call(server, "DELETE", f"{path}{note}/", token=ana.token).status == 404
    call(server, "PUT", path, sent, ana.token)
    assert call(server, "DELETE", path, token=ana.token).status == 204
    assert call(server, "GET", path, token=ana.token).body["results"] == []


def test_a_draft_that_is_put_away_says_only_when(server: Server) -> None:
    ana, _ = couple(server)
    kept = call(server, "PUT", "me/private/drafts/", {"text": "Where were you?", "hold": "1-hour"}, ana.token).body
    assert kept["text"] is None and kept["opens_at"]
    path = f"me/private/drafts/{kept['id']}/"
    assert "Where" not in call(server, "GET", path, token=ana.token).raw.decode()
    shown = call(server, "PUT", path, {}, ana.token).body
    assert shown["text"] == "Where were you?"
    assert call(server, "PUT", path, {"hold": "tomorrow"}, ana.token).body["text"] is None
    assert call(server, "PUT", "me/private/drafts/", {"hold": "tomorrow"}, ana.token).status == 400


def test_the_longest_entry_in_any_script_fits(server: Server) -> None:
    ana, _ = couple(server)
    for letter in ("a", "é", "愛", "🌱"):
        sent = {"text": letter * 5000, "learned": letter * 5000}
        body = json.dumps(sent, ensure_ascii=False).encode()
        assert call(server, "PUT", "me/private/journal/", body, ana.token).status == 201
        kept = call(server, "GET", "me/private/journal/", token=ana.token).body["results"][0]
        assert kept["text"] == sent["text"]
    assert call(server, "PUT", "me/private/journal/", {"text": "a" * 5001}, ana.token).status == 400


def test_a_long_list_comes_in_pages_both_ways(server: Server) -> None:
    ana, _ = couple(server)
    for number in range(60):
        assert call(server, "PUT", "me/private/wishes/", {"text": f"{number}"}, ana.token).status == 201
    pages, path = [], "me/private/wishes/"
    while path:
        page = call(server, "GET", path, token=ana.token).body
        pages.append(page)
        path = page["next"] and page["next"].partition("/api/v1/")[2]
    assert [len(page["results"]) for page in pages] == [50, 10]
    assert [note["text"] for page in pages for note in page["results"]] == [str(number) for number in range(59, -1, -1)]
    assert pages[0]["previous"] is None
    back = call(server, "GET", pages[1]["previous"].partition("/api/v1/")[2], token=ana.token).body
    assert back["results"] == pages[0]["results"]


@pytest.mark.parametrize("cursor", ["x", "bm9uZQ==", "cD1ub3doZXJl", "cD0yMDI2LTAxLTAx" * 12, "", "%00"])
def test_a_cursor_that_was_made_up_leads_nowhere(server: Server, cursor: str) -> None:
    ana, _ = couple(server)
    answer = call(server, "GET", f"me/private/wishes/?cursor={cursor}", token=ana.token)
    assert (answer.status, answer.body.get("code", answer.body.get("results"))) in ((400, "frame.invalid"), (200, []))
