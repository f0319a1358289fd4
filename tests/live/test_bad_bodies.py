"""Request bodies that nobody should send: REST refuses what the socket refuses, with a status of its own."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.bad_frames import FLOOD, LARGEST, UNACCEPTABLE, UNREADABLE
from tests.support.cast.clients import Person, call, couple
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.both_stacks


def test_a_body_is_read_as_strictly_as_a_frame(ana: Person, ben: Person) -> None:
    path = f"sessions/{ana.session}/commands/"
    for name, text in {**UNREADABLE, **UNACCEPTABLE}.items():
        answer = call(ana.server, "POST", path, text.encode(), ana.token)
        assert (answer.status, answer.body["code"]) == (400, "frame.invalid"), name
        assert answer.headers["content-type"] == "application/problem+json"
    not_text = call(ana.server, "POST", path, b'{"type": "sync", "op": "\xff"}', ana.token)
    assert (not_text.status, not_text.body["code"]) == (400, "frame.invalid")
    assert ana.command("sync").status == 200


@pytest.mark.parametrize("size", [LARGEST + 1, 400 * 1024, 3 * 1024 * 1024])
def test_a_body_that_is_too_large_is_refused(ana: Person, size: int) -> None:
    body = json.dumps({"type": "sync", "op": "one", "pad": ""}).encode()
    large = body.replace(b'""', b'"' + b"a" * (size - len(body)) + b'"')
    assert len(large) == size
    answer = call(ana.server, "POST", f"sessions/{ana.session}/commands/", large, ana.token)
    assert (answer.status, answer.body["code"]) == (413, "content.too_large")


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", ""]
)
def test_a_body_of_another_content_type_is_refused(ana: Person, content_type: str) -> None:
    body = b'{"type": "sync", "op": "one"}'
    path = f"sessions/{ana.session}/commands/"
    answer = call(ana.server, "POST", path, body, ana.token, Content_Type=content_type)
    assert (answer.status, answer.body["code"]) == (415, "content.type")


def test_a_bad_body_is_refused_before_the_login(server: Server, ana: Person) -> None:
    path = f"sessions/{ana.session}/commands/"
    for body, status in ((b"{", 400), (b'{"type":"sync"}', 400), (b"a" * (LARGEST + 1), 413)):
        assert call(server, "POST", path, body).status == status
    assert call(server, "POST", path, {"type": "sync", "op": "one"}).status == 401


def test_too_many_commands_are_answered_with_retry_after(strict: Server) -> None:
    ana, ben = couple(strict)
    with ThreadPoolExecutor(10) as several:
        answers = list(several.map(lambda _: ana.command("sync"), range(FLOOD)))
    refused = [answer for answer in answers if answer.status != 200]
    assert refused, "they must have taken less than the time for which they are allowed"
    assert {answer.status for answer in refused} == {429}
    assert {answer.body["code"] for answer in refused} == {"rate.limited"}
    assert len(answers) - len(refused) >= 30
    wait = int(refused[-1].headers["retry-after"])
    assert 1 <= wait <= 5
    assert ben.command("sync").status == 200, "one person's hurry is not the other's"
    time.sleep(wait)
    assert ana.command("sync").status == 200


@pytest.mark.parametrize(("method", "path"), [("DELETE", "moments/"), ("PUT", "sessions/"), ("GET", "start/")])
def test_a_method_that_is_not_allowed_is_answered_as_a_problem(ana: Person, method: str, path: str) -> None:
    answer = call(ana.server, method, path, token=ana.token)
    assert answer.status == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["allow"]


@pytest.mark.parametrize("accepted", ["text/html", "image/png", "application/problem+json", "*/*"])
def test_it_answers_json_whatever_is_asked_for(ana: Person, accepted: str) -> None:
    answer = call(ana.server, "GET", f"sessions/{ana.session}/", token=ana.token, Accept=accepted)
    assert answer.status == 200
    assert answer.body["session"]["id"] == ana.session
