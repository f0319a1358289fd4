"""A push service and a post office for tests of notices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.support.servers.post_office import TAKES, PostOffice
from tests.support.servers.push_service import PushService, push_service


@pytest.fixture(autouse=True)
def _contact(settings: Settings) -> None:
    """Let push services know whom to write to."""
    settings.CONTACT = "mailto:help@example.org"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[PushService]:
    """Return a push service; what it was sent was as the standards say."""
    with push_service(tmp_path) as served:
        yield served
        assert served.wrong == []


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """Return a mail server that takes everything."""
    opened = PostOffice(TAKES)
    settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", opened.port, 3
    yield opened
    opened.close()
