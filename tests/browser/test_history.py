"""Looking back on real screens: both partners, their therapist, without scripts, and on paper."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import journey
from tests.browser.conftest import LAPTOP, OpenDevice
from tests.browser.history_scenes import Demo, scenes
from tests.browser.history_states import STATES, make_all
from tests.browser.journey import hook
from tests.browser.test_accessibility import OPTIONS, look_from_all_sides
from tests.support.servers.cycle import Server
from tests.support.servers.static_files import collected

pytestmark = pytest.mark.browser

CLOSENESS = "Closeness was wanted, and it was also too much."
HER_THOUGHT = "I want him near and I want him to stop."


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """Return the demo couple on a server of their own, which tests may change."""
    server = Server(FRAME_RATE="1000", **collected()).start()
    yield Demo(server)
    server.close()


def open_round(demo: Demo, page: Page, moment: str = CLOSENESS) -> Page:
    """Go to a round from the list, as somebody would."""
    demo.go(page, "/history/")
    hook(page, "past-round").filter(has_text=moment).click()
    expect(hook(page, "pattern-name")).to_be_visible()
    return page


def test_both_partners_see_the_round_as_it_was_revealed(demo: Demo, open_device: OpenDevice) -> None:
    ana, ben = (demo.log_in(open_device(), name) for name in ("ana", "ben"))
    for page in (ana, ben):
        open_round(demo, page)
        journey.expect_revealed(page, "Push–pull")
        expect(hook(page, "cycle-map").get_by_text("overwhelm")).to_be_visible()
        expect(page.get_by_text("Ask for a hug, not for an answer.")).to_be_visible()
        expect(page.get_by_text("A loop has no beginning.")).to_be_visible()
    ana.get_by_text("Only for me").click()
    expect(ana.get_by_text(HER_THOUGHT)).to_be_visible()
    assert HER_THOUGHT not in ben.content()


def test_both_read_the_same_of_how_it_changes(demo: Demo, open_device: OpenDevice) -> None:
    said = []
    for name in ("ana", "ben"):
        page = demo.go(demo.log_in(open_device(LAPTOP), name), "/history/change/")
        said.append(page.get_by_test_id("trends").inner_text())
        for heading in (
            "How strong, and which way",
            "Time until back in contact",
            "Patterns by month",
            "The four stages",
        ):
            expect(
                page.get_by_role("region", name=heading).or_(page.get_by_role("heading", name=heading)).first
            ).to_be_visible()
        assert page.locator("svg.chart__picture:visible").count() >= 3
    assert said[0] == said[1]
    assert "Too early to say" in said[0]


def test_their_therapist_sees_what_they_shared(demo: Demo, open_device: OpenDevice) -> None:
    couple = demo.let_tess_look_back()
    tess = demo.log_in(open_device(LAPTOP), "tess")
    demo.go(tess, f"/history/?couple={couple}")
    expect(tess.get_by_role("heading", name="Their rounds together")).to_be_visible()
    expect(tess.get_by_role("link", name="Keeping")).to_have_count(0)
    hook(tess, "past-round").filter(has_text=CLOSENESS).click()
    journey.expect_revealed(tess, "Push–pull")
    assert HER_THOUGHT not in tess.content()
    expect(hook(tess, "erase-words")).to_have_count(0)


def test_it_tells_the_loop_without_scripts(demo: Demo, open_device: OpenDevice) -> None:
    page = open_round(demo, demo.log_in(open_device(java_script_enabled=False), "ana"))
    expect(page.get_by_role("heading", name="The same loop, in words")).to_be_visible()
    expect(page.get_by_text("was pulled both ways at once")).to_be_visible()
    expect(page.get_by_test_id("cycle-map")).to_be_hidden()


def test_on_paper_the_tables_stand_beside_the_charts_and_nothing_to_press(demo: Demo, open_device: OpenDevice) -> None:
    page = demo.go(demo.log_in(open_device(), "ana"), "/history/report/")
    page.emulate_media(media="print")
    expect(page.get_by_role("cell", name="Move closer, strong").first).to_be_visible()
    assert page.locator("main :is(button, input, nav):visible").count() == 0
    assert page.locator("svg.chart__picture--wide").first.is_visible()


def test_words_that_are_erased_are_gone_on_the_other_phone(demo: Demo, open_device: OpenDevice) -> None:
    ana, ben = (demo.log_in(open_device(), name) for name in ("ana", "ben"))
    moment = "We saw the share of the chores differently."
    open_round(demo, ben, moment)
    expect(ben.get_by_text("To be asked before it turns into a list.")).to_be_visible()
    open_round(demo, ana, moment)
    hook(ana, "erase-words").click()
    hook(ana, "erase-now").click()
    expect(hook(ana, "pattern-name")).to_have_text("Attack–attack")
    open_round(demo, ben, moment)
    expect(hook(ben, "pattern-name")).to_have_text("Attack–attack")
    assert "To be asked before it turns into a list." not in ben.content()
    expect(ben.get_by_text("To hear what went well, too.")).to_be_visible()


def test_every_screen_is_for_everybody(demo: Demo, open_device: OpenDevice) -> None:
    page = demo.log_in(open_device(**OPTIONS), "ana")
    wrong = [f"{scene}, {found}" for scene, page in scenes(demo, page) for found in look_from_all_sides(page)]
    assert wrong == []


@pytest.fixture(scope="module")
def histories(demo: Demo) -> Demo:
    """Return the same with couples whose histories are of every length."""
    return make_all(demo)


@pytest.mark.parametrize("state", STATES)
def test_a_history_of_any_length_is_for_everybody(histories: Demo, open_device: OpenDevice, state: str) -> None:
    demo = histories
    page = demo.go(demo.log_in(open_device(**OPTIONS), state), "/history/change/")
    expect(page.get_by_test_id("trends")).to_have_count(0 if state == "none" else 1)
    wrong = list(look_from_all_sides(page))
    if state == "one-round":
        demo.go(page, "/history/")
        hook(page, "past-round").click()
        page.get_by_role("link", name="How is it for you, a day later?").click()
        expect(hook(page, "look-back-save")).to_be_visible()
        wrong += look_from_all_sides(page)
    assert wrong == []
