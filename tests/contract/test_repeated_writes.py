"""What is written over the API can be sent again: by a client that lost the answer, or by a proxy of its own accord."""

import secrets
from typing import Any

import pytest
from django.test import Client

from accounts.care import scopes
from accounts.couple import pairing
from accounts.logins import open_login
from accounts.models import PrivateNote, User
from accounts.models.receipts import LIFETIME, Receipt
from accounts.my_part.api import EXAMPLES
from tests.support.cast.care_cast import Three, account
from tests.support.servers.cycle import ROOT

pytestmark = pytest.mark.django_db


def op() -> str:
    """Return an op as a client makes one."""
    return secrets.token_urlsafe(16)


class Program:
    """A client of the API, logged in as somebody."""

    def __init__(self, person: User) -> None:
        self.token = open_login(person)

    def ask(self, method: str, path: str, body: Any = None, *, request_id: str = "") -> Any:
        """Ask once; with the id of a request where a proxy passes it on."""
        headers = {"X-Session-Token": self.token, **({"X-Request-Id": request_id} if request_id else {})}
        how: dict[str, Any] = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(), method.lower())(f"/api/v1/{path}", headers=headers, **how)


@pytest.fixture
def ana(db: None) -> Program:
    """Return a program of Ana's."""
    return Program(account("Ana"))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_note_kept_again_with_an_op_is_one_note(ana: Program, kind: str) -> None:
    body = {**EXAMPLES[kind], "op": op()}
    first, again = (ana.ask("PUT", f"me/private/{kind}/", body) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    assert PrivateNote.objects.count() == 1
    assert "op" not in PrivateNote.objects.get().content
    assert ana.ask("PUT", f"me/private/{kind}/", EXAMPLES[kind]).json()["id"] != first.json()["id"]


def test_a_note_that_is_deleted_meanwhile_is_not_kept_again(ana: Program) -> None:
    body = {"text": "A closed door.", "op": op()}
    note = ana.ask("PUT", "me/private/triggers/", body).json()["id"]
    ana.ask("DELETE", f"me/private/triggers/{note}/")
    assert ana.ask("PUT", "me/private/triggers/", body).json()["code"] == "item.not_found"
    assert not PrivateNote.objects.exists()


def test_a_note_rewritten_again_does_not_undo_what_came_after(ana: Program) -> None:
    note = ana.ask("PUT", "me/private/journal/", {"text": "One."}).json()["id"]
    path, body = f"me/private/journal/{note}/", {"text": "Two.", "op": op()}
    ana.ask("PUT", path, body)
    ana.ask("PUT", path, {"text": "Three."})
    assert ana.ask("PUT", path, body).json()["text"] == "Three."


def test_a_deletion_sent_again_with_an_op_is_answered_as_the_first(ana: Program) -> None:
    note = ana.ask("PUT", "me/private/journal/", {"text": "One."}).json()["id"]
    path, named = f"me/private/journal/{note}/", f"?op={op()}"
    assert [ana.ask("DELETE", path + named).status_code for _ in range(2)] == [204, 204]
    # As in the first version, whose clients are recorded; and what never was there is not said to be deleted.
    assert [ana.ask("DELETE", path + other).status_code for other in ("", f"?op={op()}")] == [404, 404]


def test_deleting_all_again_leaves_what_was_written_since(ana: Program) -> None:
    path, named = "me/private/journal/", f"?op={op()}"
    ana.ask("PUT", path, {"text": "One."})
    assert ana.ask("DELETE", path + named).status_code == 204
    ana.ask("PUT", path, {"text": "Two."})
    assert ana.ask("DELETE", path + named).status_code == 204
    assert [one["text"] for one in ana.ask("GET", path).json()["results"]] == ["Two."]


def test_what_a_proxy_sends_twice_is_one_request(ana: Program) -> None:
    path, request_id = "me/private/wishes/", secrets.token_hex(16)
    first, again = (ana.ask("PUT", path, {"text": "A word."}, request_id=request_id) for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    assert PrivateNote.objects.count() == 1
    note, request_id = f"{path}{first.json()['id']}/", secrets.token_hex(16)
    assert [ana.ask("DELETE", note, request_id=request_id).status_code for _ in range(2)] == [204, 204]
    assert ana.ask("DELETE", note, request_id=secrets.token_hex(16)).status_code == 404


def test_an_id_names_nothing_by_itself(ana: Program) -> None:
    """It stands in logs, and whoever reads one, or sends the same with everything, repeats nothing by it."""
    path, request_id, ben = "me/private/wishes/", secrets.token_hex(16), Program(account("Ben"))
    for program, text in ((ana, "One."), (ana, "Two."), (ben, "One.")):
        assert program.ask("PUT", path, {"text": text}, request_id=request_id).json()["text"] == text
    assert PrivateNote.objects.count() == 3
    starts = [
        Client().post("/api/v1/start/", {"first_name": "Cleo"}, "application/json", headers={"X-Request-Id": "a" * 32})
        for _ in range(2)
    ]
    assert starts[0].json()["session"] != starts[1].json()["session"]


def test_unpairing_again_parts_no_couple_that_came_after(ana: Program) -> None:
    person, ben, named = User.objects.get(first_name="Ana"), account("Ben"), f"couple/?op={op()}"
    pairing.form_couple(person, ben)
    assert ana.ask("DELETE", named).status_code == 204
    pairing.form_couple(person, ben)
    assert ana.ask("DELETE", named).status_code == 204
    assert ana.ask("GET", "couple/").status_code == 200


def test_a_yes_sent_again_is_none_once_it_was_taken_back(cast: Three) -> None:
    ana, path = Program(cast.ana), f"care/{cast.link.id}/consent/"
    yes = {"scope": ["history"], "op": op()}
    assert ana.ask("POST", path, yes).json()["scopes"]["history"]["agreed"]
    no = f"{path}?scope=history&op={op()}"
    assert not ana.ask("DELETE", no).json()["scopes"]["history"]["agreed"]
    assert not ana.ask("POST", path, yes).json()["scopes"]["history"]["agreed"]
    assert scopes.agreed_scopes(cast.ana, cast.link) == set()
    # And the other way round: a no of before does not take back the yes that came after it.
    assert ana.ask("POST", path, {**yes, "op": op()}).json()["scopes"]["history"]["agreed"]
    assert ana.ask("DELETE", no).json()["scopes"]["history"]["agreed"]


def test_what_is_wished_or_written_again_does_not_undo_what_came_after(cast: Three) -> None:
    ana, tess = Program(cast.ana), Program(cast.tess)
    months = {"months": 3, "op": op()}
    for body in (months, {"months": 12}):
        assert ana.ask("PUT", "couple/retention/", body).json()["your_wish"] == body["months"]
    assert ana.ask("PUT", "couple/retention/", months).json()["your_wish"] == 12
    notes, path = {"text": "One.", "op": op()}, f"care/{cast.link.id}/notes/"
    for one in (notes, {"text": "Two."}):
        assert tess.ask("PUT", path, one).json()["text"] == one["text"]
    assert tess.ask("PUT", path, notes).json()["text"] == "Two."


def test_what_came_of_it_is_kept_for_some_minutes_and_says_nothing(ana: Program) -> None:
    body = {"text": "A closed door.", "op": op()}
    for _ in range(2):
        ana.ask("PUT", "me/private/triggers/", body)
    receipt = Receipt.objects.get()
    assert "door" not in receipt.result and body["op"] not in receipt.key
    Receipt.objects.update(created_at=receipt.created_at - LIFETIME)
    ana.ask("PUT", "me/private/triggers/", body)
    assert PrivateNote.objects.count() == 2


def test_nginx_names_each_request_and_repeats_no_post() -> None:
    conf = (ROOT / "docs/deployment/locations.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Request-Id $request_id;" in conf.partition("location /")[0]
    directives = [line.partition("#")[0] for line in conf.splitlines()]
    repeating = [line for line in directives if "proxy_next_upstream " in line]
    assert repeating and not any("non_idempotent" in line for line in repeating)
