"""Whether FIELD_KEYS opens what is stored in a copy: each key is known, and a sample really opens."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from cycleproject import encryption
from cycleproject.stored_keys import SECOND_FACTORS, VERSION, WITHOUT_SECRETS, secrets_in

SAMPLE: Final = 20

Row = Mapping[str, bytes | None]


class KeysDoNotOpen(Exception):
    """A copy that is whole, and holds values that FIELD_KEYS cannot open."""


class Examination:
    """Looks at encrypted values one by one. Sealed ones stay sealed: of these, only the key is looked for."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}
        # Columns of other tables that rows are bound to, and what stands in them by the row's key.
        self.led_to: dict[str, set[str]] = {}
        self.found_there: dict[str, dict[bytes, Row]] = {}
        for column in encryption.encrypted_fields():
            self.columns.setdefault(column.model._meta.db_table, []).append(column)
            for lookup in getattr(column.model, "BOUND_TO", ()):
                if further := lookup.partition("__")[2]:
                    there = column.model._meta.get_field(lookup.partition("__")[0]).related_model
                    self.led_to.setdefault(there._meta.db_table, set()).add(_column(there, further))
        # The sample, until everything is known that it is bound to: a copy has its tables in any order.
        self.sample: list[tuple[bytes, encryption.EncryptedJSONField, Row]] = []
        self.looked_at = 0
        self.opened: Counter[tuple[str, str]] = Counter()
        self.without_key = 0
        self.damaged = 0

    def look(self, table: str, row: Row) -> None:
        """Look for the key of each encrypted value in a row, and keep it for opening if few of its column are kept."""
        if table in self.led_to:
            kept = {name: row.get(name) for name in self.led_to[table]}
            self.found_there.setdefault(table, {})[row.get("id") or b""] = kept
        for field in self.columns.get(table, ()):
            token = row.get(field.column)
            opens_here = isinstance(field, encryption.EncryptedJSONField)
            if token and self._has_key(token) and opens_here and self._is_of_sample(table, field.column):
                self.sample.append((token, field, row))
        if table == SECOND_FACTORS and row.get("type") != WITHOUT_SECRETS.encode():
            owner, kind = UUID(_text(row.get("user_id"))), _text(row.get("type"))
            for token in secrets_in(json.loads(row.get("data") or b"{}")):
                if self._has_key(token) and self._is_of_sample(table, "data"):
                    self.damaged += not _opens(token, encryption.second_factor_place(owner, kind))

    def _has_key(self, token: bytes) -> bool:
        self.looked_at += 1
        has_key = encryption.has_key(token)
        self.without_key += not has_key
        return has_key

    def _is_of_sample(self, table: str, column: str) -> bool:
        fits = self.opened[table, column] < SAMPLE
        self.opened[table, column] += fits
        return fits

    def conclude(self) -> None:
        """Raise KeysDoNotOpen unless all keys are known and the sample has opened."""
        if self.without_key:
            raise KeysDoNotOpen(
                f"{self.without_key} of {self.looked_at} encrypted values were written under a key that is not in "
                "FIELD_KEYS. Put it back, behind the others."
            )
        for token, field, row in self.sample:
            model: Any = field.model
            own = [self._identity(model, lookup, row) for lookup in model.BOUND_TO]
            self.damaged += not _opens(token, field.place(own))
        if self.damaged:
            tried = self.opened.total()
            raise KeysDoNotOpen(f"{self.damaged} of {tried} encrypted values that were tried do not open.")

    def _identity(self, model: Any, lookup: str, row: Row) -> Any:
        """Return what a lookup of ``BOUND_TO`` leads to, as an instance would have it."""
        name, _, further = lookup.partition("__")
        if further:
            to = model._meta.get_field(name)
            there = self.found_there.get(to.related_model._meta.db_table, {})
            return self._identity(to.related_model, further, there.get(row.get(to.column) or b"", {}))
        field = model._meta.get_field(name.removesuffix("_id"))
        stored = row.get(field.column)
        return None if stored is None else getattr(field, "target_field", field).to_python(_text(stored))


def _column(model: Any, name: str) -> str:
    return str(model._meta.get_field(name.removesuffix("_id")).column)


def _opens(token: bytes, place: encryption.Place) -> bool:
    # Whether a value may still name no row is for the database to say that this copy becomes.
    return encryption.opens(token, place.former if token[:1] == VERSION else place)


def _text(value: bytes | None) -> str:
    return (value or b"").decode()
