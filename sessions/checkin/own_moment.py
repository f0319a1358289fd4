"""A round without a moment: each of the two chooses one, and seals it with their mark."""

from collections.abc import Mapping

from sessions.checkin.frames import MarkSeal
from sessions.checkin.refusals import Refusal
from sessions.checkin.shown_moment import Translate
from sessions.checkin.state import OpenedMark, Partner, RoundState, SessionState, other
from sessions.words import library
from sessions.words.marks import MOMENT_OF

_KNOWN = frozenset(moment.text for moment in library.MOMENTS)


def each_chooses(latest: RoundState) -> bool:
    """Tell whether a round has no moment of its own."""
    return latest.moment_id is None and not latest.text


def refusal(state: SessionState, asked: MarkSeal) -> Refusal | None:
    """Refuse a mark without a moment where each chooses one, and with one anywhere else.

    In a room, a round may have lost its words with the account of the host who wrote them: none is asked for there.
    """
    has_one = "moment_text" in asked.details()
    if has_one == (state.apart is not None and each_chooses(state.latest_round)):
        return None
    return Refusal("moment.not_asked" if has_one else "moment.missing")


def shown_text(mark: OpenedMark, translate: Translate) -> str:
    """Return the moment that a revealed mark is about, those of the library translated; empty where it is not kept."""
    text = mark.shared_details.get("moment_text", "")
    return translate(text) if text in _KNOWN else text


def of_both(
    marks: Mapping[Partner, OpenedMark], names: Mapping[Partner, str], first: Partner, translate: Translate
) -> str:
    """Return both moments, each with its name, a line each; of one that is not kept nothing stands there."""
    texts = {seat: shown_text(marks[seat], translate) for seat in (first, other(first))}
    named = translate(MOMENT_OF)
    return "\n".join(
        named.format(name=names[seat], moment=text) if names.get(seat) else text for seat, text in texts.items() if text
    )
