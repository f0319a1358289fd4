"""The loader of what can be counted of rounds: codes, numbers and times, no text and nothing unshared."""

from django.db.models import Value
from django.db.models.functions import NullIf

from sessions import models
from sessions.history.figures.cycles import PastRound
from sessions.history.readable import rounds_of, theme_of
from sessions.history.readers import Reader


def past_rounds(reader: Reader) -> list[PastRound]:
    """Return the countable part of every round, by one query without encrypted columns."""
    # Each mark of seat a, beside the one of seat b: both in one filter, so that they meet in one row.
    rows = models.Mark.objects.filter(round__in=rounds_of(reader), seat="a", round__marks__seat="b")
    columns = rows.values_list(
        "round__history_id",
        "round__opened_at",
        "round__moment",
        "round__theme",
        "round__pattern",
        "reaction",
        "round__marks__reaction",
        "intensity",
        "round__marks__intensity",
        "round__size",
        "round__reconnected_at",
        NullIf("round__happened", Value("")),
        "round__reconnected_on",
        "round__same_loop",
        "round__live_session",
    )
    return [
        PastRound(
            id=history_id,
            opened_at=opened_at,
            theme=theme_of(moment, theme),
            pattern=pattern,
            reactions=(pulled_a, pulled_b),
            intensities=(a or 0, b or 0),
            size=size,
            reconnected_at=reconnected_at,
            when=when,
            reconnected_on=reconnected_on,
            same_loop=same_loop,
            check_in=check_in,
        )
        for (
            history_id,
            opened_at,
            moment,
            theme,
            pattern,
            pulled_a,
            pulled_b,
            a,
            b,
            size,
            reconnected_at,
            when,
            reconnected_on,
            same_loop,
            check_in,
        ) in columns
    ]
