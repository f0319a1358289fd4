"""Keys, authenticated encryption bound to a column and a row, and the model fields that use it.

AES-256-GCM (NIST SP 800-38D). A token is ``version | key id | nonce | ciphertext``. What it was made for is
authenticated with it: its ``Place``, so that a value moved to another row, seat or column does not open, or a mere
purpose, for what stands in no column of its own. See docs/decisions/0041-columns-bound-to-their-row.md.
"""

import base64
import hashlib
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.query_utils import DeferredAttribute

from cycleproject.stored_keys import BOUND_VERSION, KEY_ID_LENGTH, KNOWN_KEYS, SECOND_FACTOR_PURPOSE, VERSION, VERSIONS
from cycleproject.unreadable import CannotOpen, Unreadable, unreadable

logger = logging.getLogger(__name__)

NONCE_LENGTH = 12
HEADER_LENGTH = 1 + KEY_ID_LENGTH + NONCE_LENGTH
# What a plaintext is filled up to with blanks, so that a length says next to nothing: whatever has at most 280
# characters, whatever a mark holds, a page; above that, multiples of the last.
LENGTHS: Final = (1280, 8192, 32768)
# For how long a process believes what the database has said of values from before they were bound to rows.
BELIEVED_FOR: Final = 60


class Place(NamedTuple):
    """Where a value stands: its column, and what identifies its row."""

    column: str
    row: tuple[str, ...]
    # What values were bound to before they were bound to rows.
    former: str

    @property
    def authenticated(self) -> bytes:
        """Return it as bytes that no other place has, and no purpose."""
        return orjson.dumps([self.column, *self.row])


@lru_cache(maxsize=4)
def _keyring(encoded_keys: tuple[str, ...]) -> dict[bytes, AESGCM]:
    keys = [base64.urlsafe_b64decode(key) for key in encoded_keys]
    return {hashlib.sha256(key).digest()[:KEY_ID_LENGTH]: AESGCM(key) for key in keys}


def _keys() -> dict[bytes, AESGCM]:
    return _keyring(tuple(settings.FIELD_KEYS))


def key_ids() -> list[str]:
    """Return the id of each of FIELD_KEYS, the newest first. It tells nothing of the key, and stands in each token."""
    return [key_id.hex() for key_id in _keys()]


def encrypt(plaintext: bytes, purpose: str | Place, under: str | None = None) -> bytes:
    """Return plaintext encrypted under the newest key or a named one; it can be decrypted for the same purpose only.

    For a place it is filled up with blanks first, which JSON does not mind.
    """
    key_id = bytes.fromhex(under) if under else next(iter(_keys()))
    key = _keys()[key_id]
    nonce = os.urandom(NONCE_LENGTH)
    if isinstance(purpose, Place):
        sealed = key.encrypt(nonce, plaintext.ljust(_padded_length(len(plaintext))), purpose.authenticated)
        return BOUND_VERSION + key_id + nonce + sealed
    return VERSION + key_id + nonce + key.encrypt(nonce, plaintext, purpose.encode())


def _padded_length(length: int) -> int:
    fits = next((padded for padded in LENGTHS if length <= padded), None)
    return fits or -(-length // LENGTHS[-1]) * LENGTHS[-1]


def decrypt(token: bytes, purpose: str | Place) -> bytes:
    """Return a token's plaintext. Raises CannotOpen if its key is gone or it was made for something else.

    A token that names no row opens for a place only while the database proves that some may be left.
    """
    token = bytes(token)
    key_id = token[1 : 1 + KEY_ID_LENGTH]
    key = _keys().get(key_id)
    if key is None:
        raise CannotOpen("no key")
    if not isinstance(purpose, Place):
        version, authenticated = VERSION, purpose.encode()
    elif token[:1] == VERSION and unbound_is_accepted(key_id.hex()):
        version, authenticated = VERSION, purpose.former.encode()
    else:
        version, authenticated = BOUND_VERSION, purpose.authenticated
    if token[:1] != version:
        raise CannotOpen("of another version")
    try:
        return key.decrypt(token[1 + KEY_ID_LENGTH : HEADER_LENGTH], token[HEADER_LENGTH:], authenticated)
    except InvalidTag:
        raise CannotOpen("not made for this") from None


def second_factor_place(user_id: UUID, type: str) -> Place:
    """Return where the secrets of a person's second factor stand."""
    return Place(SECOND_FACTOR_PURPOSE, (str(user_id), type), former=SECOND_FACTOR_PURPOSE)


# What the database said of a key, and when.
_unbound: dict[str, tuple[bool, float]] = {}


def unbound_is_accepted(key_id: str) -> bool:
    """Tell whether values that name no row may still open under a key.

    Only what that very key has sealed says so (``key_check``): whoever can write the database and has no key can take
    it away, which closes such values, and cannot make it.
    """
    said, at = _unbound.get(key_id, (False, None))
    if at is None or time.monotonic() - at > BELIEVED_FOR:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT unbound FROM {KNOWN_KEYS} WHERE key_id = %s", [key_id])  # noqa: S608  a constant
            found = cursor.fetchone()
        said = bool(found and found[0]) and opens(found[0], unbound_purpose(key_id))
        _unbound[key_id] = said, time.monotonic()
    return said


def unbound_purpose(key_id: str) -> str:
    """Return what the proof is encrypted for that values of a key may name no row."""
    return f"accounts.key_check.unbound:{key_id}"


def forget_what_is_accepted() -> None:
    """Ask the database anew, at once."""
    _unbound.clear()


def under_newest_key(token: bytes) -> bool:
    """Tell whether a token is encrypted under the newest key already."""
    return bytes(token)[1 : 1 + KEY_ID_LENGTH] == next(iter(_keys()))


def has_key(token: bytes) -> bool:
    """Tell whether the key that a token was encrypted under is one of ours, without opening it."""
    token = bytes(token)
    return token[:1] in VERSIONS and token[1 : 1 + KEY_ID_LENGTH] in _keys()


def opens(token: bytes, purpose: str | Place) -> bool:
    """Tell whether a token can be opened for a purpose, and hand out nothing of it."""
    try:
        decrypt(token, purpose)
    except CannotOpen:
        return False
    return True


def rewrap(token: bytes, purpose: str | Place) -> bytes:
    """Return a token re-encrypted under the newest key and bound to its place; as it is if it is. Raises CannotOpen."""
    version = BOUND_VERSION if isinstance(purpose, Place) else VERSION
    if under_newest_key(token) and bytes(token)[:1] == version:
        return bytes(token)
    return encrypt(decrypt(token, purpose), purpose)


if TYPE_CHECKING:
    # The stubs make it generic; at run time it is not.
    BinaryField = models.BinaryField[Any, Any]
else:
    BinaryField = models.BinaryField


class Closed(bytes):
    """A value as it was read, not opened yet: that takes the row that it stands in."""


class Bound(bytes):
    """A value encrypted for its column and row, ready to be stored there."""


class _Opening(DeferredAttribute):
    """Opens a value when it is first asked for, by when its row is known."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Closed):
            value = self.field.opened(value, row_of(instance))  # type: ignore[attr-defined]
            instance.__dict__[self.field.attname] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


def row_of(instance: Any) -> list[Any]:
    """Return what identifies the row of an instance, by the lookups in ``BOUND_TO`` of its model."""
    return [get(instance) for get in _getters(instance.BOUND_TO)]


@cache
def _getters(lookups: tuple[str, ...]) -> list[Callable[[Any], Any]]:
    return [attrgetter(lookup.replace("__", ".")) for lookup in lookups]


class EncryptedJSONField(BinaryField):
    """A JSON value that is encrypted at rest. It can be neither searched nor ordered by.

    Its model says in ``BOUND_TO`` what identifies a row: what is known before it is stored, and never changes.
    """

    description = "Encrypted JSON"
    descriptor_class = _Opening

    @cached_property
    def purpose(self) -> str:
        """Return the name of this column."""
        return f"{self.model._meta.label}.{self.name}"

    def place(self, row: Iterable[Any]) -> Place:
        """Return where a value of a row stands, by what ``BOUND_TO`` names."""
        return Place(self.purpose, tuple(map(str, row)), former=self.purpose)

    def bound(self, value: Any, row: Iterable[Any]) -> Bound | None:
        """Encrypt a value for its row. Raises CannotOpen for one that could not be read."""
        if isinstance(value, Unreadable):
            raise CannotOpen(self.purpose)
        return None if value is None else Bound(encrypt(orjson.dumps(value), self.place(row)))

    def opened(self, value: bytes, row: Iterable[Any]) -> Any:
        """Decrypt a stored value; if it does not open here return Unreadable: its row can still be read and deleted."""
        try:
            return orjson.loads(decrypt(value, self.place(row)))
        except CannotOpen:
            return unreadable(self.purpose)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt the value of an instance for its row. Raises CannotOpen for one that could not be read."""
        value = super().pre_save(model_instance, add)
        return value if value is None else self.bound(value, row_of(model_instance))

    def get_db_prep_value(self, value: Any, connection: BaseDatabaseWrapper, prepared: bool = False) -> Any:
        """Return what is bound to its row already. Raises TypeError for anything else: here no row is known."""
        if value is not None and not isinstance(value, Bound):
            raise TypeError(f"{self.purpose} is stored row by row: see bound_columns")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: BaseDatabaseWrapper) -> Closed | None:
        """Return a stored value as it is: it opens when its row's instance is asked for it."""
        return None if value is None else Closed(value)

    def to_python(self, value: Any) -> Any:
        """Return the value unchanged, since forms and fixtures do not write encrypted fields."""
        return value


class EncryptedTextField(EncryptedJSONField):
    """A text that is encrypted at rest, under the same rules as JSON values."""

    description = "Encrypted text"


def bound_columns(model: type[models.Model], row: Iterable[Any], columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns to write to one row, those that are encrypted bound to it by what ``BOUND_TO`` names."""
    own, at = {field.name: field for field in model._meta.local_fields}, list(row)
    return {
        name: field.bound(value, at) if isinstance(field := own[name], EncryptedJSONField) else value
        for name, value in columns.items()
    }


def encrypted_fields() -> Iterator[Any]:
    """Yield every column that holds encrypted values: all columns of bytes, but what only remembers past keys.

    Those with a ``purpose`` can be opened by it; a seal's is for the one place that opens seals to know. The secrets of
    second factors stand inside a JSON value instead (``stored_keys.secrets_in``).
    """
    for model in apps.get_models():
        if model._meta.db_table != KNOWN_KEYS:
            yield from (field for field in model._meta.local_fields if isinstance(field, models.BinaryField))
