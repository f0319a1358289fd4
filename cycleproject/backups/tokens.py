"""Whether FIELD_KEYS opens what is stored in a copy: each key is known, and a sample really opens."""

from collections import Counter
from typing import Final

from django.apps import apps
from django.db.models import BinaryField

from cycleproject import encryption
from cycleproject.stored_keys import KNOWN_KEYS

SAMPLE: Final = 20

# What a column's values are encrypted for; None where that is for the one place that opens seals to know.
Columns = dict[tuple[str, str], str | None]


class KeysDoNotOpen(Exception):
    """A copy that is whole, and holds values that FIELD_KEYS cannot open."""


def encrypted_columns() -> Columns:
    """Return every column that holds something encrypted, by table and name, but what only remembers past keys."""
    return {
        (model._meta.db_table, field.column): getattr(field, "purpose", None)
        for model in apps.get_models()
        if model._meta.db_table != KNOWN_KEYS
        for field in model._meta.local_fields
        if isinstance(field, BinaryField) and field.column
    }


class Examination:
    """Looks at encrypted values one by one. Sealed ones stay sealed: of these, only the key is looked for."""

    def __init__(self) -> None:
        self.columns = encrypted_columns()
        self.looked_at = 0
        self.opened: Counter[tuple[str, str]] = Counter()
        self.without_key = 0
        self.damaged = 0

    def look(self, table: str, column: str, token: bytes) -> None:
        """Look for the key of a value, and open it if few of its column have been opened."""
        self.looked_at += 1
        if not encryption.has_key(token):
            self.without_key += 1
            return
        place = (table, column)
        purpose = self.columns[place]
        if purpose is not None and self.opened[place] < SAMPLE:
            self.opened[place] += 1
            self.damaged += not encryption.opens(token, purpose)

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
