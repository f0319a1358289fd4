"""WebKitGTK, spoken to through WebKitWebDriver: about the engine of every iPhone, though not Safari itself."""

import json
import os
import signal
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from tests.support import prerequisites
from tests.support.engines.device import PHONE, Device, Engine, Gone, Viewport
from tests.support.engines.program import Program
from tests.support.servers.cycle import free_port

WINDOW = Path(__file__).with_name("webkit_window.py")
# Windows stand beside each other, for one that is covered may rest.
SCREEN = "4000x1400x24"
WIDEST = 1300
PLACES = 3

BETWEEN_PAGES = (
    "no such execution context",
    "no such frame",
    "no such window",
    "stale element",
    "page was navigated",
    "unknown error",
)


class Driver:
    """One WebKitWebDriver, which serves one device."""

    def __init__(self, program: Program, port: int) -> None:
        self.program = program
        self._address = f"http://127.0.0.1:{port}"
        self._opener = build_opener(ProxyHandler({}))

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Return what the driver answers."""
        data = json.dumps(body or {}).encode() if method == "POST" else None
        request = Request(self._address + path, data, {"Content-Type": "application/json"}, method=method)
        with self._opener.open(request, timeout=60) as response:
            return json.load(response)["value"]


class WebKit(Engine):
    """A screen that nobody sees; each device is a browser of its own on it."""

    name = "webkit"

    def __init__(self) -> None:
        server, self._driver = prerequisites.path_of("xvfb"), prerequisites.path_of("webkit2gtk-driver")
        assert server, "no Xvfb, or the test does not say that it needs it"
        assert self._driver, "no WebKitWebDriver, or the test does not say that it needs it"
        directory = tempfile.TemporaryDirectory(prefix="cycle-screen-")
        command = [server, "-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
        self._screen = Program(command, directory)
        self._display = ":" + self._screen.says(r"(?m)^(\d+)$")
        self._opened = 0

    def open(self, viewport: Viewport = PHONE) -> Device:
        """Open a new person's device."""
        directory = tempfile.TemporaryDirectory(prefix="cycle-webkit-", ignore_cleanup_errors=True)
        port = free_port()
        own = {"HOME": directory.name, "XDG_RUNTIME_DIR": directory.name, "DISPLAY": self._display}
        # Drawn by the processor: there is no graphics card to ask.
        drawn = {"WEBKIT_DISABLE_DMABUF_RENDERER": "1", "LIBGL_ALWAYS_SOFTWARE": "1", "NO_AT_BRIDGE": "1"}
        program = Program([self._driver or "", f"--port={port}"], directory, **own, **drawn, GDK_BACKEND="x11")
        self._opened += 1
        return WebKitDevice(Driver(program, port), viewport, (self._opened % PLACES) * WIDEST)

    def close(self) -> None:
        """Stop the screen."""
        self._screen.close()


class WebKitDevice(Device):
    """A browser with one window."""

    def __init__(self, driver: Driver, viewport: Viewport, place: int) -> None:
        super().__init__(viewport)
        self._driver = driver
        pid_file = Path(driver.program.directory.name) / "pid"
        chosen = ["--pid-file", str(pid_file), "--place", str(place), "--size", *map(str, viewport)]
        wanted = {
            "pageLoadStrategy": "none",
            "unhandledPromptBehavior": "accept",
            "webkitgtk:browserOptions": {"binary": str(WINDOW), "args": chosen},
        }
        created = self.until(lambda: self._begin(wanted), "a driver")
        self._session = f"/session/{created['sessionId']}"
        self._browser = int(pid_file.read_text())
        self._heard = 0
        self.turn(viewport)

    def navigate(self, address: str) -> None:
        """Begin to open an address."""
        self._ask("POST", "/url", url=address)

    def evaluate(self, expression: str) -> Any:
        """Return what a JavaScript expression comes to, awaited. Raises Gone."""
        self._listen()
        try:
            return self._ask("POST", "/execute/sync", script=f"return ({expression});", args=[])
        except HTTPError as error:
            said = error.read().decode(errors="replace")
            if any(sign in said for sign in BETWEEN_PAGES):
                raise Gone from error
            raise AssertionError(said) from error

    def tap_at(self, x: float, y: float, times: int = 1, apart: float = 0.0) -> None:
        """Tap a point, perhaps several times."""
        move: dict[str, Any] = {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)}
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
        self._ask("POST", "/window/rect", **viewport._asdict())

    def go_back(self) -> None:
        """Press the browser's Back."""
        os.kill(self._browser, signal.SIGUSR1)

    def load_again(self) -> None:
        """Press the browser's Reload; what was posted is posted again."""
        self._ask("POST", "/refresh")

    def keep(self, address: str, name: str, value: str) -> None:
        """Keep a cookie for an address, which has to be open."""
        self._ask("POST", "/cookie", cookie={"name": name, "value": value, "path": "/"})

    def close(self) -> None:
        """Put the device away; nothing of it is left."""
        self._listen()
        with suppress(OSError):
            self._driver.ask("DELETE", self._session)
        self._driver.program.close()

    def _begin(self, wanted: dict[str, Any]) -> Any:
        try:
            return self._driver.ask("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        except HTTPError as error:
            raise AssertionError(error.read().decode(errors="replace")) from error
        except OSError:
            assert self._driver.program.process.poll() is None, self._driver.program.log
            return None  # it has not come up yet

    def _listen(self) -> None:
        """Note what the console complains of, which the driver writes down."""
        log = self._driver.program.log
        for line in log[self._heard :].splitlines():
            if line.startswith("CONSOLE") and (" ERROR " in line or " WARN " in line) and " NETWORK " not in line:
                self.complaints.append(line)
        self._heard = len(log)

    def _act(self, source: dict[str, Any]) -> None:
        self._ask("POST", "/actions", actions=[source])

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        return self._driver.ask(method, self._session + path, body)
