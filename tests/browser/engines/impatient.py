"""People who tap everything twice, on phones whose answers get lost: what they see decides what they do next."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.support.engines.device import Device, Gone, Target, button, hook, label
from tests.support.servers.relay import ForgetfulRelay

# How long somebody waits for what a tap should bring, before tapping again.
LOOKS_FOR = 0.7
LOOK_EVERY = 0.05
# No promise of ours: nobody would go on for as long.
GIVES_UP_AFTER = 60.0

ONE_OF_OUR_PAGES = "() => document.readyState === 'complete' && Boolean(document.querySelector('[data-quick-exit]'))"

THOUGHT = label("What did you think it meant?")

Act = Callable[[], object]


@dataclass
class Impatient:
    """Somebody with a phone, a line that loses answers, and no patience."""

    name: str
    phone: Device
    line: ForgetfulRelay
    chance: random.Random
    begins_at: str = ""
    has_seen_us: bool = False

    def begin(self, address: str) -> None:
        """Open what this person was told to open, and remember it."""
        self.begins_at = address
        self.phone.go(address)

    def tap_twice(self, target: Target) -> bool:
        """Tap something twice, as quickly as thumbs are nervous; tell whether it was there to be tapped."""
        return self.phone.tap_if_possible(target, times=2, apart=self.chance.uniform(0.03, 0.35))

    def write_and_tap_twice(self, field: Target, words: str, then: Target) -> None:
        """Put words into a field, unless they stand there already, and go on; the page may go at any moment."""
        if self.phone.write_if_possible(field, words):
            self.tap_twice(then)

    def insist(self, on: Sequence[Target], *acts: tuple[Target, Act]) -> None:
        """Go on until one of these is seen: do what belongs to the first thing that shows, and look what it brings."""
        deadline = time.monotonic() + GIVES_UP_AFTER
        while not self.sees_one(on):
            assert time.monotonic() < deadline, f"{self.name} gave up on {on}:\n{self.phone.words()}"
            try:
                if not self.phone.run(ONE_OF_OUR_PAGES):
                    self.look_again()
                else:
                    self.has_seen_us = True
                    next((act for seen, act in acts if self.phone.sees(seen)), lambda: None)()
            except Gone:
                pass  # the page went while it was looked at
            self.look_for(on)

    def look_for(self, wanted: Sequence[Target]) -> None:
        """Look whether one of these shows within the time that somebody waits for it."""
        until = time.monotonic() + LOOKS_FOR
        while time.monotonic() < until and not self.sees_one(wanted):
            time.sleep(LOOK_EVERY)

    def sees_one(self, wanted: Sequence[Target]) -> bool:
        """Tell whether one of these shows now."""
        with suppress(Gone):
            return any(self.phone.sees(target) for target in wanted)
        return False

    def look_again(self) -> None:
        """Do what people do before a page that did not come: load it again, go back, or open the link again."""
        ways = [self.phone.reload, lambda: self.phone.go(self.begins_at)]
        # Back may lead nowhere: whoever presses it looks what it brings, and does not wait for another page.
        self.chance.choice([*ways, self.phone.go_back] if self.has_seen_us else ways)()

    # What they come for.

    def start(self) -> str:
        """Start a check-in; return the link for the other phone."""
        self.insist(
            [hook("join-link")],
            (hook("first-name"), self.give_name),
            (hook("open-check-in"), lambda: self.tap_twice(hook("open-check-in"))),
            (hook("start-check-in"), lambda: self.tap_twice(hook("start-check-in"))),
        )
        return self.phone.attribute(hook("join-link"), "href")

    def join(self) -> None:
        """Come into the room by the link."""
        self.insist(
            [hook("moment-text")],
            (hook("first-name"), self.give_name),
            (hook("open-check-in"), lambda: self.tap_twice(hook("open-check-in"))),
        )

    def give_name(self) -> None:
        """Type one's name, and go on."""
        self.write_and_tap_twice(hook("first-name"), self.name, hook("join"))

    def open_moment(self, words: str) -> None:
        """Open a moment in one's own words."""

        def write_and_open() -> None:
            self.write_and_tap_twice(hook("moment-text"), words, hook("open-round"))

        self.insist([hook("reaction-anxious")], (hook("moment-text"), write_and_open))

    def mark(self, reaction: str, intensity: int, thought: str) -> None:
        """Mark, with a thought that is kept, and seal."""

        def think() -> None:
            self.write_and_tap_twice(THOUGHT, thought, button("Skip the rest"))

        def fill_in() -> None:
            if not self.has_thought(thought):
                self.tap_twice(button("Add a little more first"))
                return
            for chosen in (f"reaction-{reaction}", f"intensity-{intensity}"):
                self.phone.tap_if_possible(hook(chosen), times=2, apart=0.1)
            self.tap_twice(hook("seal-mark"))

        self.insist(
            [hook("sealed-note"), hook("pattern-name")],
            (THOUGHT, think),
            (button("Next"), lambda: self.tap_twice(button("Next"))),
            (hook("seal-mark"), fill_in),
        )

    def has_thought(self, thought: str) -> bool:
        """Tell whether the thought stands in the form, on whichever of its pages."""
        return self.phone.run("() => document.querySelector('#mark-thought')?.value") == thought
