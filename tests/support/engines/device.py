"""What a person can do with a browser, whichever engine is inside: the few things that walks need, and no more."""

import json
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

# No promise of ours: where waiting ends on a machine that is busy.
PATIENCE = 60.0
LOOK_EVERY = 0.03
# How long a person looks before touching the same place of the screen again, and how far apart two places are.
SECOND_LOOK = 0.6
ANOTHER_PLACE = 40


class Viewport(NamedTuple):
    """The size of what a page has to itself, in CSS pixels."""

    width: int
    height: int

    @property
    def turned(self) -> "Viewport":
        """Return it lying on its other side."""
        return Viewport(self.height, self.width)


PHONE = Viewport(390, 844)
LAPTOP = Viewport(1280, 800)


class Gone(Exception):
    """The page went away while it was asked."""


@dataclass(frozen=True)
class Target:
    """Something on the screen that a person could point at."""

    kind: str
    name: str
    nth: int = 0


def hook(name: str, nth: int = 0) -> Target:
    """Return the visible element with a data-testid."""
    return Target("hook", name, nth)


def label(text: str) -> Target:
    """Return the field with this label."""
    return Target("label", text)


def button(text: str) -> Target:
    """Return the button or link with this text."""
    return Target("button", text)


# Finds a target among what is shown; radios and boxes are pointed at by their label, if that has a box: it covers them.
FIND = """
const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
const words = (element) => (element.innerText ?? "").replace(/\\s+/g, " ").trim();
const named = (element) => (element.matches?.("input[type=radio], input[type=checkbox]") ? element.labels[0] : element);
const seen = (element) => (getComputedStyle(named(element)).display === "contents" ? element : named(element));
const find = ({ kind, name, nth }) => {
  const found = {
    hook: () => [...document.querySelectorAll(`[data-testid="${name}"]`)],
    label: () => [...document.querySelectorAll("label")].filter((one) => words(one) === name).map((one) => one.control),
    button: () => [...document.querySelectorAll("button, a")].filter((one) => words(one) === name),
  }[kind]();
  return found.filter((element) => element && shown(seen(element)))[nth];
};
"""

# Where to put the finger: nowhere while the target is not there, rests, moves, or lies under something else.
POINT = """async (target) => {
  const element = find(target);
  if (!element || element.matches(":disabled, [aria-disabled=true]")) return null;
  const place = seen(element);
  place.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  const before = place.getBoundingClientRect();
  await new Promise((after) => requestAnimationFrame(() => setTimeout(after)));
  const { left, top, width, height } = place.getBoundingClientRect();
  if (left !== before.left || top !== before.top) return null;
  const [x, y] = [left + width / 2, top + height / 2];
  const hit = document.elementFromPoint(x, y);
  return place.contains(hit) || element.contains(hit) ? [x, y] : null;
}"""


class Device(ABC):
    """One person's browser: nothing in it is shared with any other person's."""

    def __init__(self, viewport: Viewport) -> None:
        self.viewport = viewport
        # What its console complained of: a test that did not provoke it fails.
        self.complaints: list[str] = []
        self._left = 0
        self._touched = (0.0, 0.0, 0.0)

    # What each engine does in its own way.

    @abstractmethod
    def navigate(self, address: str) -> None:
        """Begin to open an address."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to, awaited. Raises Gone."""

    @abstractmethod
    def tap_at(self, x: float, y: float, times: int = 1, apart: float = 0.0) -> None:
        """Tap a point, perhaps several times."""

    @abstractmethod
    def type(self, text: str) -> None:
        """Type into what has the focus."""

    @abstractmethod
    def resize(self, viewport: Viewport) -> None:
        """Begin to give the page that is loaded another size."""

    @abstractmethod
    def go_back(self) -> None:
        """Press the browser's Back, which rests where there is no page before."""

    @abstractmethod
    def load_again(self) -> None:
        """Press the browser's Reload; what was posted is posted again."""

    @abstractmethod
    def keep(self, address: str, name: str, value: str) -> None:
        """Keep a cookie for an address."""

    @abstractmethod
    def close(self) -> None:
        """Put the device away; nothing of it is left."""

    # What follows from it.

    def run(self, function: str, *arguments: Any) -> Any:
        """Return what a JavaScript function comes to; it can ``find`` a target. Raises Gone."""
        given = json.dumps([argument.__dict__ if isinstance(argument, Target) else argument for argument in arguments])
        return self.evaluate(f"(() => {{{FIND} return ({function})(...{given}); }})()")

    def until(self, condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
        """Return the first thing that a condition comes to, and fail where it comes to nothing."""
        deadline = time.monotonic() + patience
        while True:
            try:
                if found := condition():
                    return found
            except Gone:
                pass  # the next page may be the one that is waited for
            if time.monotonic() > deadline:
                raise AssertionError(f"waited in vain for {what}; the screen says:\n{self.words()}")
            time.sleep(LOOK_EVERY)

    def turn(self, viewport: Viewport) -> None:
        """Give the page that is loaded another size, and wait until it has it."""
        self.viewport = viewport
        self.resize(viewport)
        self.until(lambda: self.run("() => [innerWidth, innerHeight]") == list(viewport), f"a page of {viewport}")

    def leave(self, by: Callable[[], None]) -> None:
        """Do what leads to another page, and wait until that page is there, whatever it is."""
        self._left += 1
        # A page may come back whole, with the number that it was given when it was left before.
        self.run("(number) => { window.left = number; }", self._left)
        by()
        arrived = "(number) => window.left !== number && document.readyState === 'complete'"
        self.until(lambda: self.run(arrived, self._left), "another page")

    def log_in(self, address: str, token: str) -> None:
        """Open an address as somebody whose login was begun elsewhere."""
        self.go(address)
        self.keep(address, "session", token)
        self.go(address)

    def go(self, address: str) -> None:
        """Open an address."""
        self.leave(lambda: self.navigate(address))

    def back(self) -> None:
        """Go back to the page before."""
        self.leave(self.go_back)

    def reload(self) -> None:
        """Load the page again."""
        self.leave(self.load_again)

    def sees(self, target: Target) -> bool:
        """Tell whether something is on the screen now."""
        return bool(self.run("(target) => Boolean(find(target))", target))

    def wait_for(self, target: Target) -> None:
        """Wait until something is on the screen."""
        self.until(lambda: self.sees(target), f"{target}")

    def wait_for_words(self, words: str) -> None:
        """Wait until the screen says this somewhere."""
        self.until(lambda: words in self.words(), repr(words))

    def words(self) -> str:
        """Return everything that the screen says."""
        try:
            return str(self.run("() => document.body?.innerText ?? ''"))
        except Gone:
            return ""

    def text(self, target: Target) -> str:
        """Return what something says once it is there."""
        self.wait_for(target)
        return str(self.run("(target) => find(target).innerText", target)).strip()

    def attribute(self, target: Target, name: str) -> str:
        """Return an attribute of something once it is there."""
        self.wait_for(target)
        return str(self.run("(target, name) => find(target).getAttribute(name)", target, name))

    def value(self, target: Target) -> str:
        """Return what stands in a field."""
        self.wait_for(target)
        return str(self.run("(target) => find(target).value", target))

    @property
    def address(self) -> str:
        """Return where it is."""
        return str(self.until(lambda: self.run("() => location.href"), "an address"))

    def tap(self, target: Target, times: int = 1, apart: float = 0.0) -> None:
        """Tap something as soon as it can be tapped."""
        self.until(lambda: self.tap_if_possible(target, times, apart), f"a way to tap {target}")

    def tap_if_possible(self, target: Target, times: int = 1, apart: float = 0.0) -> bool:
        """Tap something that can be tapped now; tell whether it could."""
        point = self.run(POINT, target)
        if point is None:
            return False
        x, y = point
        before_x, before_y, at = self._touched
        if math.hypot(x - before_x, y - before_y) < ANOTHER_PLACE:
            time.sleep(max(0.0, at + SECOND_LOOK - time.monotonic()))
        self.tap_at(x, y, times, apart)
        self._touched = x, y, time.monotonic()
        return True

    def write(self, target: Target, text: str) -> None:
        """Put words into a field in place of what stands there."""
        self.tap(target)
        self.run("(target) => find(target).select()", target)
        self.type(text)
        self.until(lambda: self.value(target) == text, f"{text!r} in {target}")

    def write_if_possible(self, target: Target, text: str) -> bool:
        """Put words into a field that can be tapped now, unless they stand there; tell whether they stand there."""
        value = "(target) => find(target)?.value ?? null"
        if self.run(value, target) != text:
            if not self.tap_if_possible(target):
                return False
            self.run("(target) => find(target)?.select()", target)
            self.type(text)
        return bool(self.run(value, target) == text)


class Engine(ABC):
    """A browser that is running, in which devices can be opened."""

    name: str

    @abstractmethod
    def open(self, viewport: Viewport = PHONE) -> Device:
        """Open a new person's device."""

    @abstractmethod
    def close(self) -> None:
        """Stop the browser."""
