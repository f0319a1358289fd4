"""What is said about each pattern. It belongs to the round, and never to a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sessions.words.mark_for_translation import gettext_noop


@dataclass(frozen=True, slots=True)
class PatternWords:
    """What is said about a pattern: it belongs to the round, never to a person."""

    name: str
    also: tuple[str, ...]
    summary: str
    # What the seat with this reaction did in the moment; reads after a name.
    roles: Mapping[str, str]


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
