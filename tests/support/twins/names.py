"""What is random in an evening, called by the same names in each, and all that is stored by those names."""

import json
import re
from typing import Any
from uuid import UUID

from django.core import signing

from accounts.session_store import stored_key
from tests.support.cast.clients import Person
from tests.support.servers.cycle import Server
from tests.support.servers.stored import everything, rows

Dump = dict[tuple[str, str, str], str]

# When a purge came last, and how many there were. It comes by the clock of its process, whatever goes on in a room.
OF_THE_PURGE = "accounts_clockcheck"


class Names:
    """The names of one evening."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.known: dict[str, str] = {}
        self.rounds: list[str] = []

    def know(self, people: dict[str, Person], code: str) -> None:
        """Learn what has to be called the same in both evenings."""
        query = "SELECT person.id, person.password FROM live_sessions_seat AS seat"
        query += " JOIN accounts_user AS person ON person.id = seat.user_id ORDER BY seat.name"
        ids, passwords = zip(*rows(self.server, query), strict=True)
        values = {
            **dict(zip(("first id", "second id", "host's id"), ids, strict=False)),
            **dict(zip(("first password", "second password", "host's password"), passwords, strict=False)),
            "first login": people["a"].token,
            "second login": people["b"].token,
            "first login as stored": stored_key(people["a"].token),
            "second login as stored": stored_key(people["b"].token),
            "couple": rows(self.server, "SELECT id FROM accounts_couple")[0][0],
            "session": people["a"].session,
        }
        for name, value in values.items():
            self.known[str(value)] = f"<{name}>"
            if re.fullmatch("[0-9a-f-]{32,36}", str(value)) and "login" not in name:
                self.known |= {UUID(str(value)).hex: f"<{name}>", str(UUID(str(value))): f"<{name}>"}
        self.known |= {code: "<code>", f"127.0.0.1:{self.server.port}": "<address>"}

    def know_rounds(self) -> None:
        """Learn what each round is called in the history."""
        found = rows(self.server, "SELECT number, history_id FROM live_sessions_round ORDER BY number")
        self.rounds = [str(UUID(str(history_id))) for _, history_id in found]
        for number, history_id in found:
            one = UUID(str(history_id))
            self.known |= {one.hex: f"<round {number}>", str(one): f"<round {number}>"}

    def named(self, text: str) -> str:
        """Return a text with everything random called by its name."""
        for value, name in self.known.items():
            text = text.replace(value, name)
        # The token that Django masks anew each time, and what names one sending of a form and its browser.
        text = re.sub(r'(csrfmiddlewaretoken" value="|data-csrf-token="|csrf=)[A-Za-z0-9]{32,64}', r"\1<token>", text)
        return re.sub(r'(nonce" value="|browser=)[A-Za-z0-9_-]{22,44}', r"\1<nonce>", text)

    def dump(self) -> Dump:
        """Return every value of every row: what is encrypted by its length, what is signed by what it says."""
        dump: Dump = {}
        for table, found in everything(self.server).items():
            if table == OF_THE_PURGE:
                continue
            ordered = sorted(found, key=lambda row: self.named(str(next(iter(row.values()))).zfill(12)))
            for number, row in enumerate(ordered):
                if self._key(table, number, row) == OF_THE_PURGE:
                    continue
                for column, value in row.items():
                    dump[table, self._key(table, number, row), column] = self._value(table, column, value)
        return dump

    def _key(self, table: str, number: int, row: dict[str, Any]) -> str:
        if table == "live_sessions_mark":
            return f"{row['round_id']}{row['seat']}"
        return str(row["name"]) if table == "sqlite_sequence" else str(number)

    def _value(self, table: str, column: str, value: Any) -> str:
        if isinstance(value, bytes | memoryview):
            return f"<{len(value)} bytes>"
        if (table, column) == ("live_sessions_mark", "id"):
            return "<number>"  # how many marks there were before; it never leaves
        if (table, column) == ("django_session", "session_data"):
            decoded = signing.loads(
                value, key=self.server.environment["SECRET_KEY"], salt="django.contrib.sessions.SessionStore"
            )
            return self.named(json.dumps({**decoded, "_auth_user_hash": "<hash>"}))
        return self.named(str(value))
