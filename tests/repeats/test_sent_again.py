"""Everything that changes something, sent again: one effect, a true answer, and no failure.

Again after a lost answer, from a second window, after its object is gone, with the login renewed in between, and when
it has ended. What is sent in the same moment is in ``test_sent_at_once``.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction

from accounts.my_part.api import KINDS
from tests.repeats.effects import created, differing, everything
from tests.repeats.filled_commands import COMMANDS
from tests.repeats.filled_operations import OPERATIONS
from tests.repeats.writes import (
    PAGES,
    Sender,
    Write,
    commands,
    gone,
    operations,
    pages,
    said_in,
)
from tests.support.cast.api_world import World, undone

pytestmark = pytest.mark.django_db

WRITES: Final = [*pages(), *operations(), *commands()]

# What is answered otherwise when it comes again, and why.
ANSWERED_OTHERWISE: Final[dict[str, tuple[int, str]]] = {
    "settings/leave/": (302, "there is nobody left to tell, and the front page is what is left to see"),
    "DELETE api/v1/me/": (401, "the login has gone with the person"),
    "admin/logout/": (302, "the login has gone, which is what was asked for"),
    "PUT api/v1/me/notices/push/": (200, "the browser of the login of before was named, not of the one by now"),
    "POST api/v1/auth/logout/": (401, "the login has gone, which is what was asked for"),
}
# How a second window may be refused: it is not there any more, or not what may be done now.
REFUSED: Final = (401, 403, 404, 409)
# What makes another one when it is sent from another window, and why.
MAKES_ANOTHER: Final[dict[str, str]] = {
    "my-part/journal/": "the same words twice are two entries, where somebody wrote them twice",
    "my-part/lists/<slug:name>/": "the same",
    "my-part/practice/drafts/": "the same",
    "my-part/check/<slug:code>/": "the same",
    "couple/care/invite/": "an earlier link stops working by a new one, as the page says",
    "practice/invite/": "a therapist invites several couples",
    "accounts/signup/": "somebody without a login is somebody else each time, until the address is confirmed",
    "accounts/email/ (the link again)": "another mail is what is asked for",
    "accounts/password/reset/": "the same",
    "settings/confirm/": "the same",
    "accounts/2fa/recovery-codes/generate/": "the ones before stop working by new ones, as the page says",
    "accounts/2fa/totp/activate/": "the secret that was shown last is the one that counts",
    "admin/accounts/user/<path:object_id>/change/": "the staff's log says who saved it, and how often",
    "admin/accounts/therapistprofile/<path:object_id>/change/": "the same",
    **{f"PUT api/v1/me/private/{kind}/": "another op is another note" for kind in KINDS},
    "POST api/v1/care/invitations/": "another op is another invitation",
    "POST api/v1/start/": "somebody without a login is somebody else each time",
    "POST api/v1/sessions/": "another op is another check-in",
}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Return everybody, made once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def sender(world: World, request: pytest.FixtureRequest) -> Iterator[Sender]:
    """Return who sends it, where it can be carried out; afterwards everything is as it was."""
    write: Write = request.getfixturevalue("write")
    with undone():
        write.filled.before(world)
        yield Sender(world, write)


def sent(sender: Sender, named: dict[str, Any], *, lost: bool = False) -> Any:
    """Send it, as if nobody had asked before."""
    cache.clear()
    answer = sender.send(named, lost=lost)
    assert answer.status_code < 500, (answer.status_code, answer.content[:300])
    return answer


def test_everything_is_filled_in_and_nothing_else() -> None:
    assert {one.name for one in WRITES} == {*PAGES, *OPERATIONS, *COMMANDS}
    assert {*ANSWERED_OTHERWISE, *MAKES_ANOTHER} <= {one.name for one in WRITES}


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_sent_again_after_a_lost_answer(sender: Sender, write: Write) -> None:
    named = sender.open()
    first = sent(sender, named, lost=True)
    assert first.status_code < 400 or write.filled.reads, first.content[:300]
    assert not leads_to_log_in(first) or write.filled.who == "anonymous"
    once = everything()
    assert_repeated(write, first, sent(sender, named))
    assert differing(once, everything()) == {}


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_sent_from_a_second_window(sender: Sender, write: Write) -> None:
    here, there = sender.open(), sender.open()
    sent(sender, here)
    once = everything()
    again = sent(sender, there)
    made = created(once, everything())
    assert bool(made) == (write.name in MAKES_ANOTHER), made
    refused = again.status_code in (*REFUSED, 405) if write.filled.reads else again.status_code in REFUSED
    assert again.status_code < 400 or (refused and not differing(once, everything()))


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_sent_after_its_object_is_gone(sender: Sender, world: World, write: Write) -> None:
    named = sender.open()
    gone(write, world)
    left = everything()
    answer = sent(sender, named)
    if write.names_what_can_go:
        # The staff's pages say of what is gone that it is, and lead back to the list.
        assert answer.status_code == 404 or (write.pattern.startswith("admin/") and answer.status_code in (302, 403))
        assert differing(left, everything()) == {}


@pytest.mark.parametrize("write", WRITES, ids=str)
def test_sent_again_with_the_login_renewed_in_between(sender: Sender, write: Write) -> None:
    named = sender.open()
    sender.log_in()
    first = sent(sender, named)
    once = everything()
    sender.log_in()
    assert_repeated(write, first, sent(sender, named))
    assert differing(once, everything()) == {}


@pytest.mark.parametrize("write", [one for one in WRITES if one.filled.who != "anonymous"], ids=str)
def test_sent_when_the_login_has_ended(sender: Sender, write: Write) -> None:
    named = sender.open()
    Session.objects.all().delete()
    left = everything()
    answer = sent(sender, named)
    # A page leads to the log-in, or says what to do first.
    assert answer.status_code in ((200, 302, 404) if write.kind == "page" else (401,))
    # What was typed is kept for whoever logs in; nothing else has come of it.
    assert set(differing(left, everything())) <= {"accounts.UnsentWords"}


def leads_to_log_in(answer: Any) -> bool:
    """Tell whether somebody is asked who they are instead of being answered."""
    return str(answer.headers.get("Location", "")).startswith("/accounts/login/")


def assert_repeated(write: Write, first: Any, again: Any) -> None:
    """Check that the second answer is that of the first, or the one that is true by then."""
    otherwise = ANSWERED_OTHERWISE.get(write.name)
    assert said_in(again) == said_in(first) or (otherwise and again.status_code == otherwise[0])
