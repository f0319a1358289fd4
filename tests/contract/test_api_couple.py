"""Pairing, starting together and unpairing by the API."""

from tests.support.cast.api_logins import token_of
from tests.support.cast.clients import call, couple
from tests.support.cast.visitors import Visitor, paired
from tests.support.servers.cycle import Server


def test_two_pair_by_an_invitation_and_part(server: Server) -> None:
    ana, ben = (Visitor(server, name).sign_up() for name in ("Ana", "Ben"))
    hers, his = token_of(ana), token_of(ben)
    alone = call(server, "GET", "couple/", token=hers)
    assert (alone.status, alone.body["code"]) == (404, "item.not_found")
    invited = call(server, "POST", "couple/invitations/", token=hers)
    assert invited.status == 201
    assert set(invited.body) == {"url", "code", "expires"}
    assert invited.body["url"].endswith(f"/couple/invitation/{invited.body['code']}/")
    path = f"couple/invitations/{invited.body['code']}/accept/"
    assert call(server, "POST", path, token=hers).status == 404, "nobody pairs with themself"
    accepted = call(server, "POST", path, token=his)
    assert accepted.status == 200
    assert (accepted.body["seat"], accepted.body["partner"]) == ("b", {"first_name": "Ana"})
    again = call(server, "POST", path, token=his)
    assert (again.status, again.body["code"]) == (404, "code.not_found")
    shown = call(server, "GET", "couple/", token=hers).body
    assert (shown["id"], shown["seat"], shown["partner"]) == (accepted.body["id"], "a", {"first_name": "Ben"})
    assert call(server, "POST", "couple/invitations/", token=hers).body["code"] == "couple.not_free"

    started = call(server, "POST", "sessions/", token=hers)
    met = call(server, "POST", "sessions/", token=his)
    assert (started.status, met.status, met.body) == (201, 200, started.body)
    path = f"sessions/{met.body['session']}/join/"
    assert call(server, "POST", path, token=his).body["session"]["state"] == "live"

    assert call(server, "DELETE", "couple/", token=his).status == 204
    assert call(server, "DELETE", "couple/", token=his).status == 204
    assert call(server, "GET", "couple/", token=hers).status == 404
    assert call(server, "GET", f"sessions/{met.body['session']}/", token=hers).body["session"]["state"] == "ended"


def test_a_guest_invites_nobody(server: Server) -> None:
    ana, _ = couple(server)
    answer = call(server, "POST", "couple/invitations/", token=ana.token)
    assert (answer.status, answer.body["code"]) == (403, "account.needed")


def test_an_account_takes_the_seat_behind_a_code_as_who_it_is(server: Server, token: str) -> None:
    started = call(server, "POST", "start/", {"first_name": "Ana"}).body
    joined = call(server, "POST", f"join/{started['code']}/", {"first_name": "Otto"}, token)
    assert (joined.status, joined.body) == (201, {"token": token, "session": started["session"]})
    people = call(server, "GET", f"sessions/{started['session']}/", token=token).body["session"]["people"]
    assert [person["name"] for person in people] == ["Ana", "Otto"]
    call(server, "DELETE", "couple/", token=token)


def test_who_is_paired_starts_without_a_code(server: Server) -> None:
    ana, _ = paired(server)
    answer = call(server, "POST", "start/", {"first_name": "Ana"}, token_of(ana))
    assert (answer.status, answer.body["code"]) == (409, "couple.not_free")
