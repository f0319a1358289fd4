"""The one place that seals a mark or a need, and the one place that opens them.

A seal is bound to its purpose, check-in, round number and seat, and every plaintext is padded to one length, so that a
stored row tells neither what was marked nor how much was written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, TypedDict
from uuid import UUID

import orjson

from cycleproject import encryption, unreadable
from sessions.checkin.details import DetailName, Details
from sessions.checkin.frames import MarkSeal
from sessions.checkin.patterns import Reaction
from sessions.checkin.state import OpenedMark, Partner

PLAINTEXT_LENGTH: Final = 8192


class CannotOpenSeal(Exception):
    """A seal whose key is gone or that is not what it claims to be: nothing was opened."""


class StoredRound(Protocol):
    """What a seal has to know of the row of its round."""

    live_session_id: UUID
    number: int
    pk: int


@dataclass(frozen=True, slots=True)
class SealedIn:
    """The round that a seal is of: its check-in and its number there. ``row`` is the key that earlier seals name."""

    check_in: UUID
    number: int
    row: int

    @classmethod
    def of(cls, row: "StoredRound") -> Self:
        """Return what the seals of a stored round are bound to."""
        return cls(row.live_session_id, row.number, row.pk)

    def place(self, what: str, seat: Partner) -> encryption.Place:
        """Return where the seal of one seat stands."""
        return encryption.Place(what, (str(self.check_in), str(self.number), seat), f"{what}:{self.row}:{seat}")


class SealedMark(TypedDict):
    """A partner's whole mark as it is encrypted: what was tapped, written and shared."""

    reaction: Reaction
    intensity: int
    details: Details
    share: list[DetailName]


def seal_mark(mark: MarkSeal, *, of: SealedIn, seat: Partner) -> bytes:
    """Seal one partner's whole mark."""
    content: SealedMark = {
        "reaction": mark.reaction,
        "intensity": mark.intensity,
        "details": mark.details(),
        "share": list(mark.shared()),
    }
    return _seal(content, of.place("mark", seat))


def open_marks(seals: Mapping[Partner, bytes], *, of: SealedIn) -> dict[Partner, OpenedMark]:
    """Open both marks of a round, or neither. Raises CannotOpenSeal, also when they are not two."""
    if set(seals) != {"a", "b"}:
        raise CannotOpenSeal("both marks open together, or not at all")
    return {seat: _mark(_open(seal, of.place("mark", seat))) for seat, seal in seals.items()}


def seal_need(text: str, *, of: SealedIn, seat: Partner) -> bytes:
    """Seal one partner's need until both have said theirs."""
    return _seal(text, of.place("need", seat))


def open_needs(seals: Mapping[Partner, bytes], *, of: SealedIn) -> dict[Partner, str]:
    """Open both needs of a round, or neither. Raises CannotOpenSeal."""
    if set(seals) != {"a", "b"}:
        raise CannotOpenSeal("both needs are shown together, or not at all")
    return {seat: _open(seal, of.place("need", seat)) for seat, seal in seals.items()}


def rewrap_mark(seal: bytes, of: SealedIn, seat: Partner) -> bytes:
    """Return a sealed mark bound to its row and under the newest key, unread. Raises CannotOpenSeal."""
    return _rewrap(seal, of.place("mark", seat))


def rewrap_need(seal: bytes, of: SealedIn, seat: Partner) -> bytes:
    """Return a sealed need bound to its row and under the newest key, unread. Raises CannotOpenSeal."""
    return _rewrap(seal, of.place("need", seat))


def _seal(content: Any, place: encryption.Place) -> bytes:
    plaintext = orjson.dumps(content).ljust(PLAINTEXT_LENGTH)
    assert len(plaintext) == PLAINTEXT_LENGTH, "the protocol's limits fit into one seal"
    return encryption.encrypt(plaintext, place)


def _rewrap(seal: bytes, place: encryption.Place) -> bytes:
    try:
        return encryption.rewrap(seal, place)
    except unreadable.CannotOpen:
        raise CannotOpenSeal(place.column) from None


def _plaintext(seal: bytes, place: encryption.Place) -> bytes:
    try:
        return encryption.decrypt(seal, place)
    except unreadable.CannotOpen:
        raise CannotOpenSeal(place.column) from None


def _open(seal: bytes, place: encryption.Place) -> Any:
    return orjson.loads(_plaintext(seal, place))


def _mark(content: SealedMark) -> OpenedMark:
    return OpenedMark(content["reaction"], content["intensity"], content["details"], tuple(content["share"]))
