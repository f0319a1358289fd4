"""Hosted check-ins on a running server: Tess, who hosts, and the two who come in by her code."""

import json
from dataclasses import dataclass
from typing import Any

from tests.clients import Person, call, join_as
from tests.servers import Server

MAKE_A_THERAPIST = """
import json
from accounts.logins import open_login
from tests.hosts import confirmed_therapist
therapist = confirmed_therapist({name!r})
print(json.dumps([open_login(therapist), str(therapist.id)]))
"""
LINK = """
import json
from accounts.models import User
from sessions.models import LiveSession
from tests.hosts import linked
couple = LiveSession.objects.get(id={session!r}).couple
link = linked(User.objects.get(id={therapist!r}), couple, *{scopes!r})
print(json.dumps([str(couple.id), str(link.id)]))
"""
WITHDRAW_PROFILE = """
from django.utils import timezone
from accounts import care
from accounts.models import TherapistProfile
from django.db import transaction
with transaction.atomic():
    TherapistProfile.objects.filter(user={therapist!r}).update(confirmed_at=None)
    care.tell_everybody_of(__import__("uuid").UUID({therapist!r}))
print("[]")
"""


@dataclass
class Therapist:
    """Somebody who may host, and her login."""

    server: Server
    name: str
    token: str
    id: str

    def host(self, **wanted: Any) -> tuple[Person, str]:
        """Start a hosted check-in; return the host in it, and its code."""
        answer = call(self.server, "POST", "sessions/", {"hosted": True, **wanted}, self.token)
        assert answer.status == 201, answer
        return Person(self.server, self.name, self.token, answer.body["session"]), answer.body["code"]

    def withdraw_profile(self) -> None:
        """Lose the right to host, as when staff take the confirmation back; in a process of its own."""
        in_shell(self.server, WITHDRAW_PROFILE.format(therapist=self.id))


@dataclass
class Hosted:
    """Tess, Ana and Ben in one check-in."""

    tess: Person
    ana: Person
    ben: Person
    therapist: Therapist
    link: str = ""

    @property
    def partners(self) -> dict[str, Person]:
        """Return the two by seat."""
        return {"a": self.ana, "b": self.ben}


def in_shell(server: Server, script: str) -> Any:
    """Run a few lines against a server's database, in a process of their own; return what they print as JSON."""
    return json.loads(server.manage("shell", "-v0", "-c", script).strip().splitlines()[-1])


def therapist(server: Server, name: str = "Tess") -> Therapist:
    """Return a therapist who may host."""
    token, id = in_shell(server, MAKE_A_THERAPIST.format(name=name))
    return Therapist(server, name, token, id)


def hosted(tess: Therapist) -> Hosted:
    """Return a live check-in of a new couple who both said yes to the host."""
    host, code = tess.host()
    ana, ben = join_as(tess.server, "Ana", code), join_as(tess.server, "Ben", code)
    return Hosted(host, ana, ben, tess)


def hosted_by_link(tess: Therapist, ana: Person, ben: Person, *scopes: str) -> Hosted:
    """Return a live check-in of a couple who are linked to their therapist."""
    script = LINK.format(session=ana.session, therapist=tess.id, scopes=scopes or ("host",))
    couple, link = in_shell(tess.server, script)
    host, _ = tess.host(couple=couple)
    two = [Person(one.server, one.name, one.token, host.session) for one in (ana, ben)]
    for one in two:
        assert call(tess.server, "POST", f"sessions/{host.session}/join/", {}, one.token).status == 200
    return Hosted(host, *two, tess, link)
