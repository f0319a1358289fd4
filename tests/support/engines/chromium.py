"""Chromium, spoken to through DevTools: Blink, as in Chrome, Edge and every browser on Android but Firefox."""

import os
import re
import tempfile
import time
from typing import Any

from tests.support import prerequisites
from tests.support.engines.device import PHONE, Device, Engine, Gone, Viewport
from tests.support.engines.program import Program
from tests.support.engines.wire import Message, Refused, Wire

ARGUMENTS = ("--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update")

BETWEEN_PAGES = re.compile("context was destroyed|Cannot find context|navigated or closed|No frame|Internal error")


def arguments() -> list[str]:
    """Return how Chromium is started here: an administrator's has no sandbox."""
    return [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]


class Chromium(Engine):
    """One running Chromium; each device is a browser context of its own in it."""

    name = "chromium"

    def __init__(self) -> None:
        path = prerequisites.path_of("chromium-headless-shell")
        assert path, "no Chromium, or the test does not say that it needs it"
        directory = tempfile.TemporaryDirectory(prefix="cycle-chromium-", ignore_cleanup_errors=True)
        command = [path, "--headless", "--remote-debugging-port=0", f"--user-data-dir={directory.name}"]
        self._program = Program([*command, "--no-first-run", "--hide-scrollbars", *arguments()], directory)
        self._devices: dict[str, ChromiumDevice] = {}
        self.wire = Wire(self._program.says(r"DevTools listening on (ws://\S+)"), self._hear)

    def open(self, viewport: Viewport = PHONE) -> Device:
        """Open a new person's device."""
        context = self.wire.ask("Target.createBrowserContext", {"disposeOnDetach": True})["browserContextId"]
        target = self.wire.ask("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        page = self.wire.ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        device = ChromiumDevice(self.wire, context, page, viewport)
        self._devices[page] = device
        device.prepare()
        return device

    def close(self) -> None:
        """Stop the browser."""
        self.wire.close()
        self._program.close()

    def _hear(self, event: Message) -> None:
        if device := self._devices.get(event.get("sessionId", "")):
            device.hear(event["method"], event["params"])


class ChromiumDevice(Device):
    """A browser context with one page."""

    def __init__(self, wire: Wire, context: str, page: str, viewport: Viewport) -> None:
        super().__init__(viewport)
        self._wire = wire
        self._context = context
        self._page = page

    def prepare(self) -> None:
        """Give it its size, and listen to what it complains of."""
        self.turn(self.viewport)
        still = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
        self._ask("Emulation.setEmulatedMedia", **still)
        for domain in ("Page", "Runtime", "Log"):
            self._ask(f"{domain}.enable")

    def navigate(self, address: str) -> None:
        """Begin to open an address."""
        self._ask("Page.navigate", url=address)

    def evaluate(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to, awaited. Raises Gone."""
        try:
            answer = self._ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        except Refused as refused:
            if BETWEEN_PAGES.search(str(refused)):
                raise Gone from refused
            raise
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def tap_at(self, x: float, y: float, times: int = 1, apart: float = 0.0) -> None:
        """Tap a point, perhaps several times."""
        for tap in range(times):
            if tap:
                time.sleep(apart)
            for kind in ("mousePressed", "mouseReleased"):
                # Not waited for: a page that goes away has no time to say that it was tapped.
                press = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
                self._wire.tell("Input.dispatchMouseEvent", press, sessionId=self._page)

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self._ask("Input.insertText", text=text)

    def resize(self, viewport: Viewport) -> None:
        """Begin to give the page that is loaded another size."""
        size = {"width": viewport.width, "height": viewport.height}
        self._ask("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=1, mobile=False)

    def go_back(self) -> None:
        """Press the browser's Back."""
        history = self._ask("Page.getNavigationHistory")
        if history["currentIndex"] > 0:
            before = history["entries"][history["currentIndex"] - 1]
            self._ask("Page.navigateToHistoryEntry", entryId=before["id"])

    def load_again(self) -> None:
        """Press the browser's Reload; what was posted is posted again."""
        self._ask("Page.reload")

    def keep(self, address: str, name: str, value: str) -> None:
        """Keep a cookie for an address."""
        self._ask("Network.setCookie", url=address, name=name, value=value)

    def close(self) -> None:
        """Put the device away; nothing of it is left."""
        self._wire.ask("Target.disposeBrowserContext", {"browserContextId": self._context})

    def hear(self, event: str, parameters: Any) -> None:
        """Note what the console complains of, and answer yes where the page asks whether to leave."""
        if event == "Page.javascriptDialogOpening":
            self._wire.tell("Page.handleJavaScriptDialog", {"accept": True}, sessionId=self._page)
        elif event == "Runtime.exceptionThrown":
            self.complaints.append(str(parameters["exceptionDetails"]))
        elif event == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning"):
            self.complaints.append(str(parameters["args"]))
        elif event == "Log.entryAdded" and parameters["entry"]["source"] != "network":
            entry = parameters["entry"]
            if entry["level"] in ("error", "warning"):
                self.complaints.append(entry["text"])

    def _ask(self, method: str, **parameters: Any) -> Any:
        return self._wire.ask(method, parameters, sessionId=self._page)
