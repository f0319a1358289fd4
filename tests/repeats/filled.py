"""What to send to everything that changes something, and as whom. Which there is, the route table and the protocol say.

Addresses come from the URL table, methods from what a page says that it allows, commands from the union of frames. What
cannot be read anywhere is how each of them is filled in; what is missing here fails by its name.
"""

from typing import Final

from accounts.care import invitations as care_invitations
from accounts.care.consent_wording import CURRENT
from accounts.couple import invitations
from accounts.models import CareInvitation
from accounts.notices.api import EXAMPLE as PUSH_TARGET
from sessions.models import LiveSession
from tests.repeats.premises import (
    another_login,
    code,
    ended,
    ended_with_a_step,
    former,
    host_left,
    hosted,
    hosts_two_guests,
    in_a_week,
    latest,
    link,
    looks_back,
    next_day,
    no_yes,
    note,
    of_former,
    outsider,
    own_browser,
    own_step,
    own_view,
    partner,
    planned,
    proposed,
    put_away,
    revealed_round,
    rhythm_held,
    signed_up,
    skipped,
    suggested,
    takes_push,
    that_login,
    therapist,
)
from tests.repeats.rows import Filled

# Forms, by the address that they are sent to.
PAGES: Final[dict[str, Filled]] = {
    "try/": Filled("anonymous", {"reaction": "anxious", "intensity": "4"}),
    "start/": Filled("anonymous", {"first_name": "Cleo"}),
    "start/together/": Filled("partner", on="/couple/", before=ended),
    "finished/": Filled("guest"),
    "join/": Filled("anonymous", code, on="/"),
    "join/<str:code>/": Filled("anonymous", {"first_name": "Cleo"}, code),
    "sessions/<uuid:session_id>/consent/": Filled("partner", ids=latest, on="/", before=hosted),
    "sessions/<uuid:session_id>/host/": Filled("partner", ids=latest, on="/", before=host_left),
    "sessions/<uuid:session_id>/move/": Filled(
        "partner",
        lambda world: {"starts_at": in_a_week().strftime("%Y-%m-%dT%H:%M"), "seen": "0"},
        latest,
        before=planned,
    ),
    "sessions/<uuid:session_id>/call-off/": Filled("partner", ids=latest, before=planned),
    "openings/new/": Filled(
        "partner",
        lambda world: {"opens_at": in_a_week().strftime("%Y-%m-%dT%H:%M"), "moment": "1", "text": ""},
    ),
    "sessions/<uuid:session_id>/opening/": Filled(
        "partner", lambda world: {"opens_at": in_a_week().strftime("%Y-%m-%dT%H:%M")}, latest, before=proposed
    ),
    "sessions/<uuid:session_id>/opening/call-off/": Filled("partner", ids=latest, before=proposed),
    "practice/<uuid:link_id>/opening/": Filled(
        "therapist",
        lambda world: {"opens_at": in_a_week().strftime("%Y-%m-%dT%H:%M"), "moment": "1", "text": ""},
        link,
    ),
    "practice/<uuid:link_id>/opening/call-off/": Filled("therapist", ids=link, before=suggested),
    "practice/start/": Filled("therapist", {"couple": "", "when": "now", "title": ""}),
    "moments/<int:moment>/favourite/": Filled("partner", {"star": "1"}, {"moment": "3"}, on="/"),
    "history/": Filled("partner", {"q": "zebra"}),
    "history/keeping/months/": Filled("partner", {"months": "6"}, on="/history/keeping/"),
    "history/keeping/weekly/": Filled("partner", {"day": "1", "time": "20:00"}),
    "couple/rhythm/": Filled("partner", {"day": "1", "time": "20:00", "every": "1", "zone": "Europe/Berlin"}),
    "couple/rhythm/skip/": Filled("partner", next_day, on="/couple/rhythm/", before=rhythm_held),
    "couple/rhythm/bring-back/": Filled("partner", next_day, on="/couple/rhythm/", before=skipped),
    "couple/rhythm/pause/": Filled("partner", {"weeks": "2"}, on="/couple/rhythm/", before=rhythm_held),
    "couple/rhythm/plan/": Filled("partner", next_day, on="/couple/rhythm/", before=rhythm_held),
    "history/keeping/words/": Filled("ex-partner", former, on="/history/keeping/"),
    "history/keeping/view/": Filled("ex-partner", own_view, on="/history/keeping/"),
    "history/keeping/take-back/": Filled("ex-partner", of_former),
    "history/<uuid:history_id>/erase/": Filled("partner", ids=revealed_round),
    "history/<uuid:history_id>/look-back/": Filled(
        "partner", {"feeling": "both", "line": "Lighter, then unsure."}, revealed_round, before=looks_back
    ),
    "my-part/journal/": Filled("partner", {"text": "I said it.", "learned": ""}),
    "my-part/journal/<uuid:note_id>/": Filled("partner", {"text": "Once more.", "learned": ""}, note("journal")),
    "my-part/lists/<slug:name>/": Filled("partner", {"text": "A closed door."}, {"name": "triggers"}),
    "my-part/notes/<uuid:note_id>/delete/": Filled("partner", ids=note("journal")),
    "my-part/practice/back/": Filled("partner", {"opening": "time", "time": "20:30"}),
    "my-part/practice/drafts/": Filled("partner", {"text": "Where were you?", "hold": "1-hour"}),
    "my-part/practice/drafts/<uuid:note_id>/": Filled(
        "partner", {"text": "Where are you?", "hold": "1-hour"}, note("drafts")
    ),
    "my-part/practice/drafts/<uuid:note_id>/show/": Filled(
        "partner", ids=note("drafts"), on="/my-part/practice/drafts/", before=put_away
    ),
    "my-part/check/<slug:code>/": Filled("partner", {"ticked": "tired", "keep": "1"}, {"code": "drained"}),
    "settings/": Filled("partner", {"first_name": "Benjamin"}),
    "settings/look-back/": Filled("partner", {"looks_back": "1"}, on="/settings/"),
    "settings/notices/": Filled("partner", {"by_mail": "1", "wording": "note", "quiet_from": "", "quiet_until": ""}),
    "settings/notices/push/": Filled("partner", PUSH_TARGET, on="/settings/notices/"),
    "settings/notices/push/<uuid:subscription_id>/off/": Filled(
        "partner", ids=own_browser, on="/settings/notices/", before=takes_push
    ),
    "settings/confirm/": Filled("guest", on="/settings/", before=signed_up),
    "settings/leave/": Filled("guest"),
    "couple/invite/": Filled("outsider", on="/couple/"),
    "couple/withdraw/": Filled("outsider", on="/couple/", before=lambda world: invitations.create(outsider(world))),
    "couple/unpair/": Filled("partner"),
    "couple/steps/<uuid:step_id>/": Filled("partner", {"tried": "partly"}, own_step, on="/", before=ended_with_a_step),
    "couple/invitation/<str:token>/": Filled("outsider", ids=lambda world: {"token": world.invitation}),
    "couple/care/invite/": Filled("partner", on="/couple/care/"),
    "couple/care/withdraw/": Filled(
        "partner",
        on="/couple/care/",
        before=lambda world: care_invitations.create(partner(world), as_therapist=False),
    ),
    "couple/care/<uuid:link_id>/": Filled("partner", {"agree": CURRENT["history"]}, link, before=no_yes),
    "care/invitation/<str:token>/": Filled("partner", ids=lambda world: {"token": world.care_invitation}),
    "practice/profile/": Filled("therapist", {"approach": "Slowly.", "pace": "Yours.", "can_see": "Little."}),
    "practice/invite/": Filled("therapist", on="/practice/"),
    "practice/withdraw/": Filled(
        "therapist",
        on="/practice/",
        before=lambda world: care_invitations.create(therapist(world), as_therapist=True),
    ),
    "practice/invitations/<int:invitation_id>/withdraw/": Filled(
        "therapist",
        ids=lambda _: {"invitation_id": str(CareInvitation.objects.latest("pk").pk)},
        on="/practice/",
        before=lambda world: care_invitations.create(therapist(world), as_therapist=True),
    ),
    "practice/<uuid:link_id>/name/": Filled("therapist", {"label": "Tuesdays"}, link, on="/practice/"),
    "practice/display/": Filled(
        "therapist",
        lambda _: {"session": str(LiveSession.objects.latest("created_at").id)},
        on="/practice/",
        before=hosts_two_guests,
    ),
    "practice/display/blank/": Filled("therapist", on="/practice/"),
    "practice/check-ins/<uuid:session_id>/notes/": Filled(
        "therapist", {"text": "Both came."}, latest, before=hosts_two_guests
    ),
    "practice/check-ins/<uuid:session_id>/name/": Filled(
        "therapist", {"label": "Tuesdays"}, latest, on="/practice/", before=hosts_two_guests
    ),
    "practice/<uuid:link_id>/notes/": Filled("therapist", {"text": "Both came."}, link),
    "practice/<uuid:link_id>/end/": Filled("therapist", ids=link),
    "accounts/sessions/<int:login_id>/end/": Filled(
        "partner", ids=that_login, on="/accounts/sessions/", before=another_login
    ),
}
