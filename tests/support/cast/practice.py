"""A practice as its month begins: Tess, three couples who come to her, and Theo, whose partner she is elsewhere.

The fixed cast has two couples and nobody at home with Tess. Ella, who has an account, and Finn, who comes as a guest,
are the third couple: of one with an account and one without there is none else. Theo is on Tess's own side.
"""

from dataclasses import dataclass, field

from tests.support.canaries import canary
from tests.support.cast.hosted import in_shell
from tests.support.servers.cycle import Server


@dataclass
class Couple:
    """Two people, and words that stand nowhere but on their pages, or on Tess's about them."""

    first: str
    second: str
    id: str = ""
    link: str = ""
    sessions: list[str] = field(default_factory=list)

    def word(self, what: str) -> str:
        """Return a word of theirs alone: what they typed, or what was typed for them."""
        return canary(f"{self.first} and {self.second}: {what}")

    @property
    def theirs(self) -> list[str]:
        """Return whatever tells of them, on whatever page."""
        words = [self.word(what) for what in ("title", "moment", "thought")]
        return [self.first, self.second, *words, *filter(None, [self.id, *self.sessions])]

    @property
    def kept_by_tess(self) -> list[str]:
        """Return what Tess alone calls and notes of them."""
        return [self.word("label"), self.word("notes")]


@dataclass
class Practice:
    """Everybody, and the logins of those who have accounts."""

    ana_and_ben: Couple
    cleo_and_dan: Couple
    ella_and_finn: Couple
    tess_and_theo: Couple
    logins: dict[str, str]

    @property
    def clients(self) -> tuple[Couple, Couple, Couple]:
        """Return the couples who come to Tess."""
        return self.ana_and_ben, self.cleo_and_dan, self.ella_and_finn

    @property
    def couples(self) -> tuple[Couple, ...]:
        """Return all of them, hers at home among them."""
        return *self.clients, self.tess_and_theo


BEGIN = """
from uuid import uuid4
from accounts.care import labels
from accounts.couple.pairing import form_couple
from accounts.logins import open_login
from accounts.models import User
from tests.support.cast.hosts import confirmed_therapist, linked
named = ("Ana", "Ben", "Ella", "Theo")
people = {{name: User.objects.create_user(f"{{uuid4().hex}}@example.org", first_name=name) for name in named}}
people["Tess"] = people["the wall"] = confirmed_therapist("Tess")
couple = form_couple(people["Ana"], people["Ben"])
own = form_couple(people["Tess"], people["Theo"])
link = linked(people["Tess"], couple, "host", "history")
labels.call(people["Tess"], link.id, {label!r})
logins = {{name: open_login(person) for name, person in people.items()}}
answer = [logins, str(couple.id), str(link.id), str(own.id)]
"""
PLAN = """
from datetime import datetime
from uuid import UUID
from accounts.models import User
from sessions.hosting import host_rights
tess = User.objects.get(first_name="Tess")
at = datetime.fromisoformat({at!r})
couple = UUID({couple!r}) if {couple!r} else None
plan = host_rights.start_hosted(tess, couple, title={title!r}, starts_at=at, label={label!r})
answer = [str(plan.id), plan.code or ""]
"""
TAKE_BACK = """
from accounts.care import scopes
from accounts.models import CareLink, User
scopes.withdraw(User.objects.get(first_name={name!r}), CareLink.objects.get(id={link!r}), ["host"])
"""


def begin(server: Server) -> Practice:
    """Return a practice in which nobody has planned anything yet."""
    two = Couple("Ana", "Ben"), Couple("Cleo", "Dan"), Couple("Ella", "Finn"), Couple("Tess", "Theo")
    logins, couple, link, own = in_shell(server, BEGIN.format(label=two[0].word("label")))
    two[0].id, two[0].link, two[3].id = couple, link, own
    return Practice(*two, logins)


def plan(server: Server, couple: Couple, at: str) -> tuple[str, str]:
    """Let Tess plan an hour with a couple; return its id, and the code by which those come in who are not linked."""
    label = "" if couple.link else couple.word("label")
    script = PLAN.format(couple=couple.id if couple.link else "", at=at, title=couple.word("title"), label=label)
    id, code = in_shell(server, script)
    couple.sessions.append(id)
    return id, code


def take_back(server: Server, couple: Couple, name: str) -> None:
    """Let one of a linked couple take back their yes to being hosted."""
    in_shell(server, TAKE_BACK.format(name=name, link=couple.link))
