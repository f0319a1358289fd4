"""Taking one's own along: everything of one's own, nothing of the other's but what every reveal shows, no formulas."""

import csv
import io
import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from sessions.history.api_export import HistoryExport
from sessions.history.export import COLUMNS, FORMULA_SIGNS, escape_formula
from tests.support.cast.api_world import fresh_login
from tests.support.cast.past import Pair, pair, phone_of
from tests.support.cast.visitors import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> Pair:
    """Return Ana and Ben with one round in which each wrote and shared everything."""
    two = pair()
    for person in (two.a, two.b):
        person.set_password(PASSWORD)
        person.save()
    two.reveal(
        timezone.now() - timedelta(days=2),
        {"reaction": "anxious", "intensity": 4, "words": "=plum words", "thought": "plum thought", "share": ["words"]},
        {
            "reaction": "avoidant",
            "intensity": 2,
            "words": "quince words",
            "moves": ["listen"],
            "share": ["words", "moves"],
        },
        moment=None,
        text="-a moment, with a comma",
        opened_by="a",
        needs=("+plum need", "quince need"),
        heard_words=("=plum heard", "quince heard"),
        steps=("@plum step", "quince step"),
        fits=(True, False),
        relief=(3, 1),
        back=timedelta(hours=2),
    )
    return two


def just_logged_in(user: User) -> Client:
    """Return a browser in which somebody has shown a moment ago that it is them."""
    phone = phone_of(user)
    request = HttpRequest()
    request.session = phone.session
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()
    return phone


def file_of(user: User, form: str) -> str:
    """Return one's export."""
    answer = just_logged_in(user).get("/history/export/", {"as": form})
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="export.{form}"'
    return answer.content.decode()


def test_an_export_has_ones_own_marks_and_only_the_others_reaction(two: Pair) -> None:
    (one,) = json.loads(file_of(two.a, "json"))["rounds"]
    assert one["mark"] == {
        "reaction": "anxious",
        "intensity": 4,
        "words": "=plum words",
        "thought": "plum thought",
        "share": ["words"],
    }
    assert one["other"] == {"reaction": "avoidant", "intensity": 2}
    assert (one["need"], one["step"], one["fits"], one["relief"]) == (
        "+plum need",
        {"text": "@plum step", "tried": None},
        True,
        3,
    )
    assert one["moment"] == "-a moment, with a comma"
    assert one["heard_words"] == "=plum heard"


@pytest.mark.parametrize("form", ["json", "csv"])
def test_an_export_has_no_word_of_the_other(two: Pair, form: str) -> None:
    assert "quince" not in file_of(two.a, form)
    assert "plum" not in file_of(two.b, form)
    assert "quince" in file_of(two.b, form), "this test means nothing if there are no words"


def test_the_table_has_a_line_for_each_round_and_no_cell_begins_as_a_formula(two: Pair) -> None:
    two.reveal(timezone.now(), {"reaction": "steady", "words": "\t=1+1"}, {"reaction": "steady"})
    rows = list(csv.reader(io.StringIO(file_of(two.a, "csv").removeprefix("\ufeff"))))
    assert tuple(rows[0]) == COLUMNS
    assert [len(row) for row in rows] == [len(COLUMNS)] * 3
    cells = dict(zip(COLUMNS, rows[2], strict=True))
    assert cells["mark_words"] == "'=plum words" and cells["need"] == "'+plum need"
    assert cells["step"] == "'@plum step" and cells["moment"] == "'-a moment, with a comma"
    assert not any(cell.startswith(FORMULA_SIGNS) for row in rows for cell in row)


def test_the_file_says_that_it_is_unicode_and_the_answer_to_a_program_does_so_in_its_type(two: Pair) -> None:
    """Without its mark a spreadsheet reads letters beyond ASCII as pairs of others."""
    assert file_of(two.a, "csv").startswith("\ufeff") and not file_of(two.a, "json").startswith("\ufeff")
    headers = {"X-Session-Token": fresh_login(two.a)}
    answer = Client().get("/api/v1/history/export/?as=csv", headers=headers)
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.decode() == file_of(two.a, "csv").removeprefix("\ufeff")


@pytest.mark.parametrize(
    "cell",
    [
        *["=1", "+1", "-1", "@a", "\ta", "\ra", "  =1", "\n=1"],
        *["\uff1d1", "\uff0b1", "\uff0d1", "\uff20a", "\ufe661", "\ufe62" + "1", "\ufe631", "\u22121"],
        *["\u200b=1", "\u200b\u200d=1", "\ufeff=1", "\u00ad+1", "\u2060-1", "\u202e@a", "\u00a0=1", "\u3000=1"],
        *["\u2028=1", "\u0301=1", "\u3164=1", "\u115f=1", "\u2800=1", "\u180e=1", "\ufe0f=1", "'\t=1"[1:]],
    ],
)
def test_what_a_spreadsheet_would_run_is_quoted(cell: str) -> None:
    assert escape_formula(cell) == f"'{cell}"
    assert escape_formula(f"a{cell}") == f"a{cell}"


def test_exporting_asks_an_account_to_log_in_again(two: Pair) -> None:
    answer = phone_of(two.a).get("/history/export/", {"as": "json"})
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")


@pytest.mark.parametrize("form", ["json", "csv"])
def test_the_page_that_offers_it_leads_to_one_that_says_it_is_on_its_way_and_fetches_it(two: Pair, form: str) -> None:
    phone = just_logged_in(two.a)
    offered = phone.get("/history/keeping/").content.decode()
    [begins] = re.findall(rf'href="([^"]+)" data-testid="export-{form}"', offered)
    page = phone.get(unescape(begins))
    assert page.status_code == 200 and "Your copy is being put together …" in page.content.decode()
    [fetched] = re.findall(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page.content.decode())
    assert phone.get(unescape(fetched))["Content-Disposition"] == f'attachment; filename="export.{form}"'
    assert fetched in page.content.decode().partition("<body")[2], "and it can be fetched by hand"
    refused = phone_of(two.a).get(unescape(begins))
    assert (refused.status_code, refused["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")
    otto = User.objects.create_user("otto@example.org", None, first_name="Otto")
    assert just_logged_in(otto).get(unescape(begins)).status_code == 404
    assert phone.get("/history/export/begins/?as=xls").status_code == 404


def test_the_api_asks_for_a_fresh_log_in_too(two: Pair) -> None:
    def ask(token: str, **query: str) -> Any:
        return Client().get("/api/v1/history/export/", query, headers={"X-Session-Token": token})

    token = fresh_login(two.a)
    answer = ask(token, **{"as": "json"})
    assert answer.status_code == 200
    assert HistoryExport.model_validate(answer.json()).rounds[0].relief == 3
    assert ask(token, **{"as": "csv"})["Content-Type"].startswith("text/csv")
    assert ask(token, **{"as": "xls"}).status_code == 400
    session = phone_of(two.a).session
    stale = ask(str(session.token))
    assert (stale.status_code, stale.json()["code"]) == (401, "login.not_fresh")


def test_an_unknown_format_is_answered_404(two: Pair) -> None:
    assert just_logged_in(two.a).get("/history/export/", {"as": "xls"}).status_code == 404
    assert just_logged_in(two.a).get("/history/export/").status_code == 404


def test_a_guest_can_export_without_logging_in_again(two: Pair) -> None:
    User.objects.filter(pk=two.b.pk).update(email=None)
    assert phone_of(two.b).get("/history/export/", {"as": "json"}).status_code == 200
