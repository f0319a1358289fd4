"""The wordings of consents. Each has a code, and a consent keeps the code of the wording that was read.

A wording that somebody may have agreed to is never changed: new words get a new code, and the old ones stay here.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import Scope

WORDINGS: Final = {
    "host-1": _(
        "This therapist may host check-ins of the two of you. While one goes on they see who is here, the moment, "
        "whether each of you has sealed a mark, and, once both marks are open, what both of you see. They see the "
        "summary afterwards. They cannot open a mark, and they see none of your other check-ins."
    ),
    "history-1": _(
        "This therapist may read everything that the two of you have revealed: each moment, both reactions and how "
        "strong they were, the details that each of you shared, needs and steps, from before today too. Nothing that "
        "you kept, nothing sealed, and nothing under “My part”."
    ),
}

CURRENT: Final[dict[Scope, str]] = {"host": "host-1", "history": "history-1"}

SCOPE_TITLES: Final[dict[Scope, object]] = {
    "host": _("Hosting your check-ins"),
    "history": _("Reading what you have revealed"),
}
