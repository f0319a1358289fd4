"""The overview of a person's own part: findings in their marks, beside what they wrote down."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.my_part import notes
from accounts.my_part.decorators import own_page
from accounts.my_part.enough import is_enough_for_now
from sessions.history.own.findings import CodeCount, OwnFindings, findings_in
from sessions.history.own.marks import own_marks_of
from sessions.words import library
from sessions.words.marks import FEELINGS, MOVES, REACTIONS

THEMES = {theme.code: theme.label for theme in library.THEMES}
LINES_SHOWN = 5


@require_safe
@own_page
def overview(request: HttpRequest, user: User) -> HttpResponse:
    """Show the findings in the person's marks, their triggers and their wishes."""
    found = findings_in(own_marks_of(user.id))
    context = {
        "part": found,
        **_words(found),
        "own_triggers": notes.notes_of(user, "trigger")[:LINES_SHOWN],
        "wishes": notes.notes_of(user, "wish")[:LINES_SHOWN],
        "enough_for_now": is_enough_for_now(request, user),
    }
    return render(request, "my_part/overview.html", context)


def _words(found: OwnFindings) -> dict[str, Any]:
    """Return what was found, in the viewer's language."""
    reactions = {code: words.title for code, words in REACTIONS.items()}
    moves = {code: words.choose for code, words in MOVES.items()}
    return {
        "triggers": [
            {
                "label": gettext(THEMES[trigger.theme]) if trigger.theme in THEMES else gettext("Moments of our own"),
                "times": trigger.times,
                "moments": [gettext(library.MOMENT_BY_ID[moment].text) for moment in trigger.moments],
            }
            for trigger in found.triggers
        ],
        "pulls": _labelled(found.pulls, reactions, found.rounds),
        "moves": _labelled(found.moves, moves, found.rounds),
        "feelings": _labelled(found.feelings, FEELINGS, found.rounds),
        "beside": [
            {
                "opened_at": beside.opened_at,
                "impulse": gettext(moves[beside.impulse]),
                "chosen": gettext(moves[beside.chosen]),
            }
            for beside in found.beside
        ],
    }


def _labelled(found: Iterable[CodeCount], labels: Any, rounds: int) -> list[dict[str, Any]]:
    return [
        {"label": gettext(labels[often.code]), "times": often.times, "percent": round(100 * often.times / rounds)}
        for often in found
    ]
