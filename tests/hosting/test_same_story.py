"""An appointment's therapist and both partners read one story of it, whatever happens before it and whoever did it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.care import scopes, therapists
from accounts.couple import pairing
from accounts.logins import login_from_token
from accounts.models import TherapistProfile, User
from accounts.settings.deletion import delete_person
from sessions.checkin.appointment import HOUR
from sessions.checkin.frames import SessionEnd
from sessions.joining import appointments
from sessions.models import LiveSession
from sessions.store import execute, load
from tests.support.cast.api_world import fresh_login
from tests.support.cast.care_cast import Three, device, no_second_factor, page_of, therapist

pytestmark = pytest.mark.django_db

A_WEEK = timedelta(days=7)


def nothing(cast: Three, plan: LiveSession) -> None:
    """Let only time pass."""


def moved(cast: Three, plan: LiveSession) -> None:
    """Let Tess move it."""
    assert plan.starts_at
    appointments.move(cast.tess, plan.id, plan.starts_at + A_WEEK)


def called_off(who: str) -> Callable[[Three, LiveSession], None]:
    """Let one of the three call it off."""
    return lambda cast, plan: appointments.call_off(getattr(cast, who), plan.id)


def ended_over_the_contract(cast: Three, plan: LiveSession) -> None:
    """Let a client of before appointments end it."""
    login = login_from_token(fresh_login(cast.tess))
    assert login
    assert execute.execute(login, plan.id, SessionEnd(type="session.end", op="1")).code is None


def yes_taken_back(who: str) -> Callable[[Three, LiveSession], None]:
    """Let a partner take the consent to the host back."""
    return lambda cast, plan: scopes.withdraw(getattr(cast, who), cast.link, ["host"])


def gone(who: str) -> Callable[[Three, LiveSession], None]:
    """Let somebody delete their account."""
    return lambda cast, plan: delete_person(getattr(cast, who))


def closed_by_staff(who: str) -> Callable[[Three, LiveSession], None]:
    """Let staff close an account."""

    def close(cast: Three, plan: LiveSession) -> None:
        person = User.objects.get(pk=getattr(cast, who).pk)
        person.is_active = False
        person.save()

    return close


def no_longer_confirmed(cast: Three, plan: LiveSession) -> None:
    """Let staff take the therapist's confirmation back."""
    therapists.revoke_confirmation(TherapistProfile.objects.get(user=cast.tess))


HAPPENED: dict[str, tuple[Callable[[Three, LiveSession], Any], str]] = {
    "nothing": (nothing, "planned"),
    "moved": (moved, "moved"),
    "called off by tess": (called_off("tess"), "called_off"),
    "called off by ana": (called_off("ana"), "called_off"),
    "called off by ben": (called_off("ben"), "called_off"),
    "ended over the contract": (ended_over_the_contract, "called_off"),
    "ana's yes taken back": (yes_taken_back("ana"), "called_off"),
    "ben's yes taken back": (yes_taken_back("ben"), "called_off"),
    "the link ended": (lambda cast, plan: scopes.end_link(cast.tess, cast.link), "called_off"),
    "the couple parted": (lambda cast, plan: pairing.unpair(cast.ben), "called_off"),
    "ana deleted": (gone("ana"), "called_off"),
    "ben deleted": (gone("ben"), "called_off"),
    "tess deleted": (gone("tess"), "called_off"),
    "ana closed by staff": (closed_by_staff("ana"), "called_off"),
    "tess closed by staff": (closed_by_staff("tess"), "called_off"),
    "tess no longer confirmed": (no_longer_confirmed, "called_off"),
    "tess without a second step": (lambda cast, plan: no_second_factor(cast.tess), "called_off"),
}
CALLED_OFF = sorted(name for name, (_, state) in HAPPENED.items() if state == "called_off")


def readers(cast: Three) -> list[User]:
    """Return those of the three who have a login still."""
    people = User.objects.filter(pk__in=[one.pk for one in (cast.ana, cast.ben, cast.tess)], is_active=True)
    return list(people.order_by("email"))


def story(person: User, plan: LiveSession, now: datetime) -> tuple[Any, ...]:
    """Return what an appointment is to somebody."""
    found = appointments.find(person, plan.id, now)
    return found.state(now), found.appointment, found.live_session.title


@pytest.mark.parametrize("happened", HAPPENED)
def test_all_read_the_same_at_any_time(cast: Three, plan: LiveSession, happened: str) -> None:
    act, state = HAPPENED[happened]
    act(cast, plan)
    plan.refresh_from_db()
    now, at = timezone.now(), plan.starts_at
    assert at and len(readers(cast)) >= 2
    told = []
    for moment in (now, at - timedelta(minutes=31), at + HOUR, at + timedelta(hours=23), at + timedelta(days=20)):
        stories = {story(person, plan, moment) for person in readers(cast)}
        assert len(stories) == 1, moment
        told.append(stories.pop()[0])
    assert told == [state] * 2 + ["called_off" if state == "called_off" else "missed"] * 3


@pytest.mark.parametrize("happened", HAPPENED)
def test_its_page_and_the_api_say_so_and_name_nobody_and_no_cause(
    cast: Three, plan: LiveSession, happened: str
) -> None:
    act, state = HAPPENED[happened]
    act(cast, plan)
    told = []
    for person in readers(cast):
        page = page_of(device(person), f"/sessions/{plan.id}/")
        assert f'data-state="{state}"' in page and "data-socket-path" not in page and "Leave" not in page
        main = page[page.index("<main") : page.index("</main>")]
        for other in ("Ana", "Ben", "Tess", "consent", "account", "paired"):
            assert other not in main
        answer = Client().get(
            f"/api/v1/sessions/{plan.id}/appointment/", headers={"X-Session-Token": fresh_login(person)}
        )
        told.append({name: value for name, value in answer.json().items() if name != "can"})
        assert "METHOD:CANCEL" in calendar(person, plan) if state == "called_off" else "METHOD:PUBLISH"
    assert all(one == told[0] for one in told) and told[0]["appointment"] == state


def calendar(person: User, plan: LiveSession) -> str:
    """Return the calendar file that somebody gets."""
    return page_of(device(person), f"/sessions/{plan.id}/appointment.ics")


@pytest.mark.parametrize("happened", CALLED_OFF)
def test_whatever_called_it_off_reads_alike(cast: Three, plan: LiveSession, happened: str) -> None:
    """Neither the page nor the file tells a yes that was taken back from an account that closed."""
    HAPPENED[happened][0](cast, plan)
    plan.refresh_from_db()
    assert (plan.ended_at is not None, plan.sequence) == (True, 0)
    for person in readers(cast):
        lines = calendar(person, plan).split("\r\n")
        assert {"SEQUENCE:1", "STATUS:CANCELLED", f"UID:{plan.id}"} <= set(lines)


def test_a_yes_that_is_given_again_revives_nothing(cast: Three, plan: LiveSession) -> None:
    scopes.withdraw(cast.ana, cast.link, ["host"])
    scopes.agree(cast.ana, cast.link, ["host"])
    assert {story(person, plan, timezone.now())[0] for person in readers(cast)} == {"called_off"}


def test_to_anybody_else_there_is_none(cast: Three, plan: LiveSession, cleo: User) -> None:
    for person in (cleo, therapist("Colleague")):
        with pytest.raises(load.NotFound):
            appointments.find(person, plan.id)
        for path in ("", "move/", "call-off/", "appointment.ics"):
            assert device(person).get(f"/sessions/{plan.id}/{path}").status_code == 404
