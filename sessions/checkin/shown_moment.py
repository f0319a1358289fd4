"""What a round is about, as both see it."""

from collections.abc import Callable

from typing_extensions import TypedDict

from sessions.checkin.state import EarlierRound, RoundState, When
from sessions.words.marks import EARLIER_MOMENT

Translate = Callable[[str], str]


class ChosenMoment(TypedDict):
    """What the round is about; the id where it came from the library. ``when`` is null where nobody said it."""

    id: int | None
    text: str
    when: When | None


def moment_of(one: RoundState | EarlierRound, translate: Translate = str) -> ChosenMoment:
    """Return what a round is about."""
    text = translate(one.text) if one.moment_id else one.text
    if isinstance(one, EarlierRound):
        text = text or translate(EARLIER_MOMENT)
    return {"id": one.moment_id, "text": text, "when": one.when}
