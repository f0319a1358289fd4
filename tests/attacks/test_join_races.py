"""Fifty browsers at one link: one of them is in, and the others are told what a stranger is told."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.support.cast.clients import Answer, call, start_as
from tests.support.cast.visitors import PageAnswer, Visitor
from tests.support.servers.cycle import Server
from tests.support.servers.stored import rows

pytestmark = pytest.mark.both_stacks
BROWSERS = 50


def seats_of(server: Server, session: str) -> list[str]:
    """Return which seats of a check-in are taken."""
    taken = rows(server, "SELECT live_session_id, name FROM live_sessions_seat")
    return sorted(name for place, name in taken if str(place).replace("-", "") == session.replace("-", ""))


def test_one_of_fifty_programs_takes_the_seat(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    together = Barrier(BROWSERS)

    def join(number: int) -> Answer:
        together.wait()
        return call(server, "POST", f"join/{code}/", {"first_name": f"Otto {number}"})

    with ThreadPoolExecutor(BROWSERS) as crowd:
        answers = list(crowd.map(join, range(BROWSERS)))
    assert sorted(answer.status for answer in answers) == [201] + [404] * (BROWSERS - 1)
    assert {answer.body["code"] for answer in answers if answer.status == 404} == {"code.not_found"}
    assert seats_of(server, ana.session) == ["a", "b"]
    assert ana.command("sync").status == 200


def test_one_of_fifty_browsers_takes_the_seat(server: Server) -> None:
    ana, code = start_as(server, "Ana")
    crowd = [Visitor(server, f"Otto {number}") for number in range(BROWSERS)]
    with ThreadPoolExecutor(10) as several:
        assert {page.status for page in several.map(lambda one: one.get(f"/join/{code}/"), crowd)} == {200}, "premise"
    together = Barrier(BROWSERS)

    def join(one: Visitor) -> PageAnswer:
        together.wait()
        return one.post(f"/join/{code}/", first_name=one.name)

    with ThreadPoolExecutor(BROWSERS) as several:
        reached = list(several.map(join, crowd))
    assert sum(page.path == f"/sessions/{ana.session}/" for page in reached) == 1
    assert sorted(page.status for page in reached) == [200] + [404] * (BROWSERS - 1)
    assert len({page.body for page in reached if page.status == 404}) == 1, "whoever was too late is told one thing"
    assert seats_of(server, ana.session) == ["a", "b"]
