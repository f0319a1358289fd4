"""What to send to everything that changes something, and as whom. Which there is, the route table and the protocol say.

Addresses come from the URL table, methods from what a page says that it allows, commands from the union of frames. What
cannot be read anywhere is how each of them is filled in; what is missing here fails by its name.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.care import invitations as care_invitations
from accounts.care import scopes
from accounts.care.consent_wording import CURRENT
from accounts.couple import invitations
from accounts.logins import open_login
from accounts.models import CareInvitation, PrivateNote, User
from accounts.my_part.api import EXAMPLES, KINDS
from accounts.my_part.notes import hold_draft
from accounts.session_store import stored_key
from sessions.history.own import look_back
from sessions.history.own.look_back import LookBack
from sessions.hosting import host_rights
from sessions.joining import seats, start
from sessions.models import LiveSession, Round, Step
from sessions.store import system_changes
from tests.repeats.rows import Filled, person_of
from tests.support.cast.api_world import PASSWORD, World


def partner(world: World) -> User:
    return world.ben


def _therapist(world: World) -> User:
    tess = world.roles["therapist"].person
    assert tess
    return tess


def _outsider(world: World) -> User:
    otto = world.roles["outsider"].person
    assert otto
    return otto


def _session(world: World) -> dict[str, str]:
    return {"session_id": world.session}


def latest(world: World) -> dict[str, str]:
    return {"session_id": str(LiveSession.objects.latest("created_at").id)}


def _round(world: World) -> dict[str, str]:
    return {"history_id": world.round}


def _link(world: World) -> dict[str, str]:
    return {"link_id": world.link}


def _code(world: World) -> dict[str, str]:
    return {"code": world.roles["outsider"].code}


def _note(kind: str) -> Callable[[World], dict[str, str]]:
    return lambda world: {"note_id": world.roles["partner"].notes[kind], "kind": kind}


def _ended(world: World) -> None:
    LiveSession.objects.filter(id=world.session).update(ended_at=timezone.now())


def _hosts_two_guests(world: World) -> None:
    host_rights.start_hosted(_therapist(world))


def started_by_the_other(world: World) -> None:
    _ended(world)
    couple = LiveSession.objects.get(id=world.session).couple
    assert couple
    start.start_for_couple(world.ana, couple)


def _hosted(world: World) -> None:
    _ended(world)
    couple = LiveSession.objects.get(id=world.session).couple
    assert couple
    live_session = host_rights.start_hosted(_therapist(world), couple.id)
    seats.take_seat(partner(world).id, live_session.id)


def in_a_week() -> datetime:
    """Return a time that an appointment can be moved to."""
    return (timezone.now() + timedelta(days=7)).replace(second=0, microsecond=0)


def _planned(world: World) -> None:
    couple = LiveSession.objects.get(id=world.session).couple
    assert couple
    start.start_for_couple(world.ana, couple, starts_at=timezone.now() + timedelta(days=3))


def _host_left(world: World) -> None:
    _hosted(world)
    system_changes.let_go_of_host(_therapist(world))


def _no_yes(world: World) -> None:
    link = scopes.link_of_partner(partner(world), UUID(world.link))
    scopes.withdraw(partner(world), link, ["history"])


def _put_away(world: World) -> None:
    draft = PrivateNote.objects.get(id=world.roles["partner"].notes["drafts"])
    hold_draft(draft, timezone.now() + timedelta(hours=1))


def _password(world: World) -> None:
    otto = User.objects.get(pk=_outsider(world).pk)
    otto.set_password(PASSWORD)
    otto.save()
    EmailAddress.objects.create(user=otto, email=str(otto.email), verified=True, primary=True)


def _signed_up(world: World) -> None:
    EmailAddress.objects.create(user=person_of(world, "guest"), email="guest@example.org", primary=True)


def _another_login(world: World) -> None:
    key = stored_key(open_login(partner(world)))
    UserSession.objects.create(user=partner(world), session_key=key, ip="203.0.113.7", user_agent="another")


def _that_login(world: World) -> dict[str, str]:
    return {"login_id": str(UserSession.objects.get(user=partner(world), user_agent="another").id)}


def _former(world: World) -> dict[str, str]:
    return {"leave": "1", "couple": str(LiveSession.objects.get(id=world.former_session).couple_id)}


def _of_former(world: World) -> dict[str, str]:
    return {"couple": _former(world)["couple"]}


def _own_view(world: World) -> dict[str, str]:
    return {"months": "0", **_of_former(world)}


def _looks_back(world: World) -> None:
    User.objects.filter(id=partner(world).id).update(looks_back=True)
    Round.objects.filter(history_id=world.round).update(opened_at=timezone.now() - timedelta(days=1))


def _looked_back(world: World) -> None:
    _looks_back(world)
    seat = Round.objects.get(history_id=world.round).live_session.seats.get(user=partner(world)).name
    said: LookBack = {"feeling": "both", "line": "Lighter, then unsure.", "shared": True}
    look_back.keep(User.objects.get(id=partner(world).id), UUID(world.round), seat, said, timezone.now())


def _ended_with_a_step(world: World) -> None:
    found = Round.objects.get(history_id=world.round)
    LiveSession.objects.filter(id=found.live_session_id).update(ended_at=timezone.now())
    seat = found.live_session.seats.get(user=partner(world)).name
    Step.objects.get_or_create(round=found, seat=seat, defaults={"text": "A walk before talking."})


def _own_step(world: World) -> dict[str, str]:
    found = Round.objects.get(history_id=world.round)
    seat = found.live_session.seats.get(user=partner(world)).name
    return {"step_id": str(Step.objects.get(round=found, seat=seat).id)}


# Forms, by the address that they are sent to.
PAGES: Final[dict[str, Filled]] = {
    "try/": Filled("anonymous", {"reaction": "anxious", "intensity": "4"}),
    "start/": Filled("anonymous", {"first_name": "Cleo"}),
    "start/together/": Filled("partner", on="/couple/", before=_ended),
    "finished/": Filled("guest"),
    "join/": Filled("anonymous", _code, on="/"),
    "join/<str:code>/": Filled("anonymous", {"first_name": "Cleo"}, _code),
    "sessions/<uuid:session_id>/consent/": Filled("partner", ids=latest, on="/", before=_hosted),
    "sessions/<uuid:session_id>/host/": Filled("partner", ids=latest, on="/", before=_host_left),
    "sessions/<uuid:session_id>/move/": Filled(
        "partner",
        lambda world: {"starts_at": in_a_week().strftime("%Y-%m-%dT%H:%M"), "seen": "0"},
        latest,
        before=_planned,
    ),
    "sessions/<uuid:session_id>/call-off/": Filled("partner", ids=latest, before=_planned),
    "practice/start/": Filled("therapist", {"couple": "", "when": "now", "title": ""}),
    "moments/<int:moment>/favourite/": Filled("partner", {"star": "1"}, {"moment": "3"}, on="/"),
    "history/": Filled("partner", {"q": "zebra"}),
    "history/keeping/months/": Filled("partner", {"months": "6"}, on="/history/keeping/"),
    "history/keeping/weekly/": Filled("partner", {"day": "1", "time": "20:00"}, on="/history/keeping/"),
    "history/keeping/words/": Filled("ex-partner", _former, on="/history/keeping/"),
    "history/keeping/view/": Filled("ex-partner", _own_view, on="/history/keeping/"),
    "history/keeping/take-back/": Filled("ex-partner", _of_former),
    "history/<uuid:history_id>/erase/": Filled("partner", ids=_round),
    "history/<uuid:history_id>/look-back/": Filled(
        "partner", {"feeling": "both", "line": "Lighter, then unsure."}, _round, before=_looks_back
    ),
    "my-part/journal/": Filled("partner", {"text": "I said it.", "learned": ""}),
    "my-part/journal/<uuid:note_id>/": Filled("partner", {"text": "Once more.", "learned": ""}, _note("journal")),
    "my-part/lists/<slug:name>/": Filled("partner", {"text": "A closed door."}, {"name": "triggers"}),
    "my-part/notes/<uuid:note_id>/delete/": Filled("partner", ids=_note("journal")),
    "my-part/practice/back/": Filled("partner", {"opening": "time", "time": "20:30"}),
    "my-part/practice/drafts/": Filled("partner", {"text": "Where were you?", "hold": "1-hour"}),
    "my-part/practice/drafts/<uuid:note_id>/": Filled(
        "partner", {"text": "Where are you?", "hold": "1-hour"}, _note("drafts")
    ),
    "my-part/practice/drafts/<uuid:note_id>/show/": Filled(
        "partner", ids=_note("drafts"), on="/my-part/practice/drafts/", before=_put_away
    ),
    "my-part/check/<slug:code>/": Filled("partner", {"ticked": "tired", "keep": "1"}, {"code": "drained"}),
    "settings/": Filled("partner", {"first_name": "Benjamin"}),
    "settings/look-back/": Filled("partner", {"looks_back": "1"}, on="/settings/"),
    "settings/confirm/": Filled("guest", on="/settings/", before=_signed_up),
    "settings/leave/": Filled("guest"),
    "couple/invite/": Filled("outsider", on="/couple/"),
    "couple/withdraw/": Filled("outsider", on="/couple/", before=lambda world: invitations.create(_outsider(world))),
    "couple/unpair/": Filled("partner"),
    "couple/steps/<uuid:step_id>/": Filled(
        "partner", {"tried": "partly"}, _own_step, on="/", before=_ended_with_a_step
    ),
    "couple/invitation/<str:token>/": Filled("outsider", ids=lambda world: {"token": world.invitation}),
    "couple/care/invite/": Filled("partner", on="/couple/care/"),
    "couple/care/withdraw/": Filled(
        "partner",
        on="/couple/care/",
        before=lambda world: care_invitations.create(partner(world), as_therapist=False),
    ),
    "couple/care/<uuid:link_id>/": Filled("partner", {"agree": CURRENT["history"]}, _link, before=_no_yes),
    "care/invitation/<str:token>/": Filled("partner", ids=lambda world: {"token": world.care_invitation}),
    "practice/profile/": Filled("therapist", {"approach": "Slowly.", "pace": "Yours.", "can_see": "Little."}),
    "practice/invite/": Filled("therapist", on="/practice/"),
    "practice/withdraw/": Filled(
        "therapist",
        on="/practice/",
        before=lambda world: care_invitations.create(_therapist(world), as_therapist=True),
    ),
    "practice/invitations/<int:invitation_id>/withdraw/": Filled(
        "therapist",
        ids=lambda _: {"invitation_id": str(CareInvitation.objects.latest("pk").pk)},
        on="/practice/",
        before=lambda world: care_invitations.create(_therapist(world), as_therapist=True),
    ),
    "practice/<uuid:link_id>/name/": Filled("therapist", {"label": "Tuesdays"}, _link, on="/practice/"),
    "practice/display/": Filled(
        "therapist",
        lambda _: {"session": str(LiveSession.objects.latest("created_at").id)},
        on="/practice/",
        before=_hosts_two_guests,
    ),
    "practice/display/blank/": Filled("therapist", on="/practice/"),
    "practice/check-ins/<uuid:session_id>/notes/": Filled(
        "therapist", {"text": "Both came."}, latest, before=_hosts_two_guests
    ),
    "practice/check-ins/<uuid:session_id>/name/": Filled(
        "therapist", {"label": "Tuesdays"}, latest, on="/practice/", before=_hosts_two_guests
    ),
    "practice/<uuid:link_id>/notes/": Filled("therapist", {"text": "Both came."}, _link),
    "practice/<uuid:link_id>/end/": Filled("therapist", ids=_link),
    "accounts/sessions/<int:login_id>/end/": Filled(
        "partner", ids=_that_login, on="/accounts/sessions/", before=_another_login
    ),
}

# Operations of the API.
OPERATIONS: Final[dict[str, Filled]] = {
    "POST api/v1/auth/login/": Filled(
        "anonymous", {"email": "otto@example.org", "password": PASSWORD}, before=_password
    ),
    "POST api/v1/auth/logout/": Filled("partner"),
    "DELETE api/v1/me/": Filled("guest"),
    **{
        f"{method} api/v1/me/private/{kind}/{note}": Filled(
            "partner", EXAMPLES[kind] if method == "PUT" else {}, _note(kind) if note else {}
        )
        for kind in KINDS
        for method in ("PUT", "DELETE")
        for note in ("", "<uuid:note_id>/")
    },
    "PUT api/v1/me/therapist/": Filled("therapist", {"approach": "Slowly.", "pace": "Yours.", "can_see": "Little."}),
    "POST api/v1/care/invitations/": Filled("therapist"),
    "POST api/v1/care/invitations/<str:code>/accept/": Filled(
        "partner", ids=lambda world: {"code": world.care_invitation}
    ),
    "POST api/v1/care/<uuid:link_id>/consent/": Filled("partner", {"scope": ["history"]}, _link, before=_no_yes),
    "DELETE api/v1/care/<uuid:link_id>/consent/": Filled("partner", ids=_link),
    "PUT api/v1/care/<uuid:link_id>/notes/": Filled("therapist", {"text": "Both came."}, _link),
    "PUT api/v1/sessions/<uuid:session_id>/notes/": Filled(
        "therapist", {"text": "Both came."}, latest, before=_hosts_two_guests
    ),
    "DELETE api/v1/couple/": Filled("partner"),
    "PUT api/v1/couple/retention/": Filled("partner", {"months": 6}),
    "POST api/v1/couple/invitations/": Filled("outsider"),
    "POST api/v1/couple/invitations/<str:code>/accept/": Filled(
        "outsider", ids=lambda world: {"code": world.invitation}
    ),
    "POST api/v1/start/": Filled("anonymous", {"first_name": "Cleo"}),
    "POST api/v1/join/<str:code>/": Filled("anonymous", {"first_name": "Cleo"}, _code),
    "PUT api/v1/me/look-back/": Filled("partner", {"looks_back": True}),
    "PUT api/v1/history/<uuid:history_id>/look-back/": Filled(
        "partner", {"feeling": "both", "line": "Lighter, then unsure."}, _round, before=_looks_back
    ),
    "DELETE api/v1/history/<uuid:history_id>/look-back/": Filled("partner", ids=_round, before=_looked_back),
    "DELETE api/v1/history/<uuid:history_id>/words/": Filled("partner", ids=_round),
    "PUT api/v1/history/own-view/": Filled("ex-partner", {"months": 0}),
    "DELETE api/v1/history/words/": Filled("ex-partner"),
    "POST api/v1/sessions/": Filled("therapist", {"hosted": True}),
    "POST api/v1/sessions/<uuid:session_id>/join/": Filled("partner", ids=latest, before=started_by_the_other),
    "PUT api/v1/sessions/<uuid:session_id>/appointment/": Filled(
        "partner", lambda world: {"starts_at": in_a_week().isoformat()}, latest, before=_planned
    ),
    "DELETE api/v1/sessions/<uuid:session_id>/appointment/": Filled("partner", ids=latest, before=_planned),
    "DELETE api/v1/sessions/<uuid:session_id>/consent/": Filled("partner", ids=latest, before=_hosted),
}

Said = tuple[str, str, dict[str, Any]]
