"""Keys, authenticated encryption bound to a purpose, and the model fields that use it.

AES-256-GCM (NIST SP 800-38D). A token is ``version | key id | nonce | ciphertext``; the purpose is authenticated with
it, so that a value moved to another row, seat or column does not open.
"""

import base64
import hashlib
import logging
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

logger = logging.getLogger(__name__)

VERSION = b"\x01"
KEY_ID_LENGTH = 4
NONCE_LENGTH = 12
HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH


class CannotOpen(Exception):
    """A token whose key is gone, or that was made for another purpose."""


@lru_cache(maxsize=4)
def _keyring(encoded_keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    keys = [base64.urlsafe_b64decode(key) for key in encoded_keys]
    return {hashlib.sha256(key).digest()[:KEY_ID_LENGTH]: AESGCM(key) for key in keys}


def _keys() -> dict[bytes, AESGCM]:
    return _keyring(tuple(settings.FIELD_KEYS))


def encrypt(plaintext: bytes, purpose: str) -> bytes:
    """Encrypt under the newest key, for one purpose."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(NONCE_LENGTH)
    return VERSION + key_id + nonce + key.encrypt(nonce, plaintext, purpose.encode())


def decrypt(token: bytes, purpose: str) -> bytes:
    """Return the plaintext. Raises CannotOpen."""
    token = bytes(token)
    key = _keys().get(token[1 : 1 + KEY_ID_LENGTH])
    if token[:1] != VERSION or key is None:
        raise CannotOpen("no key")
    try:
        return key.decrypt(token[1 + KEY_ID_LENGTH : HEADER_LENGTH], token[HEADER_LENGTH:], purpose.encode())
    except InvalidTag:
        raise CannotOpen("not made for this") from None


def under_newest_key(token: bytes) -> bool:
    """Tell whether a token needs no re-wrapping."""
    return bytes(token)[1 : 1 + KEY_ID_LENGTH] == next(iter(_keys()))


def rewrap(token: bytes, purpose: str) -> bytes:
    """Return a token under the newest key. Raises CannotOpen."""
    return bytes(token) if under_newest_key(token) else encrypt(decrypt(token, purpose), purpose)


class Unreadable(str):
    """What is read from a column whose key is gone: nothing, and it is never written back over what stands there."""


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
        """Name the column that a token belongs to."""
        return f"{self.model._meta.label}.{self.name}"

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Encrypt on the way in."""
        if isinstance(value, Unreadable):
            raise CannotOpen(self.purpose)
        if value is not None:
            value = encrypt(orjson.dumps(value), self.purpose)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Any:
        """Decrypt on the way out. A lost key must not keep a row from loading: nobody could leave any more."""
        if value is None:
            return None
        try:
            return orjson.loads(decrypt(value, self.purpose))
        except CannotOpen:
            _warn_once(self.purpose)
            return Unreadable()

    def to_python(self, value: Any) -> Any:
        """Return the value as it is: forms and fixtures do not write here."""
        return value


class EncryptedTextField(EncryptedJSONField):
    """A text that is encrypted at rest."""

    description = "Encrypted text"
