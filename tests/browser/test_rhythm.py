"""A couple's rhythm on two phones: suggested, agreed on, left out, paused, and proposed as an opening."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.test_apart import Two, seen
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser


@pytest.fixture
def two(timed: Timed, open_device: OpenDevice) -> Two:
    """Return the two of them."""
    return Two(timed, open_device)


def test_a_rhythm_is_agreed_on_and_proposes_its_next_time(two: Two) -> None:
    day = two.at(24 * 3).weekday()
    with two.looks("Ana") as ana:
        hook(ana, "rhythm-row").click()
        expect(hook(ana, "rhythm")).to_have_attribute("data-state", "none")
        seen(ana, "rhythm-none")
        ana.get_by_label("Day").select_option(str(day))
        ana.get_by_label("Time", exact=True).fill("19:30")
        ana.get_by_label("Time zone").fill("Nowhere")
        hook(ana, "save-weekly").click()
        expect(ana.get_by_text("Please enter a time zone")).to_be_visible()
        expect(ana.get_by_label("Time", exact=True)).to_have_value("19:30")
        seen(ana, "rhythm-error")
        ana.get_by_label("Time zone").fill("europe/berlin")
        hook(ana, "save-weekly").click()
        expect(hook(ana, "rhythm-asked")).to_contain_text("You suggested")
        seen(ana, "rhythm-asked-by-me")
    with two.looks("Ben") as ben:
        hook(ben, "rhythm-row").click()
        expect(hook(ben, "rhythm-asked")).to_contain_text("Ana suggests")
        seen(ben, "rhythm-asked")
        hook(ben, "rhythm-agree").click()
        expect(hook(ben, "rhythm")).to_have_attribute("data-state", "held")
        expect(hook(ben, "rhythm-next")).to_be_visible()
        seen(ben, "rhythm-held")
        hook(ben, "way-back").click()
        first = hook(ben, "rhythm-next").inner_text()
        seen(ben, "rhythm-home")
        hook(ben, "rhythm-skip").click()
        expect(hook(ben, "rhythm-next")).not_to_have_text(first)
        seen(ben, "rhythm-home-skipped")
        hook(ben, "rhythm-bring-back").click()
        expect(hook(ben, "rhythm-next")).to_have_text(first)
        hook(ben, "rhythm-pause-2").click()
        expect(hook(ben, "rhythm-card")).to_have_attribute("data-state", "paused")
        seen(ben, "rhythm-home-paused")
    with two.looks("Ana") as ana:
        hook(ana, "rhythm-row").click()
        seen(ana, "rhythm-paused")
        hook(ana, "rhythm-resume").click()
        expect(hook(ana, "rhythm-next")).to_have_text(first)
        hook(ana, "rhythm-suggest").click()
        expect(ana.get_by_label("When does it open?")).to_have_value(re.compile(r"T1[78]:30$"))
        seen(ana, "rhythm-propose")
