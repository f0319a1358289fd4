"""A host who has left: either partner lets them in again while both agree, and the summary stays theirs to open."""

import re
from collections.abc import Callable

import pytest

from accounts.models import User
from sessions.checkin.shown_round import Viewer
from sessions.checkin.snapshot import snapshot_for
from sessions.hosting import host_rights
from sessions.models import Seat
from sessions.store import load, system_changes
from tests.hosting.test_host_goes import Room
from tests.support.cast.care_cast import device, no_second_factor

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room() -> Room:
    """Return a check-in whose host has left."""
    room = Room()
    room.ask(room.tess, "session.leave")
    return room


def hosted(room: Room) -> bool:
    """Tell whether a host is there."""
    return room.state().hosted


@pytest.mark.parametrize("who", ["ana", "ben"])
def test_either_lets_the_host_in_again_by_one_tap(room: Room, who: str) -> None:
    phone = device(getattr(room, who))
    page = phone.get(f"/sessions/{room.id}/").content.decode()
    assert 'data-testid="host-again"' in page and "data-was-hosted" in page
    assert device(room.tess).get(f"/sessions/{room.id}/").status_code == 404
    answer = phone.post(f"/sessions/{room.id}/host/")
    assert answer.headers["Location"] == f"/sessions/{room.id}/"
    assert hosted(room)
    assert device(room.tess).get(f"/sessions/{room.id}/").status_code == 200
    round_now = room.state().round
    assert round_now and round_now.sealed == {"a"}, "the open round is as it was"


@pytest.mark.parametrize(
    "lost",
    [
        lambda room: host_rights.withdraw_consent(room.ana, room.id),
        lambda room: host_rights.withdraw_consent(room.ben, room.id),
        lambda room: no_second_factor(room.tess),
        lambda room: User.objects.filter(pk=room.ben.pk).update(is_active=False),
    ],
)
def test_without_everybodys_yes_nothing_happens_and_nobody_is_told_why(
    room: Room, lost: Callable[[Room], object]
) -> None:
    lost(room)
    answer = device(room.ana).post(f"/sessions/{room.id}/host/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/sessions/{room.id}/")
    assert not hosted(room)
    assert Seat.objects.get(live_session=room.id, name="host").left_at


def test_nobody_else_lets_anybody_in(room: Room) -> None:
    for person in (room.tess, User.objects.create_guest("Otto")):
        assert device(person).post(f"/sessions/{room.id}/host/").status_code == 404
    system_changes.end([room.id])
    device(room.ana).post(f"/sessions/{room.id}/host/")
    assert not hosted(room)


def test_the_summary_stays_reachable_while_both_agree(room: Room) -> None:
    path = f"/sessions/{room.id}/summary/"
    assert device(room.tess).get(path).status_code == 404, "of what goes on without them nothing is told"
    system_changes.end([room.id])
    assert device(room.tess).get(path).status_code == 200
    assert "can open it too" in device(room.ana).get(path).content.decode(), "and both are told so"
    host_rights.withdraw_consent(room.ben, room.id)
    assert device(room.tess).get(path).status_code == 404
    assert "can open it too" not in device(room.ana).get(path).content.decode()


def test_to_a_host_who_has_gone_it_is_not_said_that_it_ended(room: Room) -> None:
    state = load.state_of(room.id)
    assert state
    snapshot = snapshot_for(state, Viewer("host"), state.expires_at)
    assert (snapshot["state"], snapshot["people"]) == ("ended", []), "by which the page knows"
    again = device(room.ben)
    again.post(f"/sessions/{room.id}/host/")
    console = device(room.tess).get(f"/sessions/{room.id}/").content.decode()
    gone = re.findall(r'<div data-ending="gone" hidden>(.*?)</div>', console, re.DOTALL)
    assert "You no longer host this check-in." in gone[0]
    assert 'href="/practice/"' in gone[1]
    assert 'data-ending="gone"' not in device(room.ana).get(f"/sessions/{room.id}/").content.decode()
