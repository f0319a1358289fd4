"""Operations that make something, once for each ``op``: a client that lost the answer is told the same again."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from django.db import transaction
from pydantic import Field

from accounts.api.operation import Operation
from accounts.models import Receipt, User, receipts
from cycleproject.api.bodies import Body
from cycleproject.web.idempotency import op_key

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


@dataclass(frozen=True, slots=True)
class Made:
    """What a request has made: who it is for, and what is told of it again. No secret: it is stored."""

    person: User | None
    told: dict[str, Any]


class RepeatableOperation(Operation):
    """An operation that makes something."""

    def key(self) -> str | None:
        """Return what names this request; None where its client has not named it."""
        asker = self.request.user if isinstance(self.request.user, User) else None
        return op_key(self.request._request, self.body(Repeatable).op, asker and asker.pk)

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

    def _read(self, receipt: Receipt) -> Made | None:
        # An account logs in by its own door only, whatever it has been before.
        is_anonymous = not isinstance(self.request.user, User)
        if is_anonymous and not (receipt.person and receipt.person.is_guest and receipt.person.is_active):
            return None
        return Made(receipt.person, json.loads(receipt.result))
