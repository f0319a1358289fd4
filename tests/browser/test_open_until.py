"""The room says until when it is open, by the clock of whoever reads it: a day and a time, and nothing that counts."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.support.cast.clients import call, couple
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

# Between the two lie 21 or 22 hours.
ANA, BEN = "Pacific/Auckland", "America/Los_Angeles"
SLEPT = (
    "(hours) => { const awake = performance.now.bind(performance); performance.now = () => awake() + hours * 3600000; }"
)


def words(until: datetime, zone: str, now: datetime) -> str:
    """Return what a device in a zone should say."""
    there, here = until.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    days = (there.date() - here.date()).days
    return [f"Open until {there:%H:%M} today.", f"Open until tomorrow, {there:%H:%M}."][days]


def test_the_room_says_until_when_it_is_open(server: Server, open_device: OpenDevice) -> None:
    phones: list[Page] = []
    for person, zone in zip(couple(server), (ANA, BEN), strict=True):
        page = open_device(timezone_id=zone)
        journey.enter(page, person)
        phones.append(page)
        told = call(server, "GET", f"sessions/{person.session}/", None, person.token).body["session"]
    until = datetime.fromisoformat(told["open_until"])
    now = until - timedelta(hours=24)
    for page, zone in zip(phones, (ANA, BEN), strict=True):
        line = hook(page, "open-until")
        expect(line).to_have_text(words(until, zone, now))
        assert "tomorrow" in line.inner_text()

    # In the pause, too; and what was tomorrow is today after midnight.
    for page in phones:
        page.evaluate(SLEPT, 24)
    hook(phones[0], "pause").click()
    for page, zone in zip(phones, (ANA, BEN), strict=True):
        expect(page.get_by_role("heading", name="A pause")).to_be_visible()
        expect(hook(page, "open-until")).to_have_text(words(until, zone, until))
    hook(phones[0], "end").click()
    hook(phones[1], "end").click()
    for page in phones:
        expect(page.get_by_role("heading", name="This check-in has ended.")).to_be_visible()
        expect(hook(page, "open-until")).to_have_count(0)
