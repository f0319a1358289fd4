"""When it was, the same loop again and the day of finding each other, on two phones: it works, and bars nobody."""

import pytest

from tests.browser import again_scenes
from tests.browser.conftest import OpenDevice
from tests.browser.test_accessibility import OPTIONS, wrong_on_the_way
from tests.support.servers.clocks import Timed

pytestmark = pytest.mark.browser


def test_each_says_it_for_themselves_and_it_counts_once_both_have(timed: Timed, open_device: OpenDevice) -> None:
    ana, ben = open_device(**OPTIONS), open_device(**OPTIONS)
    assert [*wrong_on_the_way(again_scenes.scenes(timed, ana, ben))] == []
