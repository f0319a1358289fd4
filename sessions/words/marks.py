"""What is said about each reaction, its strength, each move and each feeling.

Both sides get the same number of words in the same grammar: a longer or warmer line for one partner would take a side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sessions.words.mark_for_translation import gettext_noop


@dataclass(frozen=True, slots=True)
class ReactionWords:
    """What is said about a reaction: on its card, and beside the other's after the reveal."""

    code: str
    title: str
    field_word: str
    hint: str
    feels: str
    fears: str
    # Reads after a name: "Ana may have been trying to …".
    protects: str


@dataclass(frozen=True, slots=True)
class MoveWords:
    """A move as a choice on the form, as it is told in the story, and as it comes round in the loop's sentence."""

    code: str
    choose: str
    told: str
    # Reads after "the more" and a name; empty where it feeds no loop.
    comes_round: str = ""


REACTIONS: Mapping[str, ReactionWords] = MappingProxyType(
    {
        "anxious": ReactionWords(
            code="anxious",
            title=gettext_noop("Move closer"),
            field_word=gettext_noop("anxious"),
            hint=gettext_noop("ask, check, look for certainty"),
            feels=gettext_noop("In such a moment, distance can feel like being left."),
            fears=gettext_noop("The fear may be that the connection will be lost."),
            protects=gettext_noop("may have been trying to keep the connection from slipping away."),
        ),
        "avoidant": ReactionWords(
            code="avoidant",
            title=gettext_noop("Make space"),
            field_word=gettext_noop("avoidant"),
            hint=gettext_noop("go quiet, wait, settle alone"),
            feels=gettext_noop("In such a moment, closeness can feel like a flood."),
            fears=gettext_noop("The fear may be that nothing given will be enough."),
            protects=gettext_noop("may have been trying to keep the moment from becoming too much."),
        ),
        "both": ReactionWords(
            code="both",
            title=gettext_noop("Both at once"),
            field_word=gettext_noop("both"),
            hint=gettext_noop("wanting closeness, and overwhelmed"),
            feels=gettext_noop("In such a moment, closeness can feel good and too much."),
            fears=gettext_noop("The fear may be that either way will end in hurt."),
            protects=gettext_noop("may have been trying to keep close and keep safe at one time."),
        ),
        "steady": ReactionWords(
            code="steady",
            title=gettext_noop("Stay present"),
            field_word=gettext_noop("steady"),
            hint=gettext_noop("here, without either pull"),
            feels=gettext_noop("In such a moment, near and far can both feel bearable."),
            fears=gettext_noop("The fear may be there as well, small enough to hold."),
            protects=gettext_noop("may have been trying to keep the moment open for both partners."),
        ),
    }
)

# Intensity 1 is the first word, 5 the last.
INTENSITIES: tuple[str, ...] = (
    gettext_noop("calm"),
    gettext_noop("stirred"),
    gettext_noop("strong"),
    gettext_noop("very strong"),
    gettext_noop("flooded"),
)

MOVES: Mapping[str, MoveWords] = MappingProxyType(
    {
        move.code: move
        for move in (
            MoveWords("ask-again", gettext_noop("ask again"), gettext_noop("asked again"), gettext_noop("asks again")),
            MoveWords(
                "seek-reassurance",
                gettext_noop("seek reassurance"),
                gettext_noop("sought reassurance"),
                gettext_noop("seeks reassurance"),
            ),
            MoveWords(
                "reach-out-more",
                gettext_noop("reach out more"),
                gettext_noop("reached out more"),
                gettext_noop("reaches out"),
            ),
            MoveWords("protest", gettext_noop("protest"), gettext_noop("protested"), gettext_noop("protests")),
            MoveWords(
                "defend",
                gettext_noop("defend my side"),
                gettext_noop("defended their side"),
                gettext_noop("defends their side"),
            ),
            MoveWords("go-quiet", gettext_noop("go quiet"), gettext_noop("went quiet"), gettext_noop("goes quiet")),
            MoveWords(
                "take-space", gettext_noop("take space"), gettext_noop("took space"), gettext_noop("takes space")
            ),
            MoveWords(
                "reply-less", gettext_noop("reply less"), gettext_noop("replied less"), gettext_noop("replies less")
            ),
            MoveWords(
                "change-subject",
                gettext_noop("change the subject"),
                gettext_noop("changed the subject"),
                gettext_noop("changes the subject"),
            ),
            MoveWords("stay-and-share", gettext_noop("stay and share"), gettext_noop("stayed and shared")),
            MoveWords("listen", gettext_noop("listen"), gettext_noop("listened")),
        )
    }
)

FEELINGS: Mapping[str, str] = MappingProxyType(
    {
        "fear-of-losing-connection": gettext_noop("fear of losing connection"),
        "fear-of-being-too-much": gettext_noop("fear of being too much"),
        "overwhelm": gettext_noop("overwhelm"),
        "fear-of-failing-the-other": gettext_noop("fear of failing the other"),
        "loneliness": gettext_noop("loneliness"),
        "hurt": gettext_noop("hurt"),
        "shame": gettext_noop("shame"),
        "relief": gettext_noop("relief"),
    }
)

# What goes on inside, unseen: as many on the side that moves closer as on the side that makes space.
INNER_MOVES: Mapping[str, str] = MappingProxyType(
    {
        "replay": gettext_noop("replaying what was said"),
        "read-between-lines": gettext_noop("reading between the lines"),
        "rehearse": gettext_noop("rehearsing what to say"),
        "doubt-myself": gettext_noop("doubting myself"),
        "go-numb": gettext_noop("going numb inside"),
        "plan-the-way-out": gettext_noop("planning a way out"),
        "wait-it-out": gettext_noop("waiting for it to pass"),
        "keep-busy": gettext_noop("keeping busy with other things"),
    }
)

SURFACE_FEELINGS: Mapping[str, str] = MappingProxyType(
    {
        "angry": gettext_noop("angry"),
        "frustrated": gettext_noop("frustrated"),
        "tense": gettext_noop("tense"),
        "flat": gettext_noop("flat"),
        "restless": gettext_noop("restless"),
        "resentful": gettext_noop("resentful"),
    }
)

BODY_CUES: Mapping[str, str] = MappingProxyType(
    {
        "chest": gettext_noop("a tight chest"),
        "throat": gettext_noop("a lump in the throat"),
        "stomach": gettext_noop("a knot in the stomach"),
        "shoulders": gettext_noop("tight shoulders"),
        "heat": gettext_noop("a rush of heat"),
        "cold": gettext_noop("a chill"),
        "heaviness": gettext_noop("heaviness"),
        "nothing": gettext_noop("nothing I could feel"),
    }
)

# The words of codes, by the vocabulary that a field of a mark names (``checkin.details``).
LABELS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "moves": {code: words.choose for code, words in MOVES.items()},
        "feelings": FEELINGS,
        "reactions": {code: words.title for code, words in REACTIONS.items()},
        "inner_moves": INNER_MOVES,
        "surface_feelings": SURFACE_FEELINGS,
        "body_cues": BODY_CUES,
    }
)

# What each optional field of a mark is called after the reveal, in the order in which they are told.
DETAILS: Mapping[str, str] = MappingProxyType(
    {
        "thought": gettext_noop("Thought"),
        "second_look": gettext_noop("What else it could mean"),
        "words": gettext_noop("In own words"),
        "inner": gettext_noop("Inside"),
        "surface": gettext_noop("On the surface"),
        "underneath": gettext_noop("Felt underneath"),
        "body": gettext_noop("In the body"),
        "moves": gettext_noop("Did"),
        "impulse": gettext_noop("Wanted to"),
        "chosen": gettext_noop("Chose to"),
        "guess": gettext_noop("A guess about the other"),
        "moment_text": gettext_noop("The moment"),
    }
)

# Where each of the two chose a moment, these stand in place of one.
MOMENT_OF = gettext_noop("{name}: {moment}")
# Of a check-in before, where it is told again and its words are not at hand, or not kept.
EARLIER_MOMENT = gettext_noop("The last moment that you looked at together.")
