"""What is stored encrypted, row by row and as it is, so that a test can see that nothing was written over."""

import json
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import connection

from tests.store.test_changing_keys import encrypted_columns

Rows = dict[tuple[str, str, Any], bytes]


def stored() -> Rows:
    """Return everything encrypted as it is stored, by table, column and row."""
    found: Rows = {}
    for model, column in encrypted_columns():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column} FROM {model._meta.db_table} WHERE {column} IS NOT NULL")
            found |= {(model.__name__, column, pk): bytes(value) for pk, value in cursor.fetchall()}
    secrets = Authenticator.objects.values_list("pk", "data")
    return found | {("Authenticator", "data", pk): json.dumps(data, sort_keys=True).encode() for pk, data in secrets}


def written_over(before: Rows) -> list[Any]:
    """Return the rows that are still there and hold something else. What somebody deletes or erases is gone."""
    after = stored()
    return [row for row, value in before.items() if row in after and after[row] != value]
