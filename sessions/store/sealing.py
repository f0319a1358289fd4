"""The one place that seals a mark or a need, and the one place that opens them.

A seal is bound to its purpose, round and seat, and every plaintext is padded to one length, so that a stored row
tells neither what was marked nor how much was written.
"""

from collections.abc import Mapping
from typing import Any, Final, TypedDict

import orjson

from cycleproject import encryption
from sessions.checkin.details import DetailName, Details
from sessions.checkin.frames import MarkSeal
from sessions.checkin.patterns import Reaction
from sessions.checkin.state import OpenedMark, Partner

PLAINTEXT_LENGTH: Final = 8192


class CannotOpenSeal(Exception):
    """A seal whose key is gone or that is not what it claims to be: nothing was opened."""


class SealedMark(TypedDict):
    """A partner's whole mark as it is encrypted: what was tapped, written and shared."""

    reaction: Reaction
    intensity: int
    details: Details
    share: list[DetailName]


def seal_mark(mark: MarkSeal, *, round_id: int, seat: Partner) -> bytes:
    """Seal one partner's whole mark."""
    content: SealedMark = {
        "reaction": mark.reaction,
        "intensity": mark.intensity,
        "details": mark.details(),
        "share": list(mark.shared()),
    }
    return _seal(content, _purpose("mark", round_id, seat))


def open_marks(seals: Mapping[Partner, bytes], *, round_id: int) -> dict[Partner, OpenedMark]:
    """Open both marks of a round, or neither. Raises CannotOpenSeal, also when they are not two."""
    if set(seals) != {"a", "b"}:
        raise CannotOpenSeal("both marks open together, or not at all")
    return {seat: _mark(_open(seal, _purpose("mark", round_id, seat))) for seat, seal in seals.items()}


def seal_need(text: str, *, round_id: int, seat: Partner) -> bytes:
    """Seal one partner's need until both have said theirs."""
    return _seal(text, _purpose("need", round_id, seat))


def open_needs(seals: Mapping[Partner, bytes], *, round_id: int) -> dict[Partner, str]:
    """Open both needs of a round, or neither. Raises CannotOpenSeal."""
    if set(seals) != {"a", "b"}:
        raise CannotOpenSeal("both needs are shown together, or not at all")
    return {seat: _open(seal, _purpose("need", round_id, seat)) for seat, seal in seals.items()}


def rewrap_mark(seal: bytes, round_id: int, seat: Partner) -> bytes:
    """Return a sealed mark under the newest key, unread. Raises CannotOpenSeal."""
    return _rewrap(seal, _purpose("mark", round_id, seat))


def rewrap_need(seal: bytes, round_id: int, seat: Partner) -> bytes:
    """Return a sealed need under the newest key, unread. Raises CannotOpenSeal."""
    return _rewrap(seal, _purpose("need", round_id, seat))


def _purpose(what: str, round_id: int, seat: Partner) -> str:
    return f"{what}:{round_id}:{seat}"


def _seal(content: Any, purpose: str) -> bytes:
    plaintext = orjson.dumps(content).ljust(PLAINTEXT_LENGTH)
    assert len(plaintext) == PLAINTEXT_LENGTH, "the protocol's limits fit into one seal"
    return encryption.encrypt(plaintext, purpose)


def _rewrap(seal: bytes, purpose: str) -> bytes:
    try:
        return encryption.rewrap(seal, purpose)
    except encryption.CannotOpen:
        raise CannotOpenSeal(purpose) from None


def _plaintext(seal: bytes, purpose: str) -> bytes:
    try:
        return encryption.decrypt(seal, purpose)
    except encryption.CannotOpen:
        raise CannotOpenSeal(purpose) from None


def _open(seal: bytes, purpose: str) -> Any:
    return orjson.loads(_plaintext(seal, purpose))


def _mark(content: SealedMark) -> OpenedMark:
    return OpenedMark(content["reaction"], content["intensity"], content["details"], tuple(content["share"]))
