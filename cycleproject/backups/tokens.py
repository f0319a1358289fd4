"""Whether FIELD_KEYS opens what is stored in a copy: each key is known, and a sample really opens."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from cycleproject import encryption
from cycleproject.stored_keys import SECOND_FACTOR_PURPOSE, SECOND_FACTORS, WITHOUT_SECRETS, secrets_in

SAMPLE: Final = 20

# A value, the column that it stands in, and what it is encrypted for; None where that is for the one place that opens
# seals to know.
Found = tuple[bytes, str, str | None]


class KeysDoNotOpen(Exception):
    """A copy that is whole, and holds values that FIELD_KEYS cannot open."""


class Examination:
    """Looks at encrypted values one by one. Sealed ones stay sealed: of these, only the key is looked for."""

    def __init__(self) -> None:
        self.columns: dict[str, dict[str, str | None]] = {}
        for column in encryption.encrypted_fields():
            of_its_table = self.columns.setdefault(column.model._meta.db_table, {})
            of_its_table[column.column] = getattr(column, "purpose", None)
        self.looked_at = 0
        self.opened: Counter[tuple[str, str]] = Counter()
        self.without_key = 0
        self.damaged = 0

    def look(self, table: str, row: Mapping[str, bytes | None]) -> None:
        """Look for the key of each encrypted value in a row, and open it if few of its column have been opened."""
        for token, column, purpose in self._found(table, row):
            self.looked_at += 1
            if not encryption.has_key(token):
                self.without_key += 1
            elif purpose is not None and self.opened[table, column] < SAMPLE:
                self.opened[table, column] += 1
                self.damaged += not encryption.opens(token, purpose)

    def _found(self, table: str, row: Mapping[str, bytes | None]) -> Iterator[Found]:
        for column, purpose in self.columns.get(table, {}).items():
            if token := row.get(column):
                yield token, column, purpose
        if table == SECOND_FACTORS and row.get("type") != WITHOUT_SECRETS.encode():
            for token in secrets_in(json.loads(row.get("data") or b"{}")):
                yield token, "data", SECOND_FACTOR_PURPOSE

    def conclude(self) -> None:
        """Raise KeysDoNotOpen unless all keys are known and the sample has opened."""
        if self.without_key:
            raise KeysDoNotOpen(
                f"{self.without_key} of {self.looked_at} encrypted values were written under a key that is not in "
                "FIELD_KEYS. Put it back, behind the others."
            )
        if self.damaged:
            tried = self.opened.total()
            raise KeysDoNotOpen(f"{self.damaged} of {tried} encrypted values that were tried do not open.")
