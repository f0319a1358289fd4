"""Operations that change something, once for each ``op``: a client that lost the answer is told the same again.

A proxy on the way may repeat a request by itself, which no client knows of. It sends the same request id with it
(see ``locations.conf``), and that names a request of somebody with a login as well as an ``op`` does.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from django.db import transaction
from pydantic import Field

from accounts.api.operation import Operation
from accounts.models import Receipt, User, receipts
from cycleproject.api.bodies import Body, Query
from cycleproject.web.idempotency import op_key, proxy_key

Op = Annotated[
    str,
    Field(
        min_length=22,
        max_length=64,
        description="From a secure random source; a secret for ten minutes. The same request with the same `op` is "
        "answered with what it made the first time.",
    ),
]


class Repeatable(Body):
    """Nothing but an ``op``, if one likes."""

    op: Op | None = Field(None, repr=False)


class RepeatableQuery(Query):
    """The same for what has no body."""

    op: Op | None = Field(None, repr=False)


# What a proxy repeats when its line to one process breaks: it takes these for requests that may come twice.
REPEATED_BY_PROXIES: Final = ("PUT", "DELETE")


@dataclass(frozen=True, slots=True)
class Made:
    """What a request has made: who it is for, and what is told of it again. No secret: it is stored."""

    person: User | None
    told: dict[str, Any]


class RepeatableOperation(Operation):
    """An operation that a lost answer must not carry out twice."""

    def key(self) -> str | None:
        """Return what names this request; None where its client has not named it."""
        asker = self.request.user if isinstance(self.request.user, User) else None
        sent = self._asked if isinstance(self._asked, Repeatable) else self._query
        op = sent.op if isinstance(sent, Repeatable | RepeatableQuery) else None
        if op is None and asker and self.request.method in REPEATED_BY_PROXIES:
            # Never for who has no login: an id stands in logs, and there whoever repeats is given one.
            said = self._asked.model_dump_json() + self._query.model_dump_json()
            return proxy_key(self.request._request, said, asker.pk)
        return op_key(self.request._request, op, asker and asker.pk)

    def made_before(self) -> Made | None:
        """Return what this very request made before."""
        receipt = receipts.find(self.key())
        return self._read(receipt) if receipt else None

    def make_once(self, make: Callable[[], Made]) -> Made:
        """Make it, or return what the same request made in the same moment, in one transaction with its receipt."""
        key = self.key()
        with transaction.atomic():
            if key is None:
                return make()
            receipt, is_new = receipts.claim(key)
            made = None if is_new else self._read(receipt)
            if made is None:
                made = make()
                receipt.person, receipt.result = made.person, json.dumps(made.told)
                receipt.save()
            return made

    def do_once(self, do: Callable[[], object]) -> None:
        """Do what can be seen by itself, unless this very request has done it."""

        def made() -> Made:
            do()
            return Made(self.person(), {})

        _ = self.made_before() or self.make_once(made)

    def _read(self, receipt: Receipt) -> Made | None:
        # An account logs in by its own door only, whatever it has been before.
        is_anonymous = not isinstance(self.request.user, User)
        if is_anonymous and not (receipt.person and receipt.person.is_guest and receipt.person.is_active):
            return None
        return Made(receipt.person, json.loads(receipt.result))
