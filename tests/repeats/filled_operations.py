"""What to send to every operation of the API that changes something, and as whom."""

from typing import Final

from accounts.my_part.api import EXAMPLES, KINDS
from accounts.notices.api import EXAMPLE as PUSH_TARGET
from tests.repeats.premises import (
    code,
    hosted,
    hosts_two_guests,
    in_a_week,
    latest,
    link,
    looked_back,
    looks_back,
    next_day,
    no_yes,
    note,
    password,
    paused,
    planned,
    proposed,
    revealed_round,
    rhythm_held,
    started_by_the_other,
    suggested,
    takes_push,
)
from tests.repeats.rows import Filled
from tests.support.cast.api_world import PASSWORD

# Operations of the API.
OPERATIONS: Final[dict[str, Filled]] = {
    "POST api/v1/auth/login/": Filled(
        "anonymous", {"email": "otto@example.org", "password": PASSWORD}, before=password
    ),
    "POST api/v1/auth/logout/": Filled("partner"),
    "DELETE api/v1/me/": Filled("guest"),
    **{
        f"{method} api/v1/me/private/{kind}/{one}": Filled(
            "partner", EXAMPLES[kind] if method == "PUT" else {}, note(kind) if one else {}
        )
        for kind in KINDS
        for method in ("PUT", "DELETE")
        for one in ("", "<uuid:note_id>/")
    },
    "PUT api/v1/me/therapist/": Filled("therapist", {"approach": "Slowly.", "pace": "Yours.", "can_see": "Little."}),
    "POST api/v1/care/invitations/": Filled("therapist"),
    "POST api/v1/care/invitations/<str:code>/accept/": Filled(
        "partner", ids=lambda world: {"code": world.care_invitation}
    ),
    "POST api/v1/care/<uuid:link_id>/consent/": Filled("partner", {"scope": ["history"]}, link, before=no_yes),
    "DELETE api/v1/care/<uuid:link_id>/consent/": Filled("partner", ids=link),
    "PUT api/v1/care/<uuid:link_id>/notes/": Filled("therapist", {"text": "Both came."}, link),
    "PUT api/v1/sessions/<uuid:session_id>/notes/": Filled(
        "therapist", {"text": "Both came."}, latest, before=hosts_two_guests
    ),
    "DELETE api/v1/couple/": Filled("partner"),
    "PUT api/v1/couple/retention/": Filled("partner", {"months": 6}),
    "PUT api/v1/couple/rhythm/": Filled("partner", {"day": 1, "time": "20:00", "zone": "Europe/Berlin"}),
    "DELETE api/v1/couple/rhythm/": Filled("partner", before=rhythm_held),
    "PUT api/v1/couple/rhythm/skip/": Filled("partner", next_day, before=rhythm_held),
    "PUT api/v1/couple/rhythm/pause/": Filled("partner", {"weeks": 2}, before=rhythm_held),
    "DELETE api/v1/couple/rhythm/pause/": Filled("partner", before=paused),
    "POST api/v1/couple/invitations/": Filled("outsider"),
    "POST api/v1/couple/invitations/<str:code>/accept/": Filled(
        "outsider", ids=lambda world: {"code": world.invitation}
    ),
    "POST api/v1/start/": Filled("anonymous", {"first_name": "Cleo"}),
    "POST api/v1/join/<str:code>/": Filled("anonymous", {"first_name": "Cleo"}, code),
    "PUT api/v1/me/notices/": Filled("partner", {"by_mail": True, "hour_before": True, "wording": "note"}),
    "PUT api/v1/me/notices/push/": Filled("partner", PUSH_TARGET),
    "DELETE api/v1/me/notices/push/": Filled("partner", before=takes_push),
    "PUT api/v1/me/look-back/": Filled("partner", {"looks_back": True}),
    "PUT api/v1/history/<uuid:history_id>/look-back/": Filled(
        "partner", {"feeling": "both", "line": "Lighter, then unsure."}, revealed_round, before=looks_back
    ),
    "DELETE api/v1/history/<uuid:history_id>/look-back/": Filled("partner", ids=revealed_round, before=looked_back),
    "DELETE api/v1/history/<uuid:history_id>/words/": Filled("partner", ids=revealed_round),
    "PUT api/v1/history/own-view/": Filled("ex-partner", {"months": 0}),
    "DELETE api/v1/history/words/": Filled("ex-partner"),
    "POST api/v1/sessions/": Filled("therapist", {"hosted": True}),
    "POST api/v1/sessions/<uuid:session_id>/join/": Filled("partner", ids=latest, before=started_by_the_other),
    "PUT api/v1/sessions/<uuid:session_id>/appointment/": Filled(
        "partner", lambda world: {"starts_at": in_a_week().isoformat()}, latest, before=planned
    ),
    "DELETE api/v1/sessions/<uuid:session_id>/appointment/": Filled("partner", ids=latest, before=planned),
    "POST api/v1/openings/": Filled(
        "partner", lambda world: {"opens_at": in_a_week().isoformat(), "text": "Late again."}
    ),
    "POST api/v1/care/<uuid:link_id>/opening/": Filled(
        "therapist", lambda world: {"opens_at": in_a_week().isoformat(), "text": "Late again."}, link
    ),
    "DELETE api/v1/care/<uuid:link_id>/opening/": Filled("therapist", ids=link, before=suggested),
    "PUT api/v1/sessions/<uuid:session_id>/opening/": Filled(
        "partner", lambda world: {"opens_at": in_a_week().isoformat()}, latest, before=proposed
    ),
    "DELETE api/v1/sessions/<uuid:session_id>/opening/": Filled("partner", ids=latest, before=proposed),
    "DELETE api/v1/sessions/<uuid:session_id>/consent/": Filled("partner", ids=latest, before=hosted),
}
