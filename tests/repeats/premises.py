"""What must be so before something can be sent, and the ids that stand in its address."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.care import scopes
from accounts.couple import rhythm
from accounts.couple.rhythm_times import Rhythm
from accounts.logins import open_login
from accounts.models import PrivateNote, PushSubscription, User
from accounts.my_part.notes import hold_draft
from accounts.session_store import stored_key
from sessions.history.own import look_back
from sessions.history.own.look_back import LookBack
from sessions.hosting import host_rights, suggested_openings
from sessions.joining import openings, seats, start
from sessions.models import LiveSession, Round, Step
from sessions.store import system_changes
from tests.repeats.rows import person_of
from tests.support.cast.api_world import PASSWORD, World
from tests.support.cast.notices import set_up
from tests.support.servers.push_service import Browser


def partner(world: World) -> User:
    return world.ben


def therapist(world: World) -> User:
    tess = world.roles["therapist"].person
    assert tess
    return tess


def outsider(world: World) -> User:
    otto = world.roles["outsider"].person
    assert otto
    return otto


def session(world: World) -> dict[str, str]:
    return {"session_id": world.session}


def latest(world: World) -> dict[str, str]:
    return {"session_id": str(LiveSession.objects.latest("created_at").id)}


def revealed_round(world: World) -> dict[str, str]:
    return {"history_id": world.round}


def link(world: World) -> dict[str, str]:
    return {"link_id": world.link}


def code(world: World) -> dict[str, str]:
    return {"code": world.roles["outsider"].code}


def note(kind: str) -> Callable[[World], dict[str, str]]:
    return lambda world: {"note_id": world.roles["partner"].notes[kind], "kind": kind}


def ended(world: World) -> None:
    LiveSession.objects.filter(id=world.session).update(ended_at=timezone.now())


def hosts_two_guests(world: World) -> None:
    host_rights.start_hosted(therapist(world))


def started_by_the_other(world: World) -> None:
    ended(world)
    couple = LiveSession.objects.get(id=world.session).couple
    assert couple
    start.start_for_couple(world.ana, couple)


def hosted(world: World) -> None:
    ended(world)
    couple = LiveSession.objects.get(id=world.session).couple
    assert couple
    live_session = host_rights.start_hosted(therapist(world), couple.id)
    seats.take_seat(partner(world).id, live_session.id)


def in_a_week() -> datetime:
    """Return a time that an appointment can be moved to."""
    return (timezone.now() + timedelta(days=7)).replace(second=0, microsecond=0)


def planned(world: World) -> None:
    couple = LiveSession.objects.get(id=world.session).couple
    assert couple
    start.start_for_couple(world.ana, couple, starts_at=timezone.now() + timedelta(days=3))


def proposed(world: World) -> None:
    openings.propose(world.ana, in_a_week(), moment=1)


def rhythm_held(world: World) -> None:
    """Let both have said a rhythm, of which the next time is never within the moment of the test."""
    for person in (world.ana, world.ben):
        rhythm.say(person, Rhythm((timezone.now().weekday() + 3) % 7, time(20), "Europe/Berlin"))


def next_day(world: World) -> dict[str, str]:
    on = timezone.now().date() + timedelta(days=3)
    return {"on": on.isoformat()}


def skipped(world: World) -> None:
    rhythm_held(world)
    rhythm.skip(world.ana, date.fromisoformat(next_day(world)["on"]))


def paused(world: World) -> None:
    rhythm_held(world)
    rhythm.pause(world.ana, 2)


def suggested(world: World) -> None:
    suggested_openings.suggest(therapist(world), UUID(world.link), in_a_week(), moment=1)


def host_left(world: World) -> None:
    hosted(world)
    system_changes.let_go_of_host(therapist(world))


def no_yes(world: World) -> None:
    link = scopes.link_of_partner(partner(world), UUID(world.link))
    scopes.withdraw(partner(world), link, ["history"])


def put_away(world: World) -> None:
    draft = PrivateNote.objects.get(id=world.roles["partner"].notes["drafts"])
    hold_draft(draft, timezone.now() + timedelta(hours=1))


def password(world: World) -> None:
    otto = User.objects.get(pk=outsider(world).pk)
    otto.set_password(PASSWORD)
    otto.save()
    EmailAddress.objects.create(user=otto, email=str(otto.email), verified=True, primary=True)


def signed_up(world: World) -> None:
    EmailAddress.objects.create(user=person_of(world, "guest"), email="guest@example.org", primary=True)


def another_login(world: World) -> None:
    key = stored_key(open_login(partner(world)))
    UserSession.objects.create(user=partner(world), session_key=key, ip="203.0.113.7", user_agent="another")


def takes_push(world: World) -> None:
    set_up(partner(world), Browser())


def own_browser(world: World) -> dict[str, str]:
    return {"subscription_id": str(PushSubscription.objects.get(user=partner(world)).id)}


def that_login(world: World) -> dict[str, str]:
    return {"login_id": str(UserSession.objects.get(user=partner(world), user_agent="another").id)}


def former(world: World) -> dict[str, str]:
    return {"leave": "1", "couple": str(LiveSession.objects.get(id=world.former_session).couple_id)}


def of_former(world: World) -> dict[str, str]:
    return {"couple": former(world)["couple"]}


def own_view(world: World) -> dict[str, str]:
    return {"months": "0", **of_former(world)}


def looks_back(world: World) -> None:
    User.objects.filter(id=partner(world).id).update(looks_back=True)
    Round.objects.filter(history_id=world.round).update(opened_at=timezone.now() - timedelta(days=1))


def looked_back(world: World) -> None:
    looks_back(world)
    seat = Round.objects.get(history_id=world.round).live_session.seats.get(user=partner(world)).name
    said: LookBack = {"feeling": "both", "line": "Lighter, then unsure.", "shared": True}
    look_back.keep(User.objects.get(id=partner(world).id), UUID(world.round), seat, said, timezone.now())


def ended_with_a_step(world: World) -> None:
    found = Round.objects.get(history_id=world.round)
    LiveSession.objects.filter(id=found.live_session_id).update(ended_at=timezone.now())
    seat = found.live_session.seats.get(user=partner(world)).name
    Step.objects.get_or_create(round=found, seat=seat, defaults={"text": "A walk before talking."})


def own_step(world: World) -> dict[str, str]:
    found = Round.objects.get(history_id=world.round)
    seat = found.live_session.seats.get(user=partner(world)).name
    return {"step_id": str(Step.objects.get(round=found, seat=seat).id)}
