"""Exporting everything of one's own by the API, and deleting oneself."""

from tests.support.cast.api_logins import log_in, token_of
from tests.support.cast.clients import Person, call
from tests.support.cast.visitors import PASSWORD, Visitor, in_a_check_in
from tests.support.servers.cycle import Server


def test_the_export_holds_ones_own_and_of_the_other_what_a_reveal_shows(server: Server) -> None:
    ana, ben, session = in_a_check_in(server)
    people = {visitor.name: Person(server, visitor.name, token_of(visitor), session) for visitor in (ana, ben)}
    hers, his = people.values()
    for person, type, fields in (
        (hers, "round.open", {"after": 0, "text": "We came home tired."}),
        (hers, "mark.seal", {"round": 1, "reaction": "anxious", "intensity": 4, "words": "hers", "thought": "alone"}),
        (his, "mark.seal", {"round": 1, "reaction": "steady", "intensity": 2, "words": "his", "share": ["words"]}),
        (hers, "quiet.skip", {"round": 1}),
        (his, "quiet.skip", {"round": 1}),
        (hers, "need.say", {"round": 1, "text": "her need"}),
        (his, "need.say", {"round": 1, "text": "his need"}),
        (his, "step.choose", {"round": 1, "text": "his step"}),
        (hers, "step.choose", {"round": 1, "text": "her step"}),
        (hers, "pattern.fit", {"round": 1, "fits": True}),
        (hers, "round.open", {"after": 1, "moment": 1}),
        (hers, "mark.seal", {"round": 2, "reaction": "both", "intensity": 5, "words": "still sealed"}),
    ):
        assert person.command(type, **fields).status == 200, type
    call(server, "PUT", "me/private/drafts/", {"text": "put away", "hold": "tomorrow"}, hers.token)
    answer = call(server, "GET", "me/export/", token=hers.token)
    assert answer.status == 200
    for word in ("his", "his need", "his step", "still sealed", "Ben", ben.email):
        assert f'"{word}' not in answer.raw.decode(), word
    (check_in,) = answer.body["check_ins"]
    first, second = check_in["rounds"]
    told = first["reveal"]
    assert told["your_mark"] == {
        "reaction": "anxious", "intensity": 4, "words": "hers", "thought": "alone", "share": [],
    }  # fmt: skip
    assert told["other_mark"] == {"reaction": "steady", "intensity": 2}
    assert (told["pattern"], told["your_need"], told["you_fit"]) == ("reach_respond", "her need", True)
    assert told["your_step"] == {"text": "her step", "tried": None}
    assert (second["state"], second["reveal"]) == ("open", None)
    assert answer.body["private"]["drafts"][0]["text"] == "put away"
    assert answer.body["me"]["email"] == ana.email


def test_taking_along_and_going_ask_for_a_fresh_log_in(server: Server) -> None:
    ana = Visitor(server, "Ana").sign_up()
    token = token_of(ana)
    shell = (
        "import time; time.time = (lambda now: lambda: now() - 600)(time.time)\n"
        "from django.http import HttpRequest\n"
        "from accounts.login.token_logins import log_in\n"
        "request = HttpRequest(); request.META = {'REMOTE_ADDR': '127.0.0.1'}\n"
        f"print(log_in(request, {ana.email!r}, {PASSWORD!r}, None))"
    )
    old = server.manage("shell", "-v0", "-c", shell).strip().splitlines()[-1]
    for method, path in (("GET", "me/export/"), ("DELETE", "me/")):
        refused = call(server, method, path, token=old)
        assert (refused.status, refused.body["code"]) == (401, "login.not_fresh")
    assert call(server, "GET", "me/", token=old).status == 200
    assert call(server, "GET", "me/export/", token=token).status == 200
    assert call(server, "DELETE", "me/", token=token).status == 204
    assert call(server, "GET", "me/", token=old).status == 401
    assert log_in(ana).status == 401


def test_a_guest_goes_at_once_and_the_other_is_told_no_cause(ana: Person, ben: Person) -> None:
    at_ben = ben.connect()
    at_ben.until(lambda session: session["state"] == "live")
    assert call(ana.server, "DELETE", "me/", token=ana.token).status == 204
    assert at_ben.closed() in (4410, 4403)
    assert call(ana.server, "GET", "me/", token=ana.token).status == 401
    assert ben.snapshot()["state"] == "ended"
