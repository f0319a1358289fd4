"""The secrets of second factors, bound to whose they are.

allauth encrypts and decrypts a secret without saying whose it is. So what it hands us is bound when a second factor is
stored, and taken out again when one is read: in memory a secret is encrypted for second factors, in the database for
this one. One that was moved there stays as it was stored, and does not open.
"""

import base64
from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models.signals import post_init, post_save, pre_save

from cycleproject import encryption, unreadable
from cycleproject.stored_keys import SECOND_FACTOR_PURPOSE, SECRETS, VERSION

# In front of one that names nobody, where the database does not prove that there may be such.
REFUSED = b"\x00"


def listen() -> None:
    """Connect the receivers for second factors that are read and stored."""
    post_init.connect(_read, sender=Authenticator, dispatch_uid="accounts.second_factor_read")
    pre_save.connect(_to_be_stored, sender=Authenticator, dispatch_uid="accounts.second_factor_to_be_stored")
    post_save.connect(_stored, sender=Authenticator, dispatch_uid="accounts.second_factor_stored")


def rewrapped(data: dict[str, Any], user_id: UUID, type: str) -> tuple[dict[str, Any], int, int]:
    """Return what is stored of a second factor under the newest key, and how many secrets changed and do not open."""
    place, changed, lost = encryption.second_factor_place(user_id, type), 0, 0

    def rewrap(token: bytes) -> bytes:
        nonlocal changed, lost
        try:
            again = encryption.rewrap(token, place)
        except unreadable.CannotOpen:
            lost += 1
            return token
        changed += again != token
        return again

    return _each(data, rewrap), changed, lost


def _read(instance: Authenticator, **_: Any) -> None:
    data = instance.__dict__.get("data")
    if instance.pk is None or not isinstance(data, dict):
        return
    place = encryption.second_factor_place(instance.user_id, instance.type)

    def taken_out(token: bytes) -> bytes:
        try:
            return encryption.encrypt(encryption.decrypt(token, place).rstrip(), SECOND_FACTOR_PURPOSE)
        except unreadable.CannotOpen:
            return REFUSED + token if token[:1] == VERSION else token

    instance.data = _each(data, taken_out)


def _to_be_stored(instance: Authenticator, raw: bool, **_: Any) -> None:
    place = encryption.second_factor_place(instance.user_id, instance.type)

    def bound(token: bytes) -> bytes:
        if token[:1] == REFUSED:
            return token[1:]
        if token[:1] != VERSION:
            return token
        return encryption.encrypt(encryption.decrypt(token, SECOND_FACTOR_PURPOSE), place)

    if "data" in instance.__dict__ and not raw:
        vars(instance)["_unbound"] = instance.data
        instance.data = _each(instance.data, bound)


def _stored(instance: Authenticator, **_: Any) -> None:
    if "_unbound" in vars(instance):
        instance.data = vars(instance).pop("_unbound")


def _each(data: dict[str, Any], change: Callable[[bytes], bytes]) -> dict[str, Any]:
    """Return the data of a second factor with each of its secrets changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(one) for one in value]
        return base64.b64encode(change(base64.b64decode(value))).decode() if value else value

    return {name: changed(value) if name in SECRETS else value for name, value in data.items()}
