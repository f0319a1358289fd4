"""The engines by name, and the packages that each of them is made of."""

from collections.abc import Callable

from tests.support.engines.chromium import Chromium
from tests.support.engines.device import Engine
from tests.support.engines.firefox import Firefox
from tests.support.engines.webkit import WebKit
from tests.support.prerequisites import BROWSER, FIREFOX, WEBKIT

ENGINES: dict[str, Callable[[], Engine]] = {"chromium": Chromium, "firefox": Firefox, "webkit": WebKit}

NEEDED_FOR = {"chromium": BROWSER, "firefox": FIREFOX, "webkit": WEBKIT}
