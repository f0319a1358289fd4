"""People to send requests as: everybody of the API's world, made in a served database, and couples who are new."""

import json
from dataclasses import dataclass, field
from typing import Any, Final

from tests.support.cast.clients import Person, couple
from tests.support.servers.cycle import Server

MADE: Final = """
import json
from tests.support.cast.api_world import World
world = World()
print(json.dumps({
    "roles": {name: {"token": role.token, "notes": role.notes} for name, role in world.roles.items()},
    "session": world.session, "link": world.link, "round": world.round, "couple": world.couple, "plan": world.plan,
    "invitation": world.invitation, "care_invitation": world.care_invitation, "hosted": world.hosted,
}))
"""
# What would leave nobody to ask as: only by people who came for that.
ENDS_SOMETHING: Final = ("deleteMe", "logOut", "unpair", "callOffAppointment", "takeHostConsentBack", "takeConsentBack")
# Whoever may do more than others with it.
BY: Final = {
    "invite": "outsider",
    "acceptInvitation": "outsider",
    "showCareNotes": "therapist",
    "writeCareNotes": "therapist",
    "showCheckInNotes": "therapist",
    "writeCheckInNotes": "therapist",
    "writeTherapist": "therapist",
}
NEW_AFTER: Final = 100


@dataclass
class People:
    """Who may ask, and what is theirs."""

    server: Server
    known: dict[str, Any] = field(default_factory=dict)
    _new: tuple[Person, Person] | None = None
    _asked: int = 0

    def __post_init__(self) -> None:
        """Make everybody."""
        self.known = json.loads(self.server.manage("shell", "-v0", "-c", MADE).splitlines()[-1])

    def asker(self, operation: str, chance: float) -> tuple[str, dict[str, str]]:
        """Return a token for an operation, and the ids that its address may hold for whoever has it."""
        if operation in ENDS_SOMETHING or chance < 0.2:
            self._asked += 1
            if self._new is None or self._asked % NEW_AFTER == 0:
                self._new = couple(self.server)
            person = self._new[self._asked % 2]
            return person.token, {"session_id": person.session, "couple": self.known["couple"]}
        roles = self.known["roles"]
        name = BY.get(operation, "partner")
        if chance > 0.9:
            name = sorted(roles)[int(chance * 1000) % len(roles)]
        session = self.known["hosted"] if name == "therapist" else self.known["session"]
        return roles[name]["token"], {
            "session_id": self.known["plan"] if "Appointment" in operation else session,
            "history_id": self.known["round"],
            "link_id": self.known["link"],
            "couple": self.known["couple"],
            "code": self.known["care_invitation" if "Care" in operation else "invitation"],
            **{f"note_id:{kind}": note for kind, note in roles[name]["notes"].items()},
        }
