"""How a need can begin, by pattern and side, and small steps to choose from."""

from collections.abc import Mapping
from types import MappingProxyType

from sessions.words.mark_for_translation import gettext_noop

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
