"""Fixtures of hosted check-ins: Tess, a room with her and two partners, and a server that sweeps rarely."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions.hosting import host_rights
from sessions.models import LiveSession
from tests.support.cast.care_cast import Three, both_agree
from tests.support.cast.host_consent import SWEEP
from tests.support.cast.hosted import Hosted, Therapist, hosted, therapist
from tests.support.servers.cycle import Server


@pytest.fixture(scope="module")
def rarely_sweeping() -> Iterator[Server]:
    """Return a Cycle whose sweeps come so rarely that what closes sooner was told."""
    running = Server(
        DJANGO_SETTINGS_MODULE="tests.support.servers.served_settings", ROOMS_SWEEP_EVERY=str(SWEEP), FRAME_RATE="1000"
    ).start()
    yield running
    running.close()


@pytest.fixture(scope="module")
def tess(server: Server) -> Therapist:
    """Return Tess, who may host."""
    return therapist(server)


@pytest.fixture
def room(tess: Therapist) -> Iterator[Hosted]:
    """Return Tess with Ana and Ben, who are new."""
    found = hosted(tess)
    yield found
    for one in (found.tess, found.ana, found.ben):
        for line in one.lines:
            line.close()


@pytest.fixture
def plan(cast: Three) -> LiveSession:
    """Return what Tess has planned with Ana and Ben, who agree to it."""
    both_agree(cast)
    at = (timezone.now() + timedelta(days=4)).replace(microsecond=0)
    return host_rights.start_hosted(cast.tess, cast.couple.id, title="Thursday", starts_at=at)
