"""An appointment on three screens: planned, moved, called off, missed; and open pages that learn when it is time."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.cast.clients import Person, couple
from tests.support.cast.hosted import LINK, Therapist, in_shell, therapist
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser

HOUR = 3600
# A device whose clock goes on, and that is woken: by nothing else does a page notice before its next look.
TIME_PASSED = """seconds => {
    const before = Date.now;
    Date.now = () => before.call(Date) + seconds * 1000;
    window.dispatchEvent(new Event("focus"));
}"""


class Three:
    """Tess on a laptop, Ana and Ben on phones; all looking at the same Cycle, whose clock the test holds."""

    def __init__(self, timed: Timed, open_device: OpenDevice) -> None:
        self.timed = timed
        self.tess_person: Therapist = therapist(timed.server)
        ana, ben = couple(timed.server)
        script = LINK.format(session=ana.session, therapist=self.tess_person.id, scopes=("host",))
        self.couple, _ = in_shell(timed.server, script)
        assert ana.command("session.end").status == 200
        self.tess, self.ana, self.ben = open_device(LAPTOP, **OPTIONS), open_device(**OPTIONS), open_device(**OPTIONS)
        for page, key in ((self.tess, self.tess_person.token), (self.ana, ana.token), (self.ben, ben.token)):
            page.context.add_cookies([{"name": "session", "value": key, "url": timed.server.url}])
        self.people: tuple[Person, Person] = (ana, ben)

    @property
    def pages(self) -> tuple[Page, Page, Page]:
        """Return all three."""
        return self.tess, self.ana, self.ben

    def at(self, seconds: int) -> datetime:
        """Return a whole minute by the server's clock, some time ahead."""
        return datetime.fromtimestamp(self.timed.clock.seconds + seconds, UTC).replace(second=0, microsecond=0)

    def planned(self, seconds: int) -> str:
        """Let Tess plan one over the API; return its address."""
        host, _ = self.tess_person.host(couple=self.couple, starts_at=self.at(seconds).isoformat())
        return f"{self.timed.server.url}/sessions/{host.session}/"

    def pass_time(self, seconds: int) -> None:
        """Let time pass, for the server and for devices alike."""
        self.timed.clock.tick(seconds)
        for page in self.pages:
            page.evaluate(TIME_PASSED, seconds)


@pytest.fixture
def three(timed: Timed, open_device: OpenDevice) -> Three:
    """Return the three of them."""
    return Three(timed, open_device)


def state_of(page: Page) -> str | None:
    """Return what a page says of an appointment."""
    return page.get_by_test_id("appointment").get_attribute("data-state")


def typed(at: datetime) -> str:
    """Return a time as a field takes it."""
    return at.strftime("%Y-%m-%dT%H:%M")


def test_it_is_planned_moved_and_opens_by_itself_in_pages_that_stand_open(three: Three) -> None:
    tess, ana = three.tess, three.ana
    tess.goto(f"{three.timed.server.url}/practice/start/?couple={three.couple}")
    tess.get_by_text("Later", exact=True).click()
    tess.locator("#starts-at").fill(typed(three.at(3 * HOUR)))
    hook(tess, "start-hosted").click()
    expect(tess.get_by_test_id("appointment")).to_have_attribute("data-state", "planned")
    for page in three.pages[1:]:
        page.goto(three.timed.server.url)
        hook(page, "open-check-in").click()
        assert state_of(page) == "planned"
        expect(hook(page, "way-back")).to_be_visible()
        assert hook(page, "leave").count() == hook(page, "move").count() == 0

    hook(tess, "move").click()
    tess.locator("#starts-at").fill(typed(three.at(4 * HOUR)))
    hook(tess, "move-now").click()
    for page in three.pages:
        page.goto(tess.url)
        assert state_of(page) == "moved"
        expect(hook(page, "moved-from")).to_be_visible()

    three.pass_time(2 * HOUR)
    ana.wait_for_timeout(300)
    assert [state_of(page) for page in three.pages] == ["moved"] * 3, "nothing changes before its time"
    three.pass_time(2 * HOUR)
    for page in three.pages:
        expect(page.get_by_test_id("connection-state")).to_have_attribute("data-state", "connected")
    expect(tess.get_by_role("heading", name="Choose the next moment")).to_be_visible()


def test_a_code_comes_to_an_open_page_by_the_server_s_clock(three: Three) -> None:
    tess = three.tess
    host, code = three.tess_person.host(starts_at=three.at(2 * HOUR).isoformat())
    tess.goto(f"{three.timed.server.url}/sessions/{host.session}/")
    expect(tess.get_by_text("The code appears here half an hour before.")).to_be_visible()
    # A device that is set to another time asks, and is not told before the server's time has come.
    tess.evaluate(TIME_PASSED, 10 * HOUR)
    tess.wait_for_timeout(500)
    expect(tess.get_by_text("The code appears here half an hour before.")).to_be_visible()
    three.timed.clock.tick(2 * HOUR)
    tess.evaluate(TIME_PASSED, 10 * HOUR)
    expect(hook(tess, "join-code")).to_have_text(code)


def test_it_is_called_off_by_one_question_and_all_three_read_the_same(three: Three) -> None:
    address = three.planned(3 * HOUR)
    three.ana.goto(address)
    hook(three.ana, "call-off").click()
    expect(three.ana.get_by_role("heading", name="Call it off?")).to_be_visible()
    hook(three.ana, "call-off-now").click()
    told = []
    for page in three.pages:
        page.goto(address)
        assert state_of(page) == "called_off"
        told.append(page.get_by_test_id("appointment").locator(".stack").inner_text())
    assert told[0] == told[1] == told[2]
    assert not any(name in told[0] for name in ("Ana", "Ben", "Tess"))


def test_nobody_came_and_the_next_one_is_still_there(three: Three) -> None:
    three.planned(HOUR)
    later = three.planned(20 * HOUR)
    three.tess.goto(f"{three.timed.server.url}/practice/")
    for page in three.pages[1:]:
        page.goto(three.timed.server.url)
    three.pass_time(HOUR)
    expect(three.tess.get_by_text("Open now")).to_be_visible()
    for page in three.pages[1:]:
        expect(page.get_by_text("It is open now, and hosted.")).to_be_visible()
    three.pass_time(HOUR)
    for page in three.pages:
        expect(page.get_by_text("It did not take place")).to_be_visible()
        expect(page.locator(f"a[href='{later.removeprefix(three.timed.server.url)}']")).to_be_visible()
        assert page.get_by_text("Open now", exact=True).count() == 0


def test_its_pages_are_for_everybody(three: Three) -> None:
    """Each of its pages, looked at for barriers at each width and in both themes."""
    address, tess, ana = three.planned(3 * HOUR), three.tess, three.ana
    missed = three.planned(HOUR)
    wrong = []

    def look(page: Page, path: str) -> None:
        page.goto(path)
        wrong.extend(f"{path.removeprefix(address)}: {found}" for found in look_from_all_sides(page))

    look(tess, address)
    look(ana, f"{address}call-off/")
    tess.goto(f"{address}move/")
    tess.locator("#starts-at").fill(typed(three.at(HOUR)))
    hook(tess, "move-now").click()
    expect(tess.get_by_test_id("clash")).to_be_visible()
    wrong.extend(f"clash: {found}" for found in look_from_all_sides(tess))
    three.timed.clock.tick(2 * HOUR)
    look(ana, missed)
    look(ana, three.timed.server.url)
    look(tess, f"{three.timed.server.url}/practice/")
    assert wrong == []


def test_words_that_somebody_types_are_not_taken_away(three: Three) -> None:
    three.ana.goto(three.timed.server.url)
    three.planned(HOUR)
    three.ana.reload()
    field = three.ana.locator("input[name=code]")
    field.fill("BCD")
    three.timed.clock.tick(2 * HOUR)
    three.ana.evaluate(TIME_PASSED, 2 * HOUR)
    three.ana.wait_for_timeout(1500)
    expect(field).to_have_value("BCD")
