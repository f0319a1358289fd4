"""Being finished on a device: by a tap, by itself, and on a tablet that a practice hands on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from sessions.hosting import host_rights
from sessions.joining import join
from sessions.models import LiveSession
from sessions.store import system_changes
from tests.support.cast.browsers import Browser
from tests.support.cast.care_cast import therapist

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nobody_has_guessed")]

FINISHED = 'data-testid="finished-here"'


@pytest.fixture
def hosted() -> LiveSession:
    """Return a check-in that Tess hosts for two who are new."""
    return host_rights.start_hosted(therapist())


@pytest.fixture
def tablet(hosted: LiveSession) -> Browser:
    """Return the practice's tablet, on which Ana has come in by its link."""
    tablet = Browser()
    come_in(tablet, hosted, "Ana")
    join.join_by_code(User.objects.create_guest("Ben"), hosted.code or "", agrees_to_host=True)
    return tablet


def come_in(tablet: Browser, hosted: LiveSession, name: str) -> None:
    """Let somebody join by the practice device's link."""
    answer = tablet.fill_in(f"/join/{hosted.code}/?device=practice", first_name=name, agrees="yes")
    assert answer.status_code == 302, answer.content.decode()
    assert tablet.client.get(answer.headers["Location"]).status_code == 200


def end(minutes_ago: int = 0) -> None:
    """End what goes on."""
    system_changes.end(list(LiveSession.objects.values_list("id", flat=True)))
    LiveSession.objects.update(ended_at=timezone.now() - timedelta(minutes=minutes_ago))


def test_a_guest_who_is_finished_is_known_here_no_more(hosted: LiveSession, tablet: Browser) -> None:
    room = tablet.look(f"/sessions/{hosted.id}/").content.decode()
    ended = room[room.index('<template id="screen-ended">') :]
    assert ended.index(FINISHED) < ended.index('data-testid="summary"'), "offered first"
    end()
    assert tablet.fill_in("/finished/").status_code == 302
    assert tablet.person is None
    for path in (f"/sessions/{hosted.id}/", f"/sessions/{hosted.id}/summary/"):
        assert tablet.look(path).status_code == 404
    for path in ("/", "/start/", "/finished/"):
        page = tablet.look(path).content.decode()
        assert "Ana" not in page and "Ben" not in page
    assert not User.objects.get(first_name="Ana").is_active, "whoever waits for her is told that she cannot return"


def test_the_console_has_a_link_for_the_practices_device(hosted: LiveSession) -> None:
    console = Browser()
    console.client.force_login(hosted.seats.get().user)
    page = console.look(f"/sessions/{hosted.id}/").content.decode()
    assert "device=practice" in page[page.index("screen-lobby") :]


def test_the_next_couple_on_the_tablet_meets_nothing_of_the_one_before(tablet: Browser) -> None:
    end()
    later = host_rights.start_hosted(User.objects.get(first_name="Tess"))
    page = tablet.look(f"/join/{later.code}/").content.decode()
    assert 'name="first_name"' in page and 'autocomplete="off"' in page
    form = page[page.index("<form") : page.index("</form>")]
    assert "Ana" not in form and "Ben" not in form
    come_in(tablet, later, "Cleo")
    ana = User.objects.get(first_name="Ana")
    assert not later.seats.filter(user=ana).exists()
    assert tablet.person == str(User.objects.get(first_name="Cleo").pk)
    assert User.objects.get(first_name="Ben").is_active


def test_while_it_goes_on_the_tablet_knows_who_sits_there(hosted: LiveSession, tablet: Browser) -> None:
    assert "You are here as <bdi>Ana</bdi>" in tablet.look("/start/").content.decode()
    assert tablet.look(f"/sessions/{hosted.id}/").status_code == 200


@pytest.mark.parametrize(("minutes", "known"), [(1, True), (11, False)])
def test_a_tablet_that_was_put_away_forgets_by_itself(tablet: Browser, minutes: int, known: bool) -> None:
    end(minutes)
    page = tablet.look("/").content.decode()
    assert ("Ben" in page) == known
    assert (tablet.person is not None) == known


def test_ones_own_phone_is_not_a_practices_device(hosted: LiveSession) -> None:
    phone = Browser()
    phone.fill_in(f"/join/{hosted.code}/", first_name="Ana", agrees="yes")
    end(minutes_ago=60)
    phone.look("/")
    assert phone.person is not None
    assert FINISHED not in phone.look("/settings/").content.decode()
