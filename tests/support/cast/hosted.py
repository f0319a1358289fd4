"""Hosted check-ins on a running server: Tess, who hosts, and the two who come in by her code."""

import atexit
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.support.cast.clients import Answer, Person, call, join_as
from tests.support.cast.visitors import Visitor
from tests.support.servers.cycle import ROOT, Server

MAKE_A_THERAPIST = """
from accounts.logins import open_login
from tests.support.cast.hosts import confirmed_therapist
therapist = confirmed_therapist({name!r})
answer = [open_login(therapist), str(therapist.id)]
"""
LINK = """
from accounts.models import User
from sessions.models import LiveSession
from tests.support.cast.hosts import linked
couple = LiveSession.objects.get(id={session!r}).couple
link = linked(User.objects.get(id={therapist!r}), couple, *{scopes!r})
answer = [str(couple.id), str(link.id)]
"""
WITHDRAW_PROFILE = """
from uuid import UUID
from accounts.care import scopes
from accounts.models import TherapistProfile
from django.db import transaction
with transaction.atomic():
    TherapistProfile.objects.filter(user={therapist!r}).update(confirmed_at=None)
    scopes.announce_host_change(UUID({therapist!r}))
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


# How strong it felt for Ana and for Ben.
RAISED = {"anxious": 4, "avoidant": 3}
# Lines of Python come in, the answer of each goes out; Django is set up once.
READ_AND_RUN = """
import json, sys, traceback
import django
django.setup()
from django.db import connections
for line in sys.stdin:
    names = {}
    try:
        exec(json.loads(line), names)
        said = {"answer": names.get("answer")}
    except Exception:
        said = {"error": traceback.format_exc()}
    connections.close_all()
    print(json.dumps(said), flush=True)
"""
_shells: dict[int, "subprocess.Popen[str]"] = {}


def in_shell(server: Server, script: str) -> Any:
    """Run a few lines against a server's database, in another process; return what they call ``answer``."""
    shell = _shells.get(server.port)
    if shell is None:
        command = [sys.executable, "-c", READ_AND_RUN]
        shell = subprocess.Popen(
            command, cwd=ROOT, env=server.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        atexit.register(shell.kill)
        _shells[server.port] = shell
    assert shell.stdin
    assert shell.stdout
    shell.stdin.write(json.dumps(script) + "\n")
    shell.stdin.flush()
    said = json.loads(shell.stdout.readline())
    assert "error" not in said, said["error"]
    return said["answer"]


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


def reveal(room: Hosted, number: int = 1) -> None:
    """Open a round and mark it, both of them."""
    assert room.tess.command("round.open", after=number - 1, moment=number).status == 200
    for person, (reaction, intensity) in zip((room.ana, room.ben), RAISED.items(), strict=True):
        sealed = person.command("mark.seal", round=number, reaction=reaction, intensity=intensity)
        assert sealed.status == 200, sealed
    for person in (room.ana, room.ben):
        assert person.command("quiet.skip", round=number).status == 200


def page_of(person: Person, path: str) -> Answer:
    """Open a page of a check-in with a login."""
    visitor = Visitor(person.server, person.name)
    answer = visitor.get_as(person.token, f"/sessions/{person.session}/{path}")
    return Answer(answer.status, None, answer.text.encode(), answer.headers)
