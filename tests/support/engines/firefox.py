"""Firefox, spoken to through WebDriver BiDi: Gecko. Its own port is enough; no driver stands in between."""

import json
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support import prerequisites
from tests.support.engines.device import PHONE, Device, Engine, Gone, Viewport
from tests.support.engines.program import Program
from tests.support.engines.wire import Message, Refused, Wire

PREFERENCES: dict[str, bool | int | str] = {
    "ui.prefersReducedMotion": 1,
    "ui.useOverlayScrollbars": 1,
    # Who loads a posted page again says yes to posting it again.
    "dom.confirm_repost.testing.always_accept": True,
    # Nothing is asked for on the way up, and nothing is fetched from anywhere.
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.startup.homepage_override.mstone": "ignore",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.server": "",
}
BETWEEN_PAGES = ("no such frame", "no such node", "AbortError", "unknown error")
# The number is NS_BINDING_ABORTED: somebody went to another page before a font had come.
NETWORK_SIGNS = ("can’t establish a connection", "was interrupted while", "NetworkError", "status=2152398850")


class Firefox(Engine):
    """One running Firefox; each device is a user context of its own in it."""

    name = "firefox"

    def __init__(self) -> None:
        path = prerequisites.path_of("firefox-esr")
        assert path, "no Firefox, or the test does not say that it needs it"
        directory = tempfile.TemporaryDirectory(prefix="cycle-firefox-", ignore_cleanup_errors=True)
        chosen = "".join(f"user_pref({name!r}, {json.dumps(value)});\n" for name, value in PREFERENCES.items())
        (Path(directory.name) / "user.js").write_text(chosen)
        command = [path, "--headless", "--no-remote", "--profile", directory.name, "--remote-debugging-port", "0"]
        self._program = Program(command, directory, HOME=directory.name, MOZ_CRASHREPORTER_DISABLE="1")
        self._devices: dict[str, FirefoxDevice] = {}
        self.wire = Wire(self._program.says(r"WebDriver BiDi listening on (ws://\S+)") + "/session", self._hear)
        accept = {"unhandledPromptBehavior": {"default": "accept"}}
        self.wire.ask("session.new", {"capabilities": {"alwaysMatch": accept}})
        self.wire.ask("session.subscribe", {"events": ["log.entryAdded"]})

    def open(self, viewport: Viewport = PHONE) -> Device:
        """Open a new person's device: a window, for a tab in the background draws nothing."""
        person = self.wire.ask("browser.createUserContext", {})["userContext"]
        page = self.wire.ask("browsingContext.create", {"type": "window", "userContext": person})["context"]
        device = FirefoxDevice(self.wire, person, page, viewport)
        self._devices[page] = device
        device.turn(viewport)
        return device

    def close(self) -> None:
        """Stop the browser."""
        self.wire.close()
        self._program.close()

    def _hear(self, event: Message) -> None:
        if event.get("method") != "log.entryAdded":
            return
        entry = event["params"]
        device = self._devices.get(entry["source"].get("context", ""))
        if device and entry["level"] in ("error", "warn"):
            device.hear(entry["text"] or "")


class FirefoxDevice(Device):
    """A user context with one window."""

    def __init__(self, wire: Wire, person: str, page: str, viewport: Viewport) -> None:
        super().__init__(viewport)
        self._wire = wire
        self._person = person
        self._page = page

    def navigate(self, address: str) -> None:
        """Begin to open an address."""
        self._ask("browsingContext.navigate", url=address, wait="none")

    def evaluate(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to, awaited. Raises Gone."""
        # As text: BiDi has a notation of its own for values, which nobody here needs to read.
        asked = {"expression": f"(async () => JSON.stringify((await ({expression})) ?? null))()", "awaitPromise": True}
        try:
            answer = self._wire.ask("script.evaluate", {**asked, "target": {"context": self._page}})
        except Refused as refused:
            if any(sign in str(refused) for sign in BETWEEN_PAGES):
                raise Gone from refused
            raise
        assert answer["type"] == "success", answer["exceptionDetails"]
        return json.loads(answer["result"]["value"])

    def tap_at(self, x: float, y: float, times: int = 1, apart: float = 0.0) -> None:
        """Tap a point, perhaps several times."""
        move: Message = {"type": "pointerMove", "x": round(x), "y": round(y)}
        press = [{"type": "pointerDown", "button": 0}, {"type": "pointerUp", "button": 0}]
        wait = {"type": "pause", "duration": round(apart * 1000)}
        taps = [action for tap in range(times) for action in ([wait, *press] if tap else press)]
        self._act({"type": "pointer", "id": "finger", "actions": [move, *taps]})

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def resize(self, viewport: Viewport) -> None:
        """Begin to give the page that is loaded another size."""
        self._ask("browsingContext.setViewport", viewport=viewport._asdict())

    def go_back(self) -> None:
        """Press the browser's Back."""
        try:
            self._ask("browsingContext.traverseHistory", delta=-1)
        except Refused as refused:
            if "no such history entry" not in str(refused):
                raise

    def load_again(self) -> None:
        """Press the browser's Reload; what was posted is posted again."""
        self._ask("browsingContext.reload", wait="none")

    def keep(self, address: str, name: str, value: str) -> None:
        """Keep a cookie for an address."""
        cookie = {"name": name, "value": {"type": "string", "value": value}, "domain": urlsplit(address).hostname}
        own = {"type": "storageKey", "userContext": self._person}
        self._wire.ask("storage.setCookie", {"cookie": cookie, "partition": own})

    def close(self) -> None:
        """Put the device away; nothing of it is left."""
        self._wire.ask("browser.removeUserContext", {"userContext": self._person})

    def hear(self, complaint: str) -> None:
        """Note what the console complains of, other than a network that was taken away."""
        if not any(sign in complaint for sign in NETWORK_SIGNS):
            self.complaints.append(complaint)

    def _act(self, source: Message) -> None:
        try:
            self._ask("input.performActions", actions=[source])
        except Refused as refused:
            # The page that was tapped has gone meanwhile, as it should.
            if not any(sign in str(refused) for sign in BETWEEN_PAGES):
                raise

    def _ask(self, method: str, **parameters: Any) -> Any:
        return self._wire.ask(method, {"context": self._page, **parameters})
