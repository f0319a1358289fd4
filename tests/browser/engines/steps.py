"""What people do on their screens, in any engine, as the contract's hooks name it."""

import time

from sessions.checkin.state import QUIET
from tests.support.engines.device import LOOK_EVERY, Device, Target, button, hook, label
from tests.support.servers.clocks import Clock

# For how long somebody looks before they tap again.
LOOKS_FOR = 3.0
QUIET_SECONDS = int(QUIET.total_seconds())


def start(device: Device, front: str, name: str) -> str:
    """Start a check-in from the front page; return the link for the other phone."""
    device.go(front)
    device.tap(hook("start-check-in"))
    device.write(hook("first-name"), name)
    device.tap(hook("join"))
    return device.attribute(hook("join-link"), "href")


def join(device: Device, link: str, name: str) -> None:
    """Join by the link."""
    device.go(link)
    device.write(hook("first-name"), name)
    device.tap(hook("join"))
    device.wait_for(hook("moment-option"))


def open_moment(device: Device, words: str) -> None:
    """Open a moment in one's own words."""
    device.write(hook("moment-text"), words)
    device.tap(hook("open-round"))


def mark(device: Device, reaction: str, intensity: int) -> None:
    """Mark and seal."""
    device.tap(hook(f"reaction-{reaction}"))
    device.tap(hook(f"intensity-{intensity}"))
    device.tap(hook("seal-mark"))


def end_the_quiet(clock: Clock, *devices: Device) -> None:
    """Let the time after a reveal pass in which nobody writes."""
    clock.tick(QUIET_SECONDS)
    for device in devices:
        device.wait_for(hook("need-input"))


def say(device: Device, need: str) -> None:
    """Say a need."""
    device.write(hook("need-input"), need)
    tap_until_gone(device, hook("need-send"))


def hear(device: Device, need: str) -> None:
    """Read the other's need, and say that it was heard."""
    device.wait_for_words(need)
    tap_until_gone(device, hook("heard"))


def choose(device: Device, step: str) -> None:
    """Choose a small step; what was heard may wait for "that is what I meant"."""
    if not device.sees(hook("step-input")):
        device.tap(button("Skip for now"))
    device.write(hook("step-input"), step)
    tap_until_gone(device, hook("step-send"))


def tap_until_gone(device: Device, target: Target) -> None:
    """Tap what goes once it has worked; what the other does may move it from under the thumb, as it does in life."""

    def has_worked() -> bool:
        if not device.tap_if_possible(target):
            return not device.sees(target)
        deadline = time.monotonic() + LOOKS_FOR
        while device.sees(target) and time.monotonic() < deadline:
            time.sleep(LOOK_EVERY)
        return not device.sees(target)

    device.until(has_worked, f"{target} to be done with")


def log_in(device: Device, front: str, email: str, password: str) -> None:
    """Log in on the page for it."""
    device.go(f"{front}/accounts/login/")
    device.write(label("E-mail"), email)
    device.write(label("Password"), password)
    device.leave(lambda: device.tap(hook("log-in")))


def keep_in_journal(device: Device, front: str, words: str) -> None:
    """Write an entry into the journal, and keep it."""
    device.go(f"{front}/my-part/journal/")
    device.write(label("What I want to remember"), words)
    device.leave(lambda: device.tap(button("Save")))
