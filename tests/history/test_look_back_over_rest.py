"""A day later, said by a program: kept as the page keeps it, and shown to the other only where it is shared."""

import json
import secrets
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.couple import pairing
from accounts.models import User
from sessions.models import Part, Round
from tests.history.test_look_back import plain, seen_by
from tests.support.cast.api_world import fresh_login
from tests.support.cast.looking_back import pair_of_others, text_of
from tests.support.cast.past import Pair, pair, phone_of, therapist_of

pytestmark = pytest.mark.django_db

LINE = "Quince: lighter, and then unsure again."
NOTHING = {"a": None, "b": None}


@pytest.fixture
def two() -> Pair:
    """Return Ana, who wishes to look back, and Ben, with a round of yesterday."""
    couple = pair()
    couple.reveal(timezone.now() - timedelta(days=1))
    User.objects.filter(id=couple.a.id).update(looks_back=True)
    return couple


class Program:
    """A client of the API, logged in as somebody."""

    def __init__(self, person: User) -> None:
        self.headers = {"X-Session-Token": fresh_login(person)}

    def put(self, path: str, **body: Any) -> HttpResponse:
        """Send a body."""
        return Client().put(f"/api/v1/{path}", body, "application/json", headers=self.headers)  # type: ignore[return-value]

    def say(self, one: Round, **fields: Any) -> HttpResponse:
        """Say how a round was."""
        return self.put(f"history/{one.history_id}/look-back/", **{"feeling": "both", "line": LINE, **fields})

    def take_back(self, one: Round, op: str = "") -> int:
        """Take it back; return the status."""
        named = f"?op={op}" if op else ""
        path = f"/api/v1/history/{one.history_id}/look-back/{named}"
        return Client().delete(path, headers=self.headers).status_code

    def look_backs(self, one: Round) -> Any:
        """Return what is told of it."""
        return Client().get(f"/api/v1/history/{one.history_id}/", headers=self.headers).json()["look_backs"]


def refusal(answer: HttpResponse) -> tuple[int, str]:
    """Return the status and the code of a problem document."""
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, json.loads(answer.content)["code"]


def test_it_is_said_replaced_shared_kept_to_oneself_again_and_taken_back(two: Pair) -> None:
    [one] = two.rounds
    ana, ben = Program(two.a), Program(two.b)
    for fields, shown in (
        ({"line": "  One line.  "}, {"feeling": "both", "line": "One line.", "shared": False}),
        ({"shared": True}, {"feeling": "both", "line": LINE, "shared": True}),
        ({"feeling": "relief", "line": ""}, {"feeling": "relief", "line": "", "shared": False}),
    ):
        answer = ana.say(one, **fields)
        assert answer.status_code == 200
        assert json.loads(answer.content)["look_backs"] == {"a": shown, "b": None} == ana.look_backs(one)
        assert ben.look_backs(one) == ({"a": shown, "b": None} if shown["shared"] else NOTHING)
    assert ana.take_back(one) == 204
    assert ana.look_backs(one) == NOTHING
    assert not Part.objects.exclude(look_back=None).exists()
    assert ana.take_back(one) == 204, "there is nothing to take back, and that is what was wanted"


def test_the_page_and_the_program_write_the_same(two: Pair) -> None:
    [one] = two.rounds
    page = f"/history/{one.history_id}/look-back/"
    phone_of(two.a).post(page, {"feeling": "doubt", "line": f" {LINE}\r\nMore. ", "shared": "1"})
    by_page = Part.objects.get(round=one, seat="a").look_back
    assert Program(two.a).say(one, feeling="doubt", line=f" {LINE}\r\nMore. ", shared=True).status_code == 200
    assert Part.objects.get(round=one, seat="a").look_back == by_page


@pytest.mark.parametrize("said", [{}, {"feeling": "relief", "line": ""}, {"feeling": "doubt"}])
def test_the_other_sees_the_same_whatever_was_kept_to_oneself(two: Pair, said: dict[str, str]) -> None:
    [one] = two.rounds

    before = plain(seen_by(two.b, one))
    assert Program(two.a).say(one, **said).status_code == 200
    assert plain(seen_by(two.b, one)) == before
    assert Program(two.a).say(one, **said, shared=True).status_code == 200
    assert plain(seen_by(two.b, one)) != before
    assert Program(two.a).take_back(one) == 204
    assert plain(seen_by(two.b, one)) == before


def test_nobody_says_it_who_did_not_wish_it_nor_before_the_night_is_over(two: Pair) -> None:
    [one] = two.rounds
    assert refusal(Program(two.b).say(one)) == (409, "look_back.not_offered")
    Round.objects.filter(pk=one.pk).update(opened_at=timezone.now() - timedelta(hours=2))
    assert refusal(Program(two.a).say(one)) == (409, "look_back.not_offered")
    assert not Part.objects.exclude(look_back=None).exists()


def test_it_is_wished_and_wished_no_more_and_what_was_said_stays_ones_own(two: Pair) -> None:
    [one] = two.rounds
    ben = Program(two.b)
    assert json.loads(ben.put("me/look-back/", looks_back=True).content)["looks_back"] is True
    assert ben.say(one).status_code == 200
    assert json.loads(ben.put("me/look-back/", looks_back=False).content)["looks_back"] is False
    assert ben.say(one, feeling="doubt").status_code == 200, "it is theirs to change"
    assert ben.take_back(one) == 204
    assert refusal(ben.say(one)) == (409, "look_back.not_offered")


@pytest.mark.parametrize(
    "wrong",
    [{"feeling": "joy"}, {"feeling": None}, {"line": "x" * 281}, {"line": "a\x00b"}, {"shared": "1"}, {"mood": 1}],
    ids=str,
)
def test_what_is_no_answer_is_kept_nowhere(two: Pair, wrong: dict[str, Any]) -> None:
    [one] = two.rounds
    assert refusal(Program(two.a).say(one, **wrong)) == (400, "frame.invalid")
    assert not Part.objects.exclude(look_back=None).exists()


def test_it_is_nobody_elses_to_say_or_to_take_back(two: Pair) -> None:
    [one] = two.rounds
    assert Program(two.a).say(one, shared=True).status_code == 200
    tess, cleo = therapist_of(two, "history"), pair_of_others().a
    User.objects.update(looks_back=True)
    assert LINE in text_of(phone_of(tess).get(f"/history/{one.history_id}/"))
    for person in (tess, cleo):
        assert refusal(Program(person).say(one)) == (404, "item.not_found")
        assert Program(person).take_back(one) == 404
    assert Program(two.b).take_back(one) == 204, "his own, of which there is none"
    assert Program(two.b).look_backs(one)["a"]["line"] == LINE


def test_what_comes_again_does_not_undo_what_came_after(two: Pair) -> None:
    [one] = two.rounds
    ana, first, back = Program(two.a), secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    assert ana.say(one, op=first, shared=True).status_code == 200
    assert ana.take_back(one, back) == 204
    assert json.loads(ana.say(one, op=first, shared=True).content)["look_backs"] == NOTHING
    assert ana.say(one, line="Once more.").status_code == 200
    assert ana.take_back(one, back) == 204
    assert ana.look_backs(one)["a"]["line"] == "Once more."
    wish = secrets.token_urlsafe(16)
    for wished, op in ((True, wish), (False, secrets.token_urlsafe(16)), (True, wish)):
        answer = ana.put("me/look-back/", looks_back=wished, op=op)
    assert json.loads(answer.content)["looks_back"] is False, "the later no holds"


def test_after_parting_it_stays_with_whoever_said_it(two: Pair) -> None:
    [one] = two.rounds
    ana, ben = Program(two.a), Program(two.b)
    assert ana.say(one, shared=True).status_code == 200
    pairing.unpair(two.a)
    assert ana.look_backs(one)["a"]["line"] == LINE
    assert ben.look_backs(one) == NOTHING
    assert ana.take_back(one) == 204
    assert ana.look_backs(one) == NOTHING
