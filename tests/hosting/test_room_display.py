"""A therapist's one display: it follows what is put on it, and is blank when that is over or everybody has gone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import scopes
from sessions.hosting import display, host_rights
from sessions.models import LiveSession, Seat
from sessions.store import load, system_changes
from tests.support.cast.care_cast import Three, both_agree, device, page_of
from tests.support.cast.care_cast import therapist as another_therapist

pytestmark = pytest.mark.usefixtures("nobody_has_guessed")


@pytest.fixture
def room(cast: Three) -> LiveSession:
    """Return a check-in of Ana and Ben that Tess hosts."""
    both_agree(cast)
    live_session = host_rights.start_hosted(cast.tess, cast.couple.id, title="Thursday")
    for person in (cast.ana, cast.ben):
        assert device(person).get(f"/sessions/{live_session.id}/").status_code == 200
    return live_session


def on(browser: Client) -> str:
    """Return which check-in the display is told to show; empty for none."""
    answer = browser.get("/practice/display/now/")
    assert answer.headers["Cache-Control"] == "no-store"
    return str(answer.json()["on"])


def is_blank(browser: Client) -> bool:
    """Tell whether the page of the display shows nothing."""
    return "display-blank" in page_of(browser, "/practice/display/")


def test_it_is_blank_until_something_is_put_on_it_and_follows_what_is(cast: Three, room: LiveSession) -> None:
    wall = device(cast.tess)
    assert (on(wall), is_blank(wall)) == ("", True)
    console = device(cast.tess)
    assert console.post("/practice/display/", {"session": room.id}).status_code == 302
    assert on(wall) == str(room.id)
    assert f"/ws/sessions/{room.id}/?screen=room" in page_of(wall, "/practice/display/")
    other = host_rights.start_hosted(cast.tess)
    console.post("/practice/display/", {"session": other.id})
    assert on(wall) == str(other.id)
    for _ in range(2):  # again is the same
        assert console.post("/practice/display/blank/").status_code == 302
        assert (on(wall), is_blank(wall)) == ("", True)


def end(cast: Three, room: LiveSession) -> None:
    """End the check-in, as anybody in it may."""
    system_changes.end([room.id])


def agree_no_more(cast: Three, room: LiveSession) -> None:
    """Take a partner's yes to the host back."""
    scopes.withdraw(cast.ben, cast.link, ["host"])


def leave(cast: Three, room: LiveSession) -> None:
    """Let the host leave."""
    system_changes.let_go_of_host(cast.tess)


def erase(cast: Three, room: LiveSession) -> None:
    """Delete the check-in, as the purge does."""
    room.delete()


@pytest.mark.parametrize("over", [end, agree_no_more, leave, erase])
def test_it_is_blank_as_soon_as_it_is_over(
    cast: Three, room: LiveSession, over: Callable[[Three, LiveSession], None]
) -> None:
    display.put_on(cast.tess, room.id)
    wall = device(cast.tess)
    assert on(wall) == str(room.id)
    over(cast, room)
    assert (on(wall), is_blank(wall)) == ("", True)


def seen(room: LiveSession, **minutes_ago: int) -> datetime:
    """Say how many minutes ago everybody was last seen; return now."""
    now = timezone.now()
    for name, minutes in minutes_ago.items():
        Seat.objects.filter(live_session=room, name=name).update(seen_at=now - timedelta(minutes=minutes))
    return now


@pytest.mark.parametrize(
    ("minutes_ago", "is_shown"),
    [
        ({"a": 0, "b": 0, "host": 0}, True),
        ({"a": 4, "b": 9, "host": 9}, True),
        ({"a": 6, "b": 9, "host": 9}, False),
        ({"a": 12, "b": 12, "host": 0}, True),
        ({"a": 25, "b": 25, "host": 0}, False),
        ({"a": 25, "b": 1, "host": 25}, True),
    ],
)
def test_it_is_blank_when_nobody_has_been_there_for_some_minutes(
    cast: Three, room: LiveSession, minutes_ago: dict[str, int], is_shown: bool
) -> None:
    display.put_on(cast.tess, room.id, timezone.now() - timedelta(hours=1))
    now = seen(room, **minutes_ago)
    assert (display.shown_on(cast.tess, now) is not None) == is_shown


def test_nobody_puts_on_or_sees_what_they_do_not_host(cast: Three, room: LiveSession) -> None:
    colleague = another_therapist("Colleague")
    for wanted in (room.id, uuid4(), "nothing"):
        assert device(colleague).post("/practice/display/", {"session": wanted}).status_code == 404
    for person in (cast.ana, cast.ben):
        assert device(person).get("/practice/display/").status_code == 404
        assert device(person).post("/practice/display/", {"session": room.id}).status_code == 404
        with pytest.raises(load.NotFound):
            display.put_on(person, room.id)
    display.put_on(cast.tess, room.id)
    for browser in (device(colleague), device(cast.ana), Client()):
        assert on(browser) == ""
    assert on(device(cast.tess)) == str(room.id), "the premise"


def test_the_addresses_of_single_check_ins_go_on_working(cast: Three, room: LiveSession) -> None:
    page = page_of(device(cast.tess), f"/sessions/{room.id}/screen/")
    assert f"/ws/sessions/{room.id}/?screen=room" in page and "data-follows" not in page
