"""What is copied from database to database, in a process of its own: `python -m tests.support.copied WHAT …`.

fill ROUNDS               the demo, and rounds of its couple, one a day, with something in every kind of column
pages SECONDS             a digest of each page, answer and file that somebody is shown at a moment since 1970; nothing
                          is left behind
refused ADDRESS …         why nothing is copied to each address
kill ADDRESS PLACE …      copy to an address, killed at one place after the other, each a child of this process
"""

import hashlib
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import django
from django.core.management import CommandError, call_command

# Where a copy is killed: before the statement that is the n-th of its kind.
PLACES = {
    "while it migrates": ("CREATE TABLE", 20),
    "before it makes room": ("DELETE FROM django_content_type", 1),
    "in the first table": ('INSERT INTO "django_content_type"', 1),
    "in the people": ('INSERT INTO "accounts_user"', 1),
    "in a batch in the middle": ('INSERT INTO "live_sessions_round"', 3),
    "between rows and bookmark": ("INSERT INTO cycle_unfinished_copy", 9),
    "in the marks": ('INSERT INTO "live_sessions_mark"', 2),
    "while it sets the numbers": ("setval|INSERT INTO sqlite_sequence", 3),
    "while it compares": ('SELECT .* FROM "live_sessions_mark"', 2),
    "before it is called done": ("DROP TABLE cycle_unfinished_copy", 1),
}


def fill(rounds: int) -> None:
    """Store the demo, and more rounds of its couple."""
    from allauth.account.models import EmailConfirmation
    from django.db import transaction
    from django.utils import timezone

    from accounts.models import PrivateNote, User
    from accounts.partners import couple_of
    from tests.support.cast.looking_back import many
    from tests.support.cast.past import Pair

    call_command("seed_demo", stdout=StringIO())
    ana, ben = (User.objects.get(email=f"{name}@example.org") for name in ("ana", "ben"))
    couple = couple_of(ana)
    assert couple
    now = timezone.now()
    with transaction.atomic():
        many(Pair(ana, ben, couple), rounds, now - timedelta(days=50))
    for text in ("Ein Satz mit ß, “quotes” and \\ backslashes\n\tand tabs", "🌱 後で"):
        PrivateNote.objects.create(user=ana, kind="journal", content={"text": text, "list": [1, 2.5, None]})
    # The last number is of a row that is gone: it must not be given out again.
    EmailConfirmation.objects.create(email_address=ana.emailaddress_set.get(), key="k" * 64).delete()


def stand_still(seconds: float) -> None:
    """Let this process have no other time: pages say how long ago things were, and when they were written."""
    from django.utils import timezone

    time.time = lambda: seconds
    timezone.now = lambda: datetime.fromtimestamp(seconds, UTC)


def pages() -> dict[str, str]:
    """Return a digest of everything that Ana is shown and may take away."""
    from django.db import transaction

    from accounts.models import User
    from tests.support.cast.api_world import fresh_login
    from tests.support.cast.past import phone_of
    from tests.support.cast.tokens import let_test_clients_present_tokens

    let_test_clients_present_tokens()
    shown = {}
    with transaction.atomic():
        ana = User.objects.get(email="ana@example.org")
        phone = phone_of(ana)
        phone.defaults["HTTP_HOST"] = "localhost"
        ways = ["/", "/history/", "/history/change/", "/history/report/", "/my-part/", "/couple/", "/settings/"]
        ways += ["/api/v1/me/", "/api/v1/couple/", "/api/v1/history/summary/", "/api/v1/me/export/"]
        ways += ["/api/v1/history/export/?as=json", "/api/v1/history/export/?as=csv"]
        token, way = fresh_login(ana), "/api/v1/history/"
        while way:
            answer = phone.get(way)
            shown[way] = _digest(answer)
            way = (answer.json()["next"] or "").removeprefix("http://localhost")
        for way in ways:
            by_token = {"x-session-token": token} if way.startswith("/api/") else {}
            shown[way] = _digest(phone.get(way, headers=by_token))
        transaction.set_rollback(True)
    return shown


# What is another one each time a page is shown.
CHANGING = (
    rb'name="csrfmiddlewaretoken" value="\w+"',
    rb'name="nonce" value="[^"]+"',
    rb'nonce="[^"]+"',
    rb'"csrf[^"]*": ?"\w+"',
    rb'data-shown-at="[^"]+"',
)


def _digest(answer: Any) -> str:
    assert answer.status_code == 200, (answer.request["PATH_INFO"], answer.status_code)
    content = b"".join(answer) if answer.streaming else answer.content
    for changing in CHANGING:
        content = re.sub(changing, b"", content)
    return hashlib.sha256(content).hexdigest()


def kill(address: str, *places: str) -> list[str]:
    """Copy to an address, killed at one place after the other and then let be; return what became of each."""
    killed = []
    for place in (*places, ""):
        child = os.fork()
        if child == 0:
            _copy_until(address, *PLACES.get(place, ("never", 1)))
            os._exit(0)
        _, how = os.waitpid(child, 0)
        if os.WIFSIGNALED(how) and os.WTERMSIG(how) == signal.SIGKILL:
            killed.append(place)
        elif how == 0:
            killed.append("not killed")
    return killed


def refused(*addresses: str) -> list[str]:
    """Return why nothing is copied to each of these addresses."""
    said = []
    for address in addresses:
        try:
            call_command("copy_to", address, stdout=StringIO())
            said.append("it was copied")
        except CommandError as reason:
            said.append(str(reason))
    return said


def _copy_until(address: str, what: str, number: int) -> None:
    from django.db import connections

    from cycleproject.copying import tables, target

    seen = 0

    def look(execute: Callable[..., Any], sql: Any, values: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        seen += re.match(what, str(sql)) is not None or ("setval" in what and "setval" in str(sql))
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, values, many, context)

    connect = target.connect

    def connect_and_look(where: str) -> None:
        connect(where)
        connections[target.TARGET].execute_wrappers.append(look)

    target.connect = connect_and_look
    tables.BATCH = 50
    with open(os.devnull, "w") as nowhere:
        call_command("copy_to", address, stdout=nowhere)


if __name__ == "__main__":
    asked, *arguments = sys.argv[1:]
    if asked == "pages":
        stand_still(float(arguments.pop()))  # before anything else holds on to the real clock
    django.setup()
    if asked == "fill":
        fill(int(arguments[0]))
    else:
        asks: dict[str, Callable[..., Any]] = {"pages": pages, "kill": kill, "refused": refused}
        print(json.dumps(asks[asked](*arguments)))
