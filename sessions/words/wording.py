"""Hold every sentence the check-in speaks: patterns, reactions, moves, needs, refusals.

Texts are marked for extraction here and translated where they are shown, so this module needs no framework.
Both sides get the same number of words in the same grammar: a longer or warmer line for one partner would take a side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


def gettext_noop(text: str) -> str:
    """Mark a text for translation and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class PatternWords:
    """What is said about a pattern: it belongs to the round, never to a person."""

    name: str
    also: tuple[str, ...]
    summary: str
    # What the seat with this reaction did in the moment; reads after a name.
    roles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReactionWords:
    """What is said about a reaction: on its card, and beside the other's after the reveal."""

    code: str
    title: str
    field_word: str
    hint: str
    feels: str
    fears: str
    # Reads after a name: "Ana was trying to …".
    protects: str


@dataclass(frozen=True, slots=True)
class MoveWords:
    """A move as a choice on the form and as it is told in the story."""

    code: str
    choose: str
    told: str


PATTERNS: Mapping[str, PatternWords] = MappingProxyType(
    {
        "pursue_withdraw": PatternWords(
            name=gettext_noop("Pursue–withdraw"),
            also=(
                gettext_noop("demand–withdraw"),
                gettext_noop("pursuer–distancer"),
                gettext_noop("Protest Polka"),
            ),
            summary=gettext_noop("One felt pulled closer, one to make space. Each pull can make the other stronger."),
            roles=MappingProxyType(
                {
                    "anxious": gettext_noop("leaned in to close the gap"),
                    "avoidant": gettext_noop("drew back to find some calm"),
                }
            ),
        ),
        "attack_attack": PatternWords(
            name=gettext_noop("Attack–attack"),
            also=(gettext_noop("mutual blame"), gettext_noop("Find the Bad Guy")),
            summary=gettext_noop("Both felt pulled closer, and both protested. Each protest can raise the other."),
            roles=MappingProxyType({"anxious": gettext_noop("raised a protest to be heard")}),
        ),
        "mutual_pursuit": PatternWords(
            name=gettext_noop("Mutual pursuit"),
            also=(),
            summary=gettext_noop("Both felt pulled closer at the same time. Two reaches can meet, or can cross."),
            roles=MappingProxyType({"anxious": gettext_noop("leaned in, hoping to be met")}),
        ),
        "withdraw_withdraw": PatternWords(
            name=gettext_noop("Withdraw–withdraw"),
            also=(gettext_noop("mutual avoidance"), gettext_noop("Freeze and Flee")),
            summary=gettext_noop("Both felt pulled to make space. It can look calm while much is felt underneath."),
            roles=MappingProxyType({"avoidant": gettext_noop("drew back to settle alone")}),
        ),
        "reach_respond": PatternWords(
            name=gettext_noop("Reach–respond"),
            also=(gettext_noop("bid and turning toward"),),
            summary=gettext_noop("One felt pulled closer, one could stay present. A reach can find someone there."),
            roles=MappingProxyType(
                {
                    "anxious": gettext_noop("leaned in, hoping to be met"),
                    "steady": gettext_noop("stayed there to meet it"),
                }
            ),
        ),
        "space_held": PatternWords(
            name=gettext_noop("Space, held steadily"),
            also=(),
            summary=gettext_noop("One felt pulled to make space, one could stay present. Contact can last through it."),
            roles=MappingProxyType(
                {
                    "avoidant": gettext_noop("drew back to find some calm"),
                    "steady": gettext_noop("stayed there to hold a place"),
                }
            ),
        ),
        "push_pull": PatternWords(
            name=gettext_noop("Push–pull"),
            also=(gettext_noop("reactive cycle"),),
            summary=gettext_noop("One felt both pulls at once, one a single pull. Each shift can stir the other."),
            roles=MappingProxyType(
                {
                    "both": gettext_noop("leaned both ways at once"),
                    "anxious": gettext_noop("leaned in to close the gap"),
                    "avoidant": gettext_noop("drew back to find some calm"),
                }
            ),
        ),
        "unsettled": PatternWords(
            name=gettext_noop("Unsettled"),
            also=(),
            summary=gettext_noop("Closeness was wanted, and it was also a lot. Finding a footing can take a while."),
            roles=MappingProxyType(
                {
                    "both": gettext_noop("leaned both ways at once"),
                    "steady": gettext_noop("stayed there, to be near"),
                }
            ),
        ),
        "mutual_engagement": PatternWords(
            name=gettext_noop("Mutual engagement"),
            also=(gettext_noop("constructive communication"),),
            summary=gettext_noop("Both could stay present, without either pull. Each can make it easier to stay."),
            roles=MappingProxyType({"steady": gettext_noop("stayed there, ready to talk")}),
        ),
    }
)

REACTIONS: Mapping[str, ReactionWords] = MappingProxyType(
    {
        "anxious": ReactionWords(
            code="anxious",
            title=gettext_noop("Move closer"),
            field_word=gettext_noop("anxious"),
            hint=gettext_noop("ask, check, look for certainty"),
            feels=gettext_noop("In such a moment, distance can feel like being left."),
            fears=gettext_noop("The fear may be that the connection will be lost."),
            protects=gettext_noop("was trying to keep the connection from slipping away."),
        ),
        "avoidant": ReactionWords(
            code="avoidant",
            title=gettext_noop("Make space"),
            field_word=gettext_noop("avoidant"),
            hint=gettext_noop("go quiet, wait, settle alone"),
            feels=gettext_noop("In such a moment, closeness can feel like a flood."),
            fears=gettext_noop("The fear may be that nothing given will be enough."),
            protects=gettext_noop("was trying to keep the moment from becoming too much."),
        ),
        "both": ReactionWords(
            code="both",
            title=gettext_noop("Both at once"),
            field_word=gettext_noop("both"),
            hint=gettext_noop("wanting closeness, and overwhelmed"),
            feels=gettext_noop("In such a moment, closeness can feel good and too much."),
            fears=gettext_noop("The fear may be that either way will end in hurt."),
            protects=gettext_noop("was trying to keep close and keep safe at one time."),
        ),
        "steady": ReactionWords(
            code="steady",
            title=gettext_noop("Stay present"),
            field_word=gettext_noop("steady"),
            hint=gettext_noop("here, without either pull"),
            feels=gettext_noop("In such a moment, near and far can both feel bearable."),
            fears=gettext_noop("The fear may be there as well, small enough to hold."),
            protects=gettext_noop("was trying to keep the moment open for both partners."),
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
            MoveWords("ask-again", gettext_noop("ask again"), gettext_noop("asked again")),
            MoveWords("seek-reassurance", gettext_noop("seek reassurance"), gettext_noop("sought reassurance")),
            MoveWords("reach-out-more", gettext_noop("reach out more"), gettext_noop("reached out more")),
            MoveWords("protest", gettext_noop("protest"), gettext_noop("protested")),
            MoveWords("defend", gettext_noop("defend my side"), gettext_noop("defended their side")),
            MoveWords("go-quiet", gettext_noop("go quiet"), gettext_noop("went quiet")),
            MoveWords("take-space", gettext_noop("take space"), gettext_noop("took space")),
            MoveWords("reply-less", gettext_noop("reply less"), gettext_noop("replied less")),
            MoveWords("change-subject", gettext_noop("change the subject"), gettext_noop("changed the subject")),
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

# Each starter continues "I need…" and is there to be rewritten.
PATTERN_NEED_STARTERS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "pursue_withdraw": MappingProxyType(
            {
                "anxious": (
                    gettext_noop("to know when you will be back"),
                    gettext_noop("a short word that we are all right"),
                    gettext_noop("to be met, even for one minute"),
                ),
                "avoidant": (
                    gettext_noop("to step away and be welcome back"),
                    gettext_noop("a short while to find my words"),
                    gettext_noop("to be asked one thing at a time"),
                ),
            }
        ),
        "attack_attack": MappingProxyType(
            {
                "anxious": (
                    gettext_noop("a softer start, for both of us"),
                    gettext_noop("to be heard before we solve it"),
                    gettext_noop("to know we are on the same side"),
                ),
            }
        ),
        "mutual_pursuit": MappingProxyType(
            {
                "anxious": (
                    gettext_noop("to take turns, so both are heard"),
                    gettext_noop("to hear that I matter to you"),
                    gettext_noop("to slow down and meet halfway"),
                ),
            }
        ),
        "withdraw_withdraw": MappingProxyType(
            {
                "avoidant": (
                    gettext_noop("an easy way back into talking"),
                    gettext_noop("some quiet, and a time to meet"),
                    gettext_noop("to start with one small thing each"),
                ),
            }
        ),
        "reach_respond": MappingProxyType(
            {
                "anxious": (
                    gettext_noop("to hear that what I said arrived"),
                    gettext_noop("to stay with this a little longer"),
                    gettext_noop("to sit close for a few minutes"),
                ),
                "steady": (
                    gettext_noop("to hear whether I understood you"),
                    gettext_noop("to stay with this at an easy pace"),
                    gettext_noop("to tell you how this was for me"),
                ),
            }
        ),
        "space_held": MappingProxyType(
            {
                "avoidant": (
                    gettext_noop("this space, and a time to return"),
                    gettext_noop("to be near without explaining yet"),
                    gettext_noop("to say more once I am ready"),
                ),
                "steady": (
                    gettext_noop("a word on when we can talk again"),
                    gettext_noop("to be near without an answer yet"),
                    gettext_noop("to hear more once you are ready"),
                ),
            }
        ),
        "push_pull": MappingProxyType(
            {
                "both": (
                    gettext_noop("to come closer in small steps"),
                    gettext_noop("to say yes and not yet together"),
                    gettext_noop("a calm word on what I feel now"),
                ),
                "anxious": (
                    gettext_noop("to come closer without a rush"),
                    gettext_noop("to hear that not yet means later"),
                    gettext_noop("a calm word on where we are now"),
                ),
                "avoidant": (
                    gettext_noop("to go slowly, so that I can stay"),
                    gettext_noop("to hear that slowly is all right"),
                    gettext_noop("a calm word on what helps now"),
                ),
            }
        ),
        "unsettled": MappingProxyType(
            {
                "both": (
                    gettext_noop("to let it be unclear for a while"),
                    gettext_noop("to be near, with nothing to decide"),
                    gettext_noop("a calm place to sort out feelings"),
                ),
                "steady": (
                    gettext_noop("to let it be open for a while"),
                    gettext_noop("to be near, at a pace for us both"),
                    gettext_noop("a calm time to hear what you feel"),
                ),
            }
        ),
        "mutual_engagement": MappingProxyType(
            {
                "steady": (
                    gettext_noop("to keep this calm as we go on"),
                    gettext_noop("to say what made it easy to stay"),
                    gettext_noop("to hear what made it easy for you"),
                ),
            }
        ),
    }
)

# Small enough for a tired day; half lean toward contact, half toward room.
STEP_IDEAS: tuple[str, ...] = (
    gettext_noop("Say when I will answer, even if that is later."),
    gettext_noop("Ask one question and listen to the whole answer."),
    gettext_noop("Ask for a pause and name the time I will be back."),
    gettext_noop("Sit together for five minutes with phones away."),
    gettext_noop("Wait ten minutes before I send a second message."),
    gettext_noop("Say one thing I valued about us today."),
    gettext_noop("Take one quiet walk, then come and say hello."),
    gettext_noop("Tell you what I feel in one short sentence."),
)

# Shown to whoever asked, so no sentence may depend on what the other has sealed.
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "frame.invalid": gettext_noop("That could not be read and nothing has changed; please reload and try again."),
        "login.required": gettext_noop("Please log in, or start from the front page, to go on."),
        "login.second_factor": gettext_noop("Please add the code from your authenticator app to log in."),
        "login.not_fresh": gettext_noop("This asks for a log-in of the last few minutes; please log in again first."),
        "csrf.failed": gettext_noop("This page has been open for a while; please reload it and try again."),
        "seat.not_allowed": gettext_noop("This belongs to another place in the check-in; you can go on from your own."),
        "account.needed": gettext_noop("This needs an account; please sign up and come back."),
        "session.not_found": gettext_noop("There is no check-in here for you; you can start one from the front page."),
        "code.not_found": gettext_noop("This code opens no check-in; please compare the letters or ask for a new one."),
        "item.not_found": gettext_noop("There is nothing here for you; please check where this leads."),
        "session.waiting": gettext_noop("The check-in begins once you are both in; you can share the link until then."),
        "session.paused": gettext_noop("The check-in is paused; you can go on when the pause ends."),
        "session.not_paused": gettext_noop("The check-in is not paused now; you can go on from here."),
        "session.ended": gettext_noop("This check-in has ended; you can start another whenever you like."),
        "round.stale": gettext_noop("The check-in has moved on; you can go on from the newest moment."),
        "round.already_open": gettext_noop("A moment is already open; you can answer it or set it aside."),
        "round.not_open": gettext_noop("This moment is not open now; you can go on from where the check-in is."),
        "round.not_revealed": gettext_noop("This comes after a reveal; you can return to it then."),
        "exchange.quiet": gettext_noop("A short quiet comes first; you can write when it ends."),
        "exchange.quiet_over": gettext_noop("The quiet is already over; you can write now."),
        "exchange.not_yet": gettext_noop("This comes once both needs are shown; you can say yours, or leave it."),
        "exchange.closed": gettext_noop("This exchange has closed; you can return to it in a later moment."),
        "couple.not_free": gettext_noop(
            "You are in a couple; please unpair first if you want to invite somebody else."
        ),
        "notes.full": gettext_noop("There is no more room; please delete something first."),
        "notes.changed": gettext_noop("These notes were changed meanwhile; please read what is kept now, then save."),
        "content.too_large": gettext_noop("That is more than fits here; please make it shorter and try again."),
        "content.type": gettext_noop("That format cannot be read here; please send it as JSON."),
        "rate.limited": gettext_noop("That was a lot at once; please wait a moment and try again."),
        "service.unavailable": gettext_noop("Saving is paused for now; please try again in a moment."),
    }
)
