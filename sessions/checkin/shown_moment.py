"""What a round is about, as both see it."""

from collections.abc import Callable

from typing_extensions import TypedDict

from sessions.checkin.state import EarlierRound, RoundState, When

Translate = Callable[[str], str]


class ChosenMoment(TypedDict):
    """What the round is about; the id where it came from the library. ``when`` is null where nobody said it."""

    id: int | None
    text: str
    when: When | None


def moment_of(one: RoundState | EarlierRound, translate: Translate = str) -> ChosenMoment:
    """Return what a round is about."""
    return {
        "id": one.moment_id,
        "text": translate(one.text) if one.moment_id else one.text,
        "when": one.when,
    }
