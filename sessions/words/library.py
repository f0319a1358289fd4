"""Offer the starter library: moments two partners can look at together, by theme.

Both partners read the same sentence, so each describes what could be seen, and neither side of it.
Ids are stable for ever: rounds refer to them, and so do clients. New moments take the next free id;
a moment that goes leaves its id unused, and a wording may change only while its meaning stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sessions.words.mark_for_translation import gettext_noop


@dataclass(frozen=True, slots=True)
class Theme:
    """A shelf of the library."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A situation that a round can be about."""

    id: int
    theme: str
    text: str


THEMES: tuple[Theme, ...] = (
    Theme("messages", gettext_noop("Messages and replies")),
    Theme("closeness", gettext_noop("Closeness and space")),
    Theme("plans", gettext_noop("Plans and time")),
    Theme("conflict", gettext_noop("Disagreements")),
    Theme("home", gettext_noop("Home and money")),
    Theme("people", gettext_noop("Family and friends")),
    Theme("intimacy", gettext_noop("Touch and intimacy")),
    Theme("return", gettext_noop("Coming back together")),
)

MOMENTS: tuple[Moment, ...] = (
    Moment(1, "messages", gettext_noop("A reply took longer than usual.")),
    Moment(2, "messages", gettext_noop("A message stayed without an answer for hours.")),
    Moment(3, "messages", gettext_noop("A long message got a short answer.")),
    Moment(4, "messages", gettext_noop("A message was read in a different tone than it was meant.")),
    Moment(5, "messages", gettext_noop("Several messages came in a row on a full day.")),
    Moment(6, "closeness", gettext_noop("One of us reached out, and then the other seemed to pull away.")),
    Moment(7, "closeness", gettext_noop("Closeness was wanted, and it was also too much.")),
    Moment(8, "closeness", gettext_noop("One of us wanted to talk, and the other wanted some quiet.")),
    Moment(9, "closeness", gettext_noop("We were in the same room and felt far apart.")),
    Moment(10, "closeness", gettext_noop("One of us asked for reassurance, and words were hard to find.")),
    Moment(11, "plans", gettext_noop("A plan changed at the last minute.")),
    Moment(12, "plans", gettext_noop("An evening together was cut short.")),
    Moment(13, "plans", gettext_noop("One of us wanted to fix a plan, and the other wanted to keep it open.")),
    Moment(14, "plans", gettext_noop("A free weekend came, and we hoped for different things.")),
    Moment(15, "plans", gettext_noop("An important day went by more quietly than hoped.")),
    Moment(16, "conflict", gettext_noop("A small remark turned into a big disagreement.")),
    Moment(17, "conflict", gettext_noop("The same disagreement came round again.")),
    Moment(18, "conflict", gettext_noop("Voices got louder than either of us meant.")),
    Moment(19, "conflict", gettext_noop("A disagreement went silent before it was settled.")),
    Moment(20, "conflict", gettext_noop("One of us wanted to settle it at once, and the other wanted to wait.")),
    Moment(21, "home", gettext_noop("There was more to do at home than there was energy for.")),
    Moment(22, "home", gettext_noop("We saw the share of the chores differently.")),
    Moment(23, "home", gettext_noop("Money was spent that we had not talked about.")),
    Moment(24, "home", gettext_noop("A talk about money became tense.")),
    Moment(25, "home", gettext_noop("One of us came home tired, and the other was looking forward to talking.")),
    Moment(26, "people", gettext_noop("A visit with family stirred something up between us.")),
    Moment(27, "people", gettext_noop("An evening with friends went on longer than planned.")),
    Moment(28, "people", gettext_noop("Something private between us was told to someone else.")),
    Moment(29, "people", gettext_noop("Someone from an earlier relationship got in touch.")),
    Moment(30, "people", gettext_noop("We went to a gathering together and hardly spoke there.")),
    Moment(31, "intimacy", gettext_noop("One of us wanted touch, and the other wanted rest.")),
    Moment(32, "intimacy", gettext_noop("A kiss or a hug met a different mood.")),
    Moment(33, "intimacy", gettext_noop("We went to sleep without saying good night.")),
    Moment(34, "intimacy", gettext_noop("Intimacy came up, and it was hard to talk about.")),
    Moment(35, "intimacy", gettext_noop("After a close time together, one of us wanted to be alone.")),
    Moment(36, "return", gettext_noop("Things felt good again, and then the doubts came back.")),
    Moment(37, "return", gettext_noop("We met again after days apart, and it felt strange at first.")),
    Moment(38, "return", gettext_noop("An apology was made, and it was hard to take in.")),
    Moment(39, "return", gettext_noop("One of us was ready to talk again before the other.")),
    Moment(40, "return", gettext_noop("The next day went on as if nothing had happened.")),
)

MOMENT_BY_ID: Mapping[int, Moment] = MappingProxyType({moment.id: moment for moment in MOMENTS})
