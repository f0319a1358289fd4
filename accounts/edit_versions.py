"""Versions of what somebody typed, so that a window that was left open does not overwrite what another one saved.

Whoever saves says which version they started from. The same words again are no change, so that a second tap is none.
"""

import json

from django.utils.crypto import salted_hmac


class EditConflict(Exception):
    """Something else has been saved since the version that the writer started from."""


def version_of(said: object) -> str:
    """Return the version of what is kept: a keyed digest of it, which needs no column and tells nothing."""
    told = json.dumps(said, sort_keys=True)
    return salted_hmac("accounts.edit_versions", told, algorithm="sha256").hexdigest()[:32]


def check_version(started_from: str | None, kept: object, said: object) -> None:
    """Raise EditConflict where what is kept is neither what the writer started from nor what they say."""
    if started_from is not None and started_from != version_of(kept) and said != kept:
        raise EditConflict
