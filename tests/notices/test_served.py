"""A server sends what is due by itself, and by a clock that may be wrong nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Notice, User
from accounts.notices import worker
from tests.support.cast.hosted import in_shell
from tests.support.cast.notices import due_now
from tests.support.eventually import eventually
from tests.support.servers.cycle import Server
from tests.support.servers.post_office import TAKES, PostOffice
from tests.support.servers.stored import change

IS_DUE_BY_A_CLOCK_A_MONTH_AHEAD = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import ClockCheck, User
from tests.support.cast.notices import due_now, wish
ana = User.objects.create_user("ana@example.org", None, first_name="Ana")
wish(ana)
due_now(ana)
ClockCheck.objects.create(seen_at=timezone.now() - timedelta(days=30))
answer = True
"""


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """Return a mail server that takes everything."""
    opened = PostOffice(TAKES)
    yield opened
    opened.close()


@pytest.fixture
def server(office: PostOffice) -> Iterator[Server]:
    """Return a server that has something to send, and a clock in doubt."""
    made = Server(EMAIL_URL=f"smtp://127.0.0.1:{office.port}")
    made.migrate()
    assert in_shell(made, IS_DUE_BY_A_CLOCK_A_MONTH_AHEAD)
    yield made.start()
    made.close()


def letters(office: PostOffice) -> int:
    return len(re.findall(rb"^To: ana@example.org", b"".join(office.taken), re.MULTILINE))


def test_it_is_sent_once_its_clock_is_believed(server: Server, office: PostOffice) -> None:
    eventually(lambda: "no agreed opening is carried out" in server.log)
    assert letters(office) == 0
    now = timezone.now()
    assert change(server, "UPDATE accounts_clockcheck SET seen_at = ?, doubted_at = NULL", now) == 1
    # It looks every ten seconds.
    eventually(lambda: letters(office) == 1, seconds=2 * worker.LOOK_EVERY)


@pytest.mark.django_db
def test_by_a_clock_in_doubt_nothing_is_due_and_nothing_is_forgotten() -> None:
    notice = due_now(User.objects.create_user("ana@example.org", None, first_name="Ana"))
    ahead = timezone.now() + timedelta(days=30)
    assert worker.due_by(lambda now: False, ahead) == []
    assert not Notice.objects.get().taken
    assert worker.due_by(lambda now: True, timezone.now()) == [notice.pk]
