"""Phones of each engine: what is true of Chromium alone is not true for half of all couples."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.engines.all import ENGINES, NEEDED_FOR
from tests.support.engines.device import PHONE, Device, Engine, Viewport
from tests.support.servers.clocks import Timed
from tests.support.servers.relay import Relay

OpenOne = Callable[..., Device]
Running = Callable[[str], Engine]

SLOW = 0.120  # each way


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """Return what gives the engine of a name; it is started once, for starting takes longer than most tests."""
    started: dict[str, Engine] = {}

    def engine_named(name: str) -> Engine:
        if name not in started:
            started[name] = ENGINES[name]()
        return started[name]

    yield engine_named
    for engine in started.values():
        engine.close()


@pytest.fixture(params=[pytest.param(name, marks=pytest.mark.needs(*NEEDED_FOR[name])) for name in ENGINES])
def engine(running: Running, request: pytest.FixtureRequest) -> Engine:
    """Return each engine in turn."""
    return running(request.param)


@pytest.fixture
def open_one(engine: Engine) -> Iterator[OpenOne]:
    """Return a function that opens a new person's device; what its console complains of fails the test."""
    devices: list[Device] = []

    def open_new(viewport: Viewport = PHONE) -> Device:
        devices.append(engine.open(viewport))
        return devices[-1]

    yield open_new
    for device in devices:
        device.close()
    assert [complaint for device in devices for complaint in device.complaints] == []


@pytest.fixture
def road(timed: Timed) -> Iterator[Relay]:
    """Return a road to the server that can be made as slow as a phone's."""
    with Relay(timed.server) as relay:
        yield relay
