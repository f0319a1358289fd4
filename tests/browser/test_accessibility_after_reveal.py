"""From the reveal on, on both phones: axe finds nothing, a finger hits every control, 320 pixels are wide enough."""

import pytest

from tests.browser.conftest import OpenDevice
from tests.browser.scenes import Cast, from_the_reveal_on, walk
from tests.browser.test_accessibility import OPTIONS, wrong_on_the_way
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser


def test_every_screen_from_the_reveal_on_is_for_everybody(timed: Timed, open_device: OpenDevice) -> None:
    cast = Cast(*(open_device(**OPTIONS) for _ in range(4)))
    assert list(wrong_on_the_way(walk(timed, cast, from_the_reveal_on))) == []
