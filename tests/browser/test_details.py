"""The optional second step of a mark: each detail has a switch of its own, and what is kept stays "Only for me"."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import journey
from tests.browser.conftest import OpenDevice
from tests.browser.journey import hook
from tests.browser.second_step import choose, share, turn, unfold
from tests.support.servers.cycle import Server

pytestmark = pytest.mark.browser

SHARED = ("They are pulling away from me.", "fear of losing connection", "asked again", "resentful")
KEPT = (
    *("Perhaps the meeting ran long.", "I would like to say sooner that I am waiting.", "protest"),
    *("replaying what was said", "a tight chest"),
)
LABELS = (
    "What you did",
    "Underneath",
    "On the surface",
    "In the body",
    "The first impulse",
    "What you chose",
    "Your thought",
    "A second look",
    "What went on inside",
    "Your own words",
    "Your guess",
)

# Note what leaves the page by its socket.
SENT = """() => {
    window.sent = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (frame) { window.sent.push(frame); send.call(this, frame); };
}"""


@pytest.fixture
def marking(server: Server, open_device: OpenDevice) -> tuple[Page, Page]:
    """Return the phones of Ana and Ben, who look at one moment; Ana has taken her two taps."""
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    journey.open_round(ana)
    journey.mark(ana, "anxious", 4)
    return ana, ben


def fill_in_everything(page: Page) -> None:
    """Go through all pages of the second step; four details are shared, seven are kept."""
    page.get_by_role("button", name="Add a little more first").click()
    choose(page, "ask again")
    share(page, "What you did")
    turn(page)
    choose(page, "fear of losing connection")
    share(page, "Underneath")
    unfold(page, "The feeling on the surface")
    choose(page, "resentful")
    share(page, "On the surface")
    unfold(page, "In the body")
    choose(page, "a tight chest")
    turn(page)
    page.get_by_label("I wanted to").select_option("protest")
    page.get_by_label("I chose to").select_option("ask-again")
    turn(page)
    page.get_by_label("What did you think it meant?").fill(SHARED[0])
    share(page, "Your thought")
    page.get_by_label("What else could it mean?").fill(KEPT[0])
    unfold(page, "What went on inside")
    choose(page, "replaying what was said")
    turn(page)
    page.get_by_label("In your own words").filter(visible=True).fill(KEPT[1])
    turn(page)
    page.get_by_label("Make space").filter(visible=True).click()
    turn(page, "To my mark")


def added(page: Page) -> Locator:
    """Return the list of what will be sealed besides the two taps."""
    return page.get_by_role("list", name="Added to your mark").get_by_role("listitem")


def test_what_is_shared_is_seen_by_both_and_what_is_kept_by_its_author_alone(marking: tuple[Page, Page]) -> None:
    ana, ben = marking
    fill_in_everything(ana)
    journey.seal(ana)
    journey.expect_sealed(ana)
    for words in (SHARED[0], *KEPT[:2]):
        assert words not in ana.content()

    journey.mark(ben, "avoidant", 3)
    journey.seal(ben)
    for page in (ana, ben):
        journey.expect_revealed(page, "Pursue–withdraw")
        for words in SHARED:
            expect(page.get_by_role("main")).to_contain_text(words)
            expect(hook(page, "cycle-map")).to_contain_text(words)
        # Nothing of it is cut off: each of the words has room on a phone.
        for line in hook(page, "cycle-map").locator("li").filter(visible=True).all():
            assert line.evaluate("(one) => one.scrollWidth <= one.clientWidth"), line.inner_text()

    only_for_me = ana.locator("details").filter(has_text="Only for me")
    expect(only_for_me.get_by_text(KEPT[0])).to_be_hidden()
    only_for_me.locator("summary").click()
    for words in (*KEPT, "Make space"):
        expect(only_for_me.get_by_text(words)).to_be_visible()
    expect(ben.get_by_text("Only for me")).to_be_hidden()
    for words in KEPT[:2]:
        assert words not in ben.content()

    # A reload asks the server again, which tells each of them no more than before.
    for page in (ana, ben):
        page.reload()
        journey.expect_revealed(page, "Pursue–withdraw")
    ana.locator("details").filter(has_text="Only for me").locator("summary").click()
    expect(ana.get_by_text(KEPT[1])).to_be_visible()
    assert KEPT[1] not in ben.content()


def test_every_detail_is_kept_unless_its_switch_says_otherwise(marking: tuple[Page, Page]) -> None:
    ana, _ = marking
    for which, checked in (("mine", len(LABELS)), ("both", 0)):
        expect(ana.locator(f"[name^=share-][value={which}]:checked")).to_have_count(checked)
    fill_in_everything(ana)
    expect(added(ana)).to_have_count(len(LABELS))
    for label in LABELS:
        shown = (
            "both of you" if label in ("What you did", "Underneath", "On the surface", "Your thought") else "only you"
        )
        expect(added(ana).filter(has_text=label)).to_contain_text(shown)


def test_the_second_step_can_be_left_at_any_page_and_come_back_to(marking: tuple[Page, Page]) -> None:
    ana, _ = marking
    ana.get_by_role("button", name="Add a little more first").click()
    choose(ana, "ask again", "protest", "listen")
    # Three are enough; a fourth can be had for one of them.
    expect(ana.get_by_role("checkbox", name="go quiet")).to_be_disabled()
    ana.get_by_role("button", name="Skip the rest").click()
    expect(added(ana)).to_have_count(1)
    expect(hook(ana, "seal-mark")).to_be_enabled()
    ana.get_by_role("button", name="Change what you added").click()
    expect(ana.get_by_role("checkbox", name="protest")).to_be_checked()
    choose(ana, "ask again", "protest", "listen")
    ana.get_by_role("button", name="Back", exact=True).click()
    expect(added(ana)).to_have_count(0)


def test_what_few_want_is_folded_and_stays_open_where_something_was_chosen(marking: tuple[Page, Page]) -> None:
    ana, ben = marking
    ana.get_by_role("button", name="Add a little more first").click()
    turn(ana)
    expect(ana.get_by_role("checkbox", name="resentful")).to_be_hidden()
    unfold(ana, "The feeling on the surface")
    choose(ana, "resentful", "tense")
    # Two are enough; a third can be had for one of them.
    expect(ana.get_by_role("checkbox", name="angry")).to_be_disabled()
    hook(ben, "pause").click()
    for page in (ana, ben):
        hook(page, "resume").click()
    expect(ana.get_by_role("checkbox", name="resentful")).to_be_checked()
    expect(ana.get_by_role("checkbox", name="a tight chest")).to_be_hidden()


def test_words_that_are_too_long_are_counted_and_not_sealed(marking: tuple[Page, Page]) -> None:
    ana, _ = marking
    ana.get_by_role("button", name="Add a little more first").click()
    for _ in range(3):
        turn(ana)
    thought = ana.get_by_label("What did you think it meant?")
    thought.fill("🙂" * 280)
    expect(ana.get_by_text("0 characters left")).to_be_visible()
    thought.fill("🙂" * 281)
    expect(ana.get_by_text("1 character too many")).to_be_visible()
    expect(ana.get_by_role("button", name="Next", exact=True)).to_be_disabled()
    thought.fill("🙂" * 280)
    ana.get_by_role("button", name="Skip the rest").click()
    journey.seal(ana)
    expect(hook(ana, "sealed-note")).to_be_visible()


DETAIL = {
    "anxious": {"underneath": ["hurt"], "share": ["underneath"]},
    "avoidant": {"moves": ["go-quiet"], "share": ["moves"]},
}


def reveal_with(server: Server, page: Page, *told: str) -> None:
    """Bring Ana to a reveal of two taps each, and one shared detail for each reaction in `told`."""
    people = journey.open_for_both(server)
    for person, reaction in zip(people, DETAIL, strict=True):
        detail = DETAIL[reaction] if reaction in told else {}
        assert person.command("mark.seal", round=1, reaction=reaction, intensity=4, **detail).status == 200
    journey.enter(page, people[0])
    journey.expect_revealed(page, "Pursue–withdraw")


@pytest.mark.parametrize("told", [(), ("anxious",), ("anxious", "avoidant")])
def test_places_are_numbered_only_where_both_have_an_order_to_tell(
    server: Server, open_device: OpenDevice, told: tuple[str, ...]
) -> None:
    page = open_device()
    reveal_with(server, page, *told)
    numbered = len(told) == 2
    on_the_map = page.locator(".cycle-map__node:not([hidden]) text").filter(visible=True)
    in_the_story = page.locator(".story__number > span").filter(visible=True)
    for numbers in (on_the_map, in_the_story):
        assert sorted(numbers.all_text_contents()) == (list("2335") if numbered else [])


def test_two_taps_come_to_two_sentences_a_question_and_the_way_each_was_pulled(
    server: Server, open_device: OpenDevice
) -> None:
    page = open_device()
    reveal_with(server, page)
    story = page.locator("[data-story]")
    expect(story).to_contain_text("Ana was pulled to move closer; it felt very strong.")
    expect(story).to_contain_text("Ben was pulled to make space; it felt very strong.")
    expect(story.get_by_role("list")).to_have_count(0)
    # Where the other is stands beside each pull: without it both are an arrow to the right.
    expect(page.locator(".cycle-map__lobe .glyph__other")).to_have_count(2)
    expect(page.get_by_text("What would Ben not guess?").filter(visible=True)).to_have_count(1)
    also = page.get_by_text("Also called demand–withdraw")
    expect(also).to_be_hidden()
    page.get_by_text("About this name").click()
    expect(also).to_be_visible()


def test_the_words_of_the_field_are_explained_where_they_are_chosen(marking: tuple[Page, Page]) -> None:
    ana, _ben = marking
    meaning = ana.get_by_text("So stirred up that listening and thinking get hard.")
    expect(meaning).to_be_hidden()
    ana.get_by_text("What these words mean").click()
    expect(meaning).to_be_visible()
    assert ana.locator(".terms dt").all_inner_texts() == ["anxious", "avoidant", "both", "steady", "flooded"]


def test_when_and_how_big_a_moment_was_are_said_in_one_line_and_told_with_it(
    server: Server, open_device: OpenDevice
) -> None:
    ana, ben = open_device(), open_device()
    journey.join(ben, journey.start(ana, server, "Ana"), "Ben")
    hook(ana, "moment-option").first.click()
    when, size = ana.get_by_label("When?"), ana.get_by_label("How big?")
    tops = [control.bounding_box()["y"] for control in (when, size)]  # type: ignore[index]
    assert tops[0] == tops[1]
    for control in (when, size):
        height, border = control.evaluate("one => [one.offsetHeight, parseFloat(getComputedStyle(one).borderTopWidth)]")
        assert height >= 44 and border > 0
    expect(when).to_have_value("now")
    expect(size).to_have_value("")
    when.select_option("this week")
    size.select_option("large")
    # The form is drawn anew after a pause, and what was said in it is still said.
    hook(ben, "pause").click()
    for page in (ana, ben):
        hook(page, "resume").click()
    expect(when).to_have_value("this_week")
    expect(size).to_have_value("3")
    ana.evaluate(SENT)
    hook(ana, "open-round").click()
    expect(ben.get_by_test_id("reaction-anxious")).to_be_attached()
    opened = [one for one in map(json.loads, ana.evaluate("sent")) if one["type"] == "round.open"]
    assert [(one["when"], one["size"]) for one in opened] == [("this_week", 3)]
