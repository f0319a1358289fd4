"""Two people go from the front page to a reveal and a small step, in each engine."""

from tests.browser.engines import steps
from tests.browser.engines.conftest import OpenOne
from tests.support.engines.device import hook
from tests.support.servers.clocks import Timed

MOMENT = "The door stayed closed after dinner."
NEEDS = ("To know roughly when you are back.", "A short while to find my words.")
STEPS = ("I write one message and put the phone away.", "I say when I will answer.")


def test_two_people_go_from_the_front_page_to_a_reveal_and_a_step_each(timed: Timed, open_one: OpenOne) -> None:
    ana, ben = open_one(), open_one()
    steps.join(ben, steps.start(ana, timed.server.url, "Ana"), "Ben")

    steps.open_moment(ana, MOMENT)
    ben.wait_for_words(MOMENT)
    steps.mark(ana, "anxious", 4)
    ana.wait_for(hook("sealed-note"))
    assert not ben.sees(hook("pattern-name"))
    steps.mark(ben, "avoidant", 3)
    for device in (ana, ben):
        assert device.text(hook("pattern-name")) == "Pursue–withdraw"
        device.wait_for(hook("cycle-map"))

    steps.end_the_quiet(timed.clock, ana, ben)
    for device, need in zip((ana, ben), NEEDS, strict=True):
        steps.say(device, need)
    for device, needed in zip((ana, ben), reversed(NEEDS), strict=True):
        steps.hear(device, needed)
    for device, step in zip((ana, ben), STEPS, strict=True):
        steps.choose(device, step)
    for device in (ana, ben):
        for step in STEPS:
            device.wait_for_words(step)
        assert device.attribute(hook("connection-state"), "data-state") in ("connected", "saved")
