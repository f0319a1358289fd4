"""To a host, sealed means sealed: one bit for each seat on the console, and on the shared screen not even that.

Two evenings that differ only in what one partner did unseen, each with a console, a shared screen and two phones.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from typing import Any, Final

import pytest

from tests.live.test_twin_runs import NEED_LITTLE, NEED_MUCH, SEALED_LITTLE, SEALED_MUCH, UNSHARED
from tests.support.canaries import canary
from tests.support.cast.clients import join_as
from tests.support.cast.hosted import in_shell, therapist
from tests.support.twins.evening import FINAL, MOMENT, QUESTIONS, Evening, Place, Script, Secret

SECRETS: Final = {
    "little": (Secret(SEALED_LITTLE, NEED_LITTLE), "a"),
    "much": (Secret(SEALED_MUCH, NEED_MUCH, UNSHARED), "a"),
    "never": (Secret(), "b"),
    "replaced": (Secret(SEALED_LITTLE + SEALED_MUCH + SEALED_LITTLE, NEED_LITTLE + NEED_MUCH), "b"),
}
EVERYBODY: Final = ("a", "b", "host", "screen")
HOST_PAGES: Final = ("/", "/practice/", "/practice/start/", "/practice/display/", "/practice/display/now/")
PUT_ON_DISPLAY = """
from uuid import UUID
from accounts.models import User
from sessions.hosting import display
display.put_on(User.objects.get(id={id!r}), UUID({session!r}))
"""
BIT = re.compile(r'"sealed":\{"a":(?:true|false),"b":(?:true|false)\}')


class HostedScript(Script):
    """Plays a hosted evening; the host looks everywhere, on her own screen and on the shared one."""

    def _play(self) -> None:
        may_host = therapist(self.server)
        tess, code = may_host.host()
        self.people = {"host": tess, "screen": tess, "a": tess, "b": tess}
        for seat, name in (("a", "Ana"), ("b", "Ben")):
            self.people[seat] = join_as(self.server, name, code)
        self.reached = {seat: [] for seat in EVERYBODY}
        self.lines = {}
        for there, seat in enumerate(EVERYBODY, start=1):
            # One after the other, or chance decides what the first snapshots show.
            self.lines[seat] = self.people[seat].connect("?screen=room" if seat == "screen" else "")
            # The screen brings nobody who was not here before.
            waiting = [self.lines[seat]] if seat == "screen" else list(self.lines.values())
            for line in waiting:
                line.until(lambda session, there=there: _here(session) == min(there, 3))
        self.names.know(self.people, code)
        in_shell(self.server, PUT_ON_DISPLAY.format(id=may_host.id, session=tess.session))
        self._host("round.open", after=0, text=MOMENT)
        self._unseen(1)
        self._look_as_host("unseen in the first round")
        self._host("round.set_aside", round=1)
        self._look_as_host("after setting it aside")
        self._host("round.open", after=1, moment=3)
        self._unseen(2)
        self._host("pause.start", minutes=1)
        self._look_as_host("unseen in the second round, paused")
        self._does(self.secretive, "mark.withdraw", round=2)
        for seat in "ab":
            self._does(seat, "pause.resume")
        self._does(self.secretive, "mark.seal", round=2, **{**FINAL, **self.secret.unshared})
        self._look_as_host("before the reveal")
        self._other("mark.seal", round=2, reaction="avoidant", intensity=2)
        self._look_as_host("after the reveal")
        for seat in "ab":
            self._does(seat, "quiet.skip", round=2)
        for type, fields in self.secret.need:
            self._does(self.secretive, type, **fields)
        self._host("turn.start", speaker="a", seconds=60)
        self._look_as_host("unseen in the exchange")
        self._host("round.open", after=2, moment=5)
        self._unseen(3)
        self._look_as_host("unseen in the third round")
        self._host("session.end")
        self.over = True
        self._settle()
        self._look_as_host("after the end")

    def _host(self, type: str, **fields: Any) -> None:
        self.deeds.setdefault("host", 0)
        self._does("host", type, **fields)

    def _look_as_host(self, when: str) -> None:
        self.clock.tick()
        if not self.over:
            self._settle()
        here = f"/api/v1/sessions/{self.people['host'].session}/"
        for path in (here, f"{here}notes/", "/api/v1/sessions/"):
            self._request("host", "GET", path)
        for number, (type, fields) in enumerate(QUESTIONS):
            body = json.dumps({"type": type, "op": f"{when} {number}", **fields}).encode()
            self._request("host", "POST", f"{here}commands/", body)
        room = f"/sessions/{self.people['host'].session}/"
        notes = f"/practice/check-ins/{self.people['host'].session}/notes/"
        for path in (room, f"{room}screen/", f"{room}summary/", notes, *HOST_PAGES):
            self._request("host", "GET", path, cookie=True)
        self.reached["host"].append(("when", when))


def _here(session: dict[str, Any]) -> int:
    return sum(person["here"] for person in session["people"])


def play(secret: Secret, secretive: str) -> Evening:
    """Play one hosted evening."""
    return HostedScript(secret, secretive, Place()).play()


@pytest.fixture(scope="module")
def evenings() -> dict[str, Evening]:
    """Return every evening, played once."""
    with ThreadPoolExecutor(2) as two:
        return dict(zip(SECRETS, two.map(lambda case: play(*case), SECRETS.values()), strict=True))


def without_the_bit(evening: Evening) -> tuple[list[str], list[tuple[str, str]]]:
    """Return what the console was shown, and all else that reached it, but for who has sealed and how often it changed.

    A bit that changes is told at once, so there are more snapshots where there was more to tell; otherwise the same.
    """
    # "true" and "false" differ in length, and an answer over HTTP names its own.
    shown = [(where, re.sub(r"content-length: \d+\n", "", text)) for where, text in evening.reached["host"]]
    masked = [(where, BIT.sub('"sealed":"<bits>"', text)) for where, text in shown]
    is_snapshot = [where == "socket" and '"type":"snapshot"' in text for where, text in masked]
    snapshots = [text for (_, text), is_one in zip(masked, is_snapshot, strict=True) if is_one]
    rest = [one for one, is_one in zip(masked, is_snapshot, strict=True) if not is_one]
    return [text for text, _ in groupby(snapshots)], rest


def test_an_evening_has_something_to_tell_a_host(evenings: dict[str, Evening]) -> None:
    console = [text for _, text in evenings["much"].reached["host"]]
    screen = [text for _, text in evenings["much"].reached["screen"]]
    assert any(BIT.search(text) for text in console), "the console has its bit"
    for texts in (console, screen):
        assert any('"pattern":{"code":"pursue_withdraw"' in text for text in texts), "there was a reveal"
        assert any('"state":"paused"' in text for text in texts)
    assert any("<!doctype html>" in text for text in console)
    assert screen[-1] == "closed 4410"


def test_her_display_shows_the_evening_until_it_is_over(evenings: dict[str, Evening]) -> None:
    asked = [text for where, text in evenings["much"].reached["host"] if where == "GET /practice/display/now/"]
    shown = [json.loads(text.rpartition("\n")[2])["on"] for text in asked]
    assert all(shown[:-1]) and shown[-1] == ""


def test_the_shared_screen_is_never_sent_who_has_sealed(evenings: dict[str, Evening]) -> None:
    rounds = 0
    for evening in evenings.values():
        for _, text in evening.reached["screen"]:
            if text.startswith('{"type":"snapshot"') and (latest := json.loads(text)["session"]["round"]):
                assert latest["sealed"] is None
                rounds += 1
    assert rounds > 20


def test_what_was_sealed_changes_no_byte_that_reaches_a_host(evenings: dict[str, Evening]) -> None:
    for seat in ("host", "screen"):
        assert evenings["little"].reached[seat] == evenings["much"].reached[seat], seat
    assert evenings["little"].log == evenings["much"].log


def test_whether_it_was_sealed_changes_no_byte_on_the_shared_screen(evenings: dict[str, Evening]) -> None:
    assert evenings["never"].reached["screen"] == evenings["replaced"].reached["screen"]


def test_whether_it_was_sealed_changes_one_bit_on_the_console(evenings: dict[str, Evening]) -> None:
    never, replaced = evenings["never"], evenings["replaced"]
    assert never.reached["host"] != replaced.reached["host"], "a host sees whether a mark is sealed"
    assert without_the_bit(never) == without_the_bit(replaced)


def test_whether_it_was_sealed_changes_no_byte_that_reaches_the_other_partner(evenings: dict[str, Evening]) -> None:
    assert evenings["never"].reached["a"] == evenings["replaced"].reached["a"]


def test_nothing_unrevealed_or_unshared_ever_reaches_a_host(evenings: dict[str, Evening]) -> None:
    words = [
        canary(f"{kind} {name}") for kind in ("unrevealed", "unshared") for name in ("thought", "second look", "words")
    ]
    for evening in (evenings["much"], evenings["replaced"]):
        texts = "\n".join(text for seat in ("host", "screen") for _, text in evening.reached[seat])
        escaped = [json.dumps(word).strip('"') for word in words]
        assert not [word for word in [*words, *escaped, canary("need")] if word in texts]
