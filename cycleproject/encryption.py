"""Keys, authenticated encryption bound to a purpose, and the model fields that use it.

AES-256-GCM (NIST SP 800-38D). A token is ``version | key id | nonce | ciphertext``; the purpose is authenticated with
it, so that a value moved to another row, seat or column does not open.
"""

import base64
import hashlib
import logging
import os
from collections.abc import Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from cycleproject.stored_keys import KEY_ID_LENGTH, KNOWN_KEYS, VERSION

logger = logging.getLogger(__name__)

NONCE_LENGTH = 12
HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH


# Whether a value was read, since this request began, that no key opens.
came_upon_unreadable: ContextVar[bool] = ContextVar("came_upon_unreadable", default=False)


class CannotOpen(Exception):
    """A token whose key is gone, or that was made for another purpose."""


@lru_cache(maxsize=4)
def _keyring(encoded_keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    keys = [base64.urlsafe_b64decode(key) for key in encoded_keys]
    return {hashlib.sha256(key).digest()[:KEY_ID_LENGTH]: AESGCM(key) for key in keys}


def _keys() -> dict[bytes, AESGCM]:
    return _keyring(tuple(settings.FIELD_KEYS))


def key_ids() -> list[str]:
    """Return the id of each of FIELD_KEYS, the newest first. It tells nothing of the key, and stands in each token."""
    return [key_id.hex() for key_id in _keys()]


def encrypt(plaintext: bytes, purpose: str, under: str | None = None) -> bytes:
    """Return plaintext encrypted under the newest key or a named one; it can be decrypted for the same purpose only."""
    key_id = bytes.fromhex(under) if under else next(iter(_keys()))
    key = _keys()[key_id]
    nonce = os.urandom(NONCE_LENGTH)
    return VERSION + key_id + nonce + key.encrypt(nonce, plaintext, purpose.encode())


def decrypt(token: bytes, purpose: str) -> bytes:
    """Return a token's plaintext. Raises CannotOpen if its key is gone or its purpose was another."""
    token = bytes(token)
    key = _keys().get(token[1 : 1 + KEY_ID_LENGTH])
    if token[:1] != VERSION or key is None:
        raise CannotOpen("no key")
    try:
        return key.decrypt(token[1 + KEY_ID_LENGTH : HEADER_LENGTH], token[HEADER_LENGTH:], purpose.encode())
    except InvalidTag:
        raise CannotOpen("not made for this") from None


def under_newest_key(token: bytes) -> bool:
    """Tell whether a token is encrypted under the newest key already."""
    return bytes(token)[1 : 1 + KEY_ID_LENGTH] == next(iter(_keys()))


def has_key(token: bytes) -> bool:
    """Tell whether the key that a token was encrypted under is one of ours, without opening it."""
    token = bytes(token)
    return token[:1] == VERSION and token[1 : 1 + KEY_ID_LENGTH] in _keys()


def opens(token: bytes, purpose: str) -> bool:
    """Tell whether a token can be opened for a purpose, and hand out nothing of it."""
    try:
        decrypt(token, purpose)
    except CannotOpen:
        return False
    return True


def rewrap(token: bytes, purpose: str) -> bytes:
    """Return a token re-encrypted under the newest key, or as it is if it is so already. Raises CannotOpen."""
    return bytes(token) if under_newest_key(token) else encrypt(decrypt(token, purpose), purpose)


class Unreadable(str):
    """The value of a column whose key is gone: an empty text that refuses to be saved over what is stored there."""


def need_readable(*values: object) -> None:
    """Raise CannotOpen if one of these could not be read: it must not be written over."""
    if any(isinstance(value, Unreadable) for value in values):
        raise CannotOpen("written under a key that is gone")


@lru_cache
def _warn_once(purpose: str) -> None:
    logger.error("%s holds values that no key in FIELD_KEYS opens", purpose)


if TYPE_CHECKING:
    # The stubs make it generic; at run time it is not.
    BinaryField = models.BinaryField[Any, Any]
else:
    BinaryField = models.BinaryField


class EncryptedJSONField(BinaryField):
    """A JSON value that is encrypted at rest. It can be neither searched nor ordered by."""

    description = "Encrypted JSON"

    @property
    def purpose(self) -> str:
        """Return the purpose that this column's values are encrypted for."""
        return f"{self.model._meta.label}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Encrypt a value before it is stored. Raises CannotOpen for one that could not be read."""
        if isinstance(value, Unreadable):
            raise CannotOpen(self.purpose)
        if value is not None:
            value = encrypt(orjson.dumps(value), self.purpose)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        """Decrypt a stored value; without its key return Unreadable, so that the row still loads and can be deleted."""
        if value is None:
            return None
        try:
            return orjson.loads(decrypt(value, self.purpose))
        except CannotOpen:
            _warn_once(self.purpose)
            came_upon_unreadable.set(True)
            return Unreadable()

    def to_python(self, value: Any) -> Any:
        """Return the value unchanged, since forms and fixtures do not write encrypted fields."""
        return value


class EncryptedTextField(EncryptedJSONField):
    """A text that is encrypted at rest, under the same rules as JSON values."""

    description = "Encrypted text"


def encrypted_fields() -> Iterator[Any]:
    """Yield every column that holds encrypted values: all columns of bytes, but what only remembers past keys.

    Those with a ``purpose`` can be opened by it; a seal's is for the one place that opens seals to know. The secrets of
    second factors stand inside a JSON value instead (``stored_keys.secrets_in``).
    """
    for model in apps.get_models():
        if model._meta.db_table != KNOWN_KEYS:
            yield from (field for field in model._meta.local_fields if isinstance(field, models.BinaryField))
