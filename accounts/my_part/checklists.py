"""The private checklists. Each ticked item gives information, and items are never added up to a result.

Texts are marked for extraction here and translated where they are shown.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Item:
    """One item to tick, and what is said about it once ticked."""

    code: str
    label: Any
    says: Any


@dataclass(frozen=True, slots=True)
class Checklist:
    """A checklist: its items, its introduction, and what is said at the end."""

    code: str
    title: Any
    lead: Any
    items: tuple[Item, ...]
    # Said whatever is ticked.
    close: Any


DRAINED: Final = Checklist(
    "drained",
    _("Drained or unsure?"),
    _("Tick what fits this week. Ticking nothing is an answer too."),
    (
        Item(
            "tired",
            _("Talking about us leaves me tired"),
            _("Going round the same loop wears both people out. Fewer, shorter talks can help more."),
        ),
        Item(
            "on-guard",
            _("I am on guard before we meet"),
            _("A body that expects the loop gets ready early. Settling for a minute first can help you arrive."),
        ),
        Item(
            "unsure",
            _("One day I am sure of us, the next I am not"),
            _("Doubt often comes right after relief. Nothing has to be decided on a day like that."),
        ),
        Item(
            "alone",
            _("I am carrying this on my own"),
            _("One person you trust, or someone trained to listen, can make it lighter."),
        ),
        Item(
            "less-of-me",
            _("I see less of friends, sleep less, or do less of what I like"),
            _("These keep a person going. Making time for one of them this week is a step in itself."),
        ),
        Item(
            "afraid",
            _("I am afraid of how my partner may react"),
            _("Fear is different from the loop, and it matters. The Safety page says who you can call."),
        ),
    ),
    _("Feeling drained or unsure says something about the load you carry, not about you or how things will go."),
)

SIGNS: Final = Checklist(
    "signs",
    _("Is it time for some help?"),
    _("Four things that people often bring to a therapist. Tick what you recognise."),
    (
        Item(
            "similar",
            _("Different topics, similar conflicts"),
            _("When the topics change but the loop stays, a third person can help you see it from outside."),
        ),
        Item(
            "exhausted",
            _("It exhausts me, or both of us"),
            _("Help is easier to use while you still have some strength. It doesn’t have to get worse first."),
        ),
        Item(
            "stuck",
            _("We try, and we stay stuck"),
            _("Insight alone rarely changes a reflex. Practising together, slowly and with guidance, sometimes does."),
        ),
        Item(
            "not-secure",
            _("I do not feel secure in our relationship"),
            _("Feeling secure grows from many small returns. If you are afraid, read the Safety page first."),
        ),
    ),
    _("One of these or all four: it is information, not a verdict. Whether and when to get help is up to you."),
)

NOTICING_CLOSER: Final = Checklist(
    "noticing-closer",
    _("Noticing that I move closer"),
    _("The earlier you notice it, the more choices you have. Tick what you recognise."),
    (
        Item(
            "body",
            _("My stomach drops, or I cannot sit still"),
            _("The body reacts first. A slow breath out tells it that there is time."),
        ),
        Item(
            "longer",
            _("My messages get longer"),
            _("“I would like to hear from you” is short too, and says what matters."),
        ),
        Item(
            "checking",
            _("I check again whether there is an answer"),
            _("It is a way to look for the connection. Ten minutes without the phone help you settle."),
        ),
        Item(
            "between-lines",
            _("I read between the lines for what it means"),
            _("Guessing may be how you look for certainty. Ask yourself what you feel underneath."),
        ),
        Item(
            "at-once",
            _("I want to talk it through at once, at any hour"),
            _("The same talk is easier with an hour that suits you both."),
        ),
        Item(
            "give-in",
            _("I give in just to be close again"),
            _("“I would still like to talk about it” is an honest answer."),
        ),
    ),
    _("Moving closer protects something. Noticing it is not about stopping it, only about choosing it."),
)

NOTICING: Final = Checklist(
    "noticing",
    _("Noticing that I make space"),
    _("The earlier you notice it, the more choices you have. Tick what you recognise."),
    (
        Item(
            "body",
            _("My chest or jaw gets tight, or I feel far away"),
            _("The body reacts first. A slow breath out tells it that there is time."),
        ),
        Item(
            "short",
            _("My answers get shorter"),
            _("“Give me a moment, I am still here” is short too, and keeps the door open."),
        ),
        Item(
            "elsewhere",
            _("I reach for my phone, work or chores"),
            _("It is a way to settle. Saying when you will be back lets the other person settle too."),
        ),
        Item(
            "reasons",
            _("I look for reasons why this is not important"),
            _("Making it small may be how you stay calm. Ask yourself what you feel underneath."),
        ),
        Item(
            "later",
            _("I put the talk off without saying until when"),
            _("The same wait is easier to bear when it has an end."),
        ),
        Item(
            "agree",
            _("I agree just to make it stop"),
            _("“I cannot say yes or no yet” is an honest answer."),
        ),
    ),
    _("Making space protects something. Noticing it is not about stopping it, only about choosing it."),
)

CHECKLISTS: Final = {checklist.code: checklist for checklist in (DRAINED, SIGNS, NOTICING_CLOSER, NOTICING)}

# The one list of them: shown beside the four signs, and where a couple invites a therapist.
QUESTIONS_FOR_A_THERAPIST: Final = (
    _("What training do you have in working with couples, and in which approach?"),
    _("Are you trained in trauma-informed care, and what does that change in how you work?"),
    _("What do you do when one of us wants closeness and the other wants space?"),
    _("What do you do when it gets heated, or very quiet?"),
    _("How do you make sure that both of us are heard?"),
    _("Do you also see each of us alone, and what happens with what is said there?"),
    _("What does a session look like, and how long does it usually take?"),
    _("What happens if one of us does not want to go on?"),
    _("What do you do if someone is afraid at home?"),
    _("What does it cost, and does insurance cover any of it?"),
    _("What will you be able to see of what we do in Cycle?"),
)
