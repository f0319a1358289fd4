"""Couples on a running server who have agreed on an hour, at which what each seals alone opens for both."""

from datetime import datetime

from tests.support.cast.clients import Person
from tests.support.cast.hosted import in_shell
from tests.support.servers.cycle import Server

AGREE = """
from datetime import datetime
from uuid import uuid4
from accounts.couple.pairing import form_couple
from accounts.logins import open_login
from accounts.models import User
from sessions.joining import openings
answer = []
hour = datetime.fromisoformat({hour!r})
for _ in range({count}):
    two = [User.objects.create_user(f"{{uuid4()}}@example.org", None, first_name=name) for name in ("Ana", "Ben")]
    form_couple(*two)
    session = openings.propose(two[0], hour, moment=1).live_session.id
    openings.say_hour(two[1], session, hour)
    answer.append([str(session), *(open_login(one) for one in two)])
"""


def agreed_couples(server: Server, hour: datetime, count: int) -> list[tuple[Person, Person]]:
    """Return so many couples, each Ana and Ben, with an opening at a whole minute within the next 14 days."""
    return [
        (Person(server, "Ana", ana, session), Person(server, "Ben", ben, session))
        for session, ana, ben in in_shell(server, AGREE.format(hour=hour.isoformat(), count=count))
    ]
