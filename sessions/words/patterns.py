"""What is said about each pattern. It belongs to the round, and never to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sessions.words.mark_for_translation import gettext_noop


@dataclass(frozen=True, slots=True)
class PatternWords:
    """What is said about a pattern: it belongs to the round, never to a person."""

    name: str
    also: tuple[str, ...]
    summary: str
    # What the seat with this reaction felt drawn to; reads after a name.
    roles: Mapping[str, str]


# The couple's own loop, in which either name may stand first, and each pull where no move was shared.
LOOP: Final = gettext_noop("The more {first} {one}, the more {second} {two}, the more {first} {one}.")
PULLS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "anxious": gettext_noop("feels drawn to reach out"),
        "avoidant": gettext_noop("feels drawn to step back"),
        "both": gettext_noop("feels drawn both ways"),
    }
)
# One line for either of the two to say aloud.
ALOUD: Final = gettext_noop("There is our loop again. It is not you, and it is not me.")
LOOP_HAS_NO_BEGINNING = gettext_noop("A loop has no beginning. It can start on either side.")

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
                    "anxious": gettext_noop("felt drawn to close the gap"),
                    "avoidant": gettext_noop("felt drawn to step back"),
                }
            ),
        ),
        "attack_attack": PatternWords(
            name=gettext_noop("Attack–attack"),
            also=(gettext_noop("mutual blame"), gettext_noop("Find the Bad Guy")),
            summary=gettext_noop("Both felt pulled closer, and both protested. Each protest can raise the other."),
            roles=MappingProxyType({"anxious": gettext_noop("felt drawn to protest")}),
        ),
        "mutual_pursuit": PatternWords(
            name=gettext_noop("Mutual pursuit"),
            also=(),
            summary=gettext_noop("Both felt pulled closer at the same time. Two reaches can meet, or can cross."),
            roles=MappingProxyType({"anxious": gettext_noop("felt drawn to reach out")}),
        ),
        "withdraw_withdraw": PatternWords(
            name=gettext_noop("Withdraw–withdraw"),
            also=(gettext_noop("mutual avoidance"), gettext_noop("Freeze and Flee")),
            summary=gettext_noop("Both felt pulled to make space. It can look calm while much is felt underneath."),
            roles=MappingProxyType({"avoidant": gettext_noop("felt drawn to step back")}),
        ),
        "reach_respond": PatternWords(
            name=gettext_noop("Reach–respond"),
            also=(gettext_noop("bid and turning toward"),),
            summary=gettext_noop("One felt pulled closer, one could stay present. A reach can find someone there."),
            roles=MappingProxyType(
                {
                    "anxious": gettext_noop("felt drawn to reach out"),
                    "steady": gettext_noop("felt able to stay there"),
                }
            ),
        ),
        "space_held": PatternWords(
            name=gettext_noop("Space, held steadily"),
            also=(),
            summary=gettext_noop("One felt pulled to make space, one could stay present. Contact can last through it."),
            roles=MappingProxyType(
                {
                    "avoidant": gettext_noop("felt drawn to step back"),
                    "steady": gettext_noop("felt able to stay there"),
                }
            ),
        ),
        "push_pull": PatternWords(
            name=gettext_noop("Push–pull"),
            also=(gettext_noop("reactive cycle"),),
            summary=gettext_noop("One felt pulled both ways, the other one way. Each shift can stir the other one."),
            roles=MappingProxyType(
                {
                    "both": gettext_noop("felt drawn both ways"),
                    "anxious": gettext_noop("felt drawn to reach out"),
                    "avoidant": gettext_noop("felt drawn to step back"),
                }
            ),
        ),
        "unsettled": PatternWords(
            name=gettext_noop("Unsettled"),
            also=(),
            summary=gettext_noop("Closeness was wanted, and it was also a lot. Finding a footing can take a while."),
            roles=MappingProxyType(
                {
                    "both": gettext_noop("felt drawn both ways"),
                    "steady": gettext_noop("felt able to stay there"),
                }
            ),
        ),
        "mutual_engagement": PatternWords(
            name=gettext_noop("Mutual engagement"),
            also=(gettext_noop("constructive communication"),),
            summary=gettext_noop("Both could stay present, without either pull. Each can make it easier to stay."),
            roles=MappingProxyType({"steady": gettext_noop("felt able to stay there")}),
        ),
    }
)
