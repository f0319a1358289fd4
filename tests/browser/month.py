"""What happens in a month of a practice: hours that take place, are moved, called off and missed, step by step."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.journey import hook
from tests.browser.month_pages import FRONT, Device, Reader, steadily
from tests.support.cast import practice
from tests.support.cast.clients import Person, call
from tests.support.cast.practice import Couple
from tests.support.cast.visitors import Visitor
from tests.support.servers.clocks import Timed

DAY, HOUR, MINUTE = 86_400, 3600, 60
TABLET = {"width": 768, "height": 1024}
# A device that was put away wakes: by nothing else does a page notice that time has passed before its next look.
TIME_PASSED = """seconds => {
    const before = Date.now;
    Date.now = () => before.call(Date) + seconds * 1000;
    window.dispatchEvent(new Event("focus"));
}"""
STANDS = "word => document.documentElement.innerText.includes(word)"
STATE = re.compile(r'data-testid="appointment" data-state="(\w+)"')


class Month:
    """Tess's laptop, the wall and the practice's tablet; Ana's phone; and everybody else's logins without a screen."""

    def __init__(self, timed: Timed, open_device: OpenDevice) -> None:
        self.timed, self.server = timed, timed.server
        self.practice = practice.begin(self.server)
        self.begins = (timed.clock.seconds // DAY + 1) * DAY
        self.laptop, self.wall = open_device(LAPTOP), open_device(LAPTOP)
        self.tablet, self.phone = open_device(TABLET), open_device()
        self.in_the_room: list[Couple] = []
        self.on_the_tablet: list[Couple] = []
        for page, name in ((self.laptop, "Tess"), (self.wall, "the wall"), (self.phone, "Ana")):
            key = self.practice.logins[name]
            page.context.add_cookies([{"name": "session", "value": key, "url": self.server.url}])
            page.goto(self.server.url + {"Ana": "/", "Tess": "/practice/", "the wall": "/practice/display/"}[name])
        self.go(self.tablet, self.server.url)
        self.reader = Reader(self.practice, self._devices())

    def _devices(self) -> list[Device]:
        all_of_it, logins = self.practice, self.practice.logins
        homes = {"Ben": all_of_it.ana_and_ben, "Ella": all_of_it.ella_and_finn, "Theo": all_of_it.tess_and_theo}
        devices = [
            Device("the laptop", all_of_it, lambda: (), self.server.url, self.laptop, is_tess_at_work=True),
            Device("the wall", all_of_it, lambda: self.in_the_room, self.server.url, self.wall),
            Device("the tablet", all_of_it, lambda: self.on_the_tablet, self.server.url, self.tablet),
            Device("Ana's phone", all_of_it, lambda: [all_of_it.ana_and_ben], self.server.url, self.phone),
        ]
        for name, couple in homes.items():
            devices.append(self._phone(name, couple, logins[name]))
        return devices

    def _phone(self, name: str, couple: Couple, key: str) -> Device:
        login = Visitor(self.server, name)
        return Device(f"{name}'s phone", self.practice, lambda: [couple], self.server.url, login=login, key=key)

    # Time.

    def at(self, day: int, hour: int, minute: int = 0) -> str:
        """Return a time of the month as programs write it."""
        return datetime.fromtimestamp(self.begins + day * DAY + hour * HOUR + minute * MINUTE, UTC).isoformat()

    def until(self, day: int, hour: int, minute: int = 0) -> None:
        """Let time pass, for the server and for every screen."""
        seconds = self.begins + day * DAY + hour * HOUR + minute * MINUTE - self.timed.clock.seconds
        assert seconds >= 0, "time goes on"
        self.timed.clock.tick(seconds)
        for page in (self.laptop, self.wall, self.tablet, self.phone):
            steadily(partial(page.evaluate, TIME_PASSED, seconds))

    def look(self, when: str, paths: Iterable[str] = FRONT) -> None:
        """Read every device, and what it would show at these addresses."""
        self.reader.look(when, paths)

    def go(self, page: Page, address: str) -> None:
        """Open an address on a screen."""
        steadily(partial(page.goto, address))

    # What Tess does.

    def plan(self, couple: Couple, day: int, hour: int) -> tuple[str, str]:
        """Plan an hour with a couple."""
        return practice.plan(self.server, couple, self.at(day, hour))

    def open_console(self, session: str) -> None:
        """Open an hour on the laptop, put it on the wall, and write a line that nobody else reads."""
        couple = self.couple_of(session)
        self.go(self.laptop, f"{self.server.url}/sessions/{session}/")
        expect(self.laptop.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
        hook(self.laptop, "display-show").click()
        expect(hook(self.laptop, "display-hide")).to_be_visible()
        self.in_the_room = [couple]
        self._wake_the_wall()
        expect(self.wall.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
        notes = self.api("PUT", f"sessions/{session}/notes/", "Tess", {"text": couple.word("notes")})
        assert notes.status == 200, notes

    def _wake_the_wall(self) -> None:
        """Let it ask at once what is on it, and not only in some seconds."""
        steadily(partial(self.wall.evaluate, "() => window.dispatchEvent(new Event('focus'))"))

    def take_back(self, name: str) -> None:
        """Let one of Ana and Ben take back their yes to being hosted."""
        practice.take_back(self.server, self.practice.ana_and_ben, name)
        self.in_the_room = []
        self._wake_the_wall()
        expect(hook(self.wall, "display-blank")).to_be_visible()

    def couple_of(self, session: str) -> Couple:
        """Return whose hour this is."""
        return next(one for one in self.practice.couples if session in one.sessions)

    def api(self, method: str, path: str, name: str, body: Any = None) -> Any:
        """Ask the API as somebody with an account."""
        return call(self.server, method, path, body, self.practice.logins[name])

    # Coming in.

    def login_of(self, page: Page) -> str:
        """Return the login that a browser has now."""
        return next(one["value"] for one in page.context.cookies(self.server.url) if one["name"] == "session")

    def ana_and_ben_come(self, session: str) -> tuple[Person, Person]:
        """Let Ana open her phone, and Ben his."""
        self.go(self.phone, f"{self.server.url}/sessions/{session}/")
        expect(self.phone.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
        assert self.api("POST", f"sessions/{session}/join/", "Ben", {}).status == 200
        logins = self.practice.logins
        return Person(self.server, "Ana", logins["Ana"], session), Person(self.server, "Ben", logins["Ben"], session)

    def comes_by_tablet(self, session: str, code: str, name: str) -> Person:
        """Let somebody take the practice's tablet, which Tess has opened at the hour's link."""
        self.on_the_tablet = [self.couple_of(session)]
        self.go(self.tablet, f"{self.server.url}/join/{code}/?device=practice")
        self.look(f"{name} is handed the tablet")
        hook(self.tablet, "first-name").fill(name)
        self.tablet.get_by_test_id("agrees-to-host").check()
        hook(self.tablet, "join").click()
        expect(self.tablet.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
        return Person(self.server, name, self.login_of(self.tablet), session)

    def comes_by_phone(self, session: str, code: str, name: str, key: str | None) -> Person:
        """Let somebody join on a phone of their own, with the login that it has, if any."""
        answer = call(self.server, "POST", f"join/{code}/", {"first_name": name}, key)
        assert answer.status == 201, answer
        return Person(self.server, name, answer.body["token"], session)

    def cleo_and_dan_come(self, session: str, code: str) -> tuple[Person, Person]:
        """Let Cleo take the tablet, and Dan his phone, which is new here each time."""
        cleo, dan = self.comes_by_tablet(session, code, "Cleo"), self.comes_by_phone(session, code, "Dan", None)
        self.reader.devices = [one for one in self.reader.devices if one.name != "Dan's phone"]
        self.reader.devices.append(self._phone("Dan", self.practice.cleo_and_dan, dan.token))
        return cleo, dan

    def ella_and_finn_come(self, session: str, code: str) -> tuple[Person, Person]:
        """Let Ella come with her account, and Finn by the tablet."""
        finn = self.comes_by_tablet(session, code, "Finn")
        return self.comes_by_phone(session, code, "Ella", self.practice.logins["Ella"]), finn

    # The hour.

    def round(self, session: str, two: tuple[Person, Person], screens: tuple[Page, ...]) -> None:
        """Play a round; each screen in the room shows it before it is read."""
        couple = self.couple_of(session)
        tess = Person(self.server, "Tess", self.practice.logins["Tess"], session)
        assert tess.command("round.open", after=0, text=couple.word("moment")).status == 200
        self._stands(screens, couple.word("moment"))
        self.look("a moment is open", ())
        for one in two:
            mark = {"reaction": "anxious", "intensity": 3, "thought": couple.word("thought"), "share": ["thought"]}
            assert one.command("mark.seal", round=1, **mark).status == 200
        self._stands(screens, couple.word("thought"))
        self.look("a map is open")

    def _stands(self, screens: tuple[Page, ...], word: str) -> None:
        for page in screens:
            page.wait_for_function(STANDS, arg=word)

    def end(self, two: tuple[Person, Person]) -> None:
        """Let one of the two end it for everybody."""
        assert two[1].command("session.end").status == 200
        self.in_the_room = []
        self._wake_the_wall()
        expect(hook(self.wall, "display-blank")).to_be_visible()

    def put_the_tablet_away(self, *, closed: bool) -> None:
        """Leave the tablet, with its page closed or as it is: nobody says that they are finished."""
        if closed:
            self.go(self.tablet, "about:blank")
        else:
            expect(hook(self.tablet, "finished-here")).to_be_visible()
            # It counts from when it is offered, which the page sees at its next look.
            self.tablet.evaluate("() => window.dispatchEvent(new Event('focus'))")
        self.on_the_tablet = []

    def finish_on_the_tablet(self) -> None:
        """Say on the tablet that one is finished there."""
        hook(self.tablet, "finished-here").click()
        expect(self.tablet.get_by_role("heading", name="Finished on this device")).to_be_visible()
        self.on_the_tablet = []

    # One story.

    def all_read(self, session: str, state: str, *names: str) -> None:
        """Check that everybody reads one and the same of an appointment, over the API and on its page."""
        told = []
        for name in names:
            answer = self.api("GET", f"sessions/{session}/appointment/", name)
            assert answer.status == 200, (name, answer)
            told.append({key: value for key, value in answer.body.items() if key != "can"})
            if state in ("planned", "moved", "called_off", "missed"):
                page = Visitor(self.server, name).get_as(self.practice.logins[name], f"/sessions/{session}/").text
                found = STATE.search(page)
                assert found and found[1] == state, (name, state)
        assert all(one == told[0] for one in told), told
        assert told[0]["appointment"] == state, told

    @contextmanager
    def laptop_asleep(self) -> Iterator[None]:
        """Close the lid for a while."""
        self.laptop.context.set_offline(True)
        yield
        self.laptop.context.set_offline(False)
